// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tessera {

/// Bytes at the start of `text` that are complete, valid UTF-8 characters.
std::size_t validUtf8Prefix(std::string_view text);
/// Length of the incomplete but possibly valid character at the end of `text` (0…3).
std::size_t incompleteUtf8Suffix(std::string_view text);
/// Invalid bytes become U+FFFD.
std::string toValidUtf8(std::string_view text);
/// Shortened to at most `limit` bytes, "…" included where it fits, never inside a character.
std::string truncateUtf8(std::string_view text, std::size_t limit);

}  // namespace tessera
