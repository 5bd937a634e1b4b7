// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/percent.h"

#include "core/base/utf8.h"

#include <charconv>

namespace tessera {

std::optional<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        unsigned value = 0;
        if (i + 2 >= text.size()) return std::nullopt;
        const auto [end, code] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
        if (code != std::errc() || end != text.data() + i + 3) return std::nullopt;
        decoded += static_cast<char>(value);
        i += 2;
    }
    if (decoded.find('\0') != std::string::npos || validUtf8Prefix(decoded) != decoded.size()) return std::nullopt;
    return decoded;
}

}  // namespace tessera
