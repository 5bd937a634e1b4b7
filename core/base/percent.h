// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tessera {

/// Of a URL's path (RFC 3986): "%41" → "A"; nullopt for a broken escape, a NUL, or bytes that are not UTF-8.
std::optional<std::string> percentDecoded(std::string_view text);

}  // namespace tessera
