// SPDX-License-Identifier: GPL-3.0-or-later
// Completion scripts for shells, made from the command line's own tree.
#pragma once

#include "app/cli/command_tree.h"

#include <string>

namespace tessera::cli {

std::string bashCompletion(const CommandTree& tree);
std::string zshCompletion(const CommandTree& tree);
std::string fishCompletion(const CommandTree& tree);

}  // namespace tessera::cli
