// SPDX-License-Identifier: GPL-3.0-or-later
// JSON string literals (RFC 8259, section 7).
#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// `text` quoted and escaped; invalid UTF-8 becomes U+FFFD. With `ascii_only`, everything beyond ASCII is written as
/// \uXXXX (UTF-16, lower-case digits), as Python's json does.
std::string jsonString(std::string_view text, bool ascii_only = false);

}  // namespace tessera
