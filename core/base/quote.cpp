// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quote.h"

#include "core/base/format.h"
#include "core/base/utf8.h"

#include <algorithm>

namespace tessera {

std::string oneLine(std::string_view text, std::size_t limit) {
    // Escapes only lengthen, so more than `limit` bytes are never needed.
    const std::string valid = toValidUtf8(text.substr(0, std::min(text.size(), limit + 4)));
    std::string line;
    for (const char c : valid) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            line += "\\n";
        } else if (c == '\t') {
            line += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            line += fmt::format("\\x{:02x}", byte);
        } else {
            line += c;
        }
    }
    return truncateUtf8(line, limit);
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
        if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
            shown += fmt::format("\\x{:02x}", byte);
        } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
            shown += fmt::format("\\u{:04x}", next);
            ++i;
        } else {
            shown += text[i];
        }
    }
    return shown;
}

std::string inQuotes(std::string_view text, std::size_t limit) { return fmt::format("'{}'", oneLine(text, limit)); }

}  // namespace tessera
