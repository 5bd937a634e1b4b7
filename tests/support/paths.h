// SPDX-License-Identifier: GPL-3.0-or-later
// Where the tests find things of this build. One file knows, so that the objects of all others do not depend on the place.
#pragma once

#include <string>

namespace tessera::test {

/// The folder of the built programs (tessera, tessera-app).
std::string binaryDir();
/// The top of the source tree.
std::string sourceDir();
/// Where scripts/deps has installed the pinned sources; share/models holds llama.cpp's vocabularies.
std::string depsPrefix();

}  // namespace tessera::test
