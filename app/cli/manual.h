// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command_tree.h"

#include <string>

namespace tessera::cli {

/// tessera(1) as roff (man-pages(7) macros), made from the command line's own tree.
std::string manualPage(const CommandTree& tree);

}  // namespace tessera::cli
