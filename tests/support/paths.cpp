// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/paths.h"

namespace tessera::test {

std::string binaryDir() { return TESSERA_BINARY_DIR; }
std::string sourceDir() { return TESSERA_SOURCE_DIR; }
std::string depsPrefix() { return TESSERA_DEPS_PREFIX; }

}  // namespace tessera::test
