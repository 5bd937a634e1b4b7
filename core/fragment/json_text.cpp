// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/json_text.h"

#include "core/base/format.h"
#include "core/base/utf8.h"

#include <cstdint>
#include <iterator>

namespace tessera {

namespace {

/// Decodes the character that begins at `position` of valid UTF-8 and moves behind it.
std::uint32_t nextCharacter(std::string_view text, std::size_t& position) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(position++);
    if (first < 0x80) return first;
    const int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    std::uint32_t character = first & (0x3fu >> more);
    for (int i = 0; i < more; ++i) character = character << 6 | (byte(position++) & 0x3f);
    return character;
}

void appendUtf16Escape(std::string& out, std::uint32_t character) {
    if (character >= 0x10000) {
        const std::uint32_t rest = character - 0x10000;
        fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
    } else {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", character);
    }
}

/// The escapes that JSON has a letter for; nullptr for others.
const char* shortEscape(char c) {
    switch (c) {
        case '"': return "\\\"";
        case '\\': return "\\\\";
        case '\b': return "\\b";
        case '\f': return "\\f";
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        default: return nullptr;
    }
}

}  // namespace

std::string jsonString(std::string_view text, bool ascii_only) {
    const std::string valid = toValidUtf8(text);
    std::string out = "\"";
    for (std::size_t position = 0; position < valid.size();) {
        const std::size_t begin = position;
        const std::uint32_t character = nextCharacter(valid, position);
        if (const char* escape = shortEscape(valid[begin])) {
            out += escape;
        } else if (character < 0x20 || (ascii_only && character > 0x7e)) {
            appendUtf16Escape(out, character);
        } else {
            out.append(valid, begin, position - begin);
        }
    }
    return out += '"';
}

}  // namespace tessera
