// SPDX-License-Identifier: GPL-3.0-or-later
// Names and texts from files and peers, made fit for an error message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tessera {

/// Text of a stranger, fit for one line: invalid UTF-8 and control characters escaped, at most about `limit` bytes.
std::string oneLine(std::string_view text, std::size_t limit);
/// oneLine between single quotes, for names in error messages.
std::string inQuotes(std::string_view text, std::size_t limit = 80);
/// Text of a stranger or of a model, fit for a terminal: as it is, but control characters (C0, DEL and C1, which move the
/// cursor, name the window, ask the terminal to answer) escaped. Line breaks and tabs stay. `text` is cut between
/// characters, not inside one.
std::string printable(std::string_view text);

}  // namespace tessera
