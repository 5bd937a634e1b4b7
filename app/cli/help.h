// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command_tree.h"

#include <cstddef>
#include <string>

namespace tessera::cli {

/// What `tessera --help` prints, wrapped to `columns`.
std::string programHelp(const CommandTree& tree, std::size_t columns);
/// What `tessera VERB --help` prints.
std::string verbHelp(const VerbInfo& verb, std::size_t columns);

/// Words of `text` on lines of at most `columns` characters, each after the first with `indent` spaces. Line breaks in
/// the text stay.
std::string wrapText(const std::string& text, std::size_t indent, std::size_t columns);

}  // namespace tessera::cli
