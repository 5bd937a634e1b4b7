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

std::string inQuotes(std::string_view text, std::size_t limit) { return fmt::format("'{}'", oneLine(text, limit)); }

}  // namespace tessera
