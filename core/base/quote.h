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

}  // namespace tessera
