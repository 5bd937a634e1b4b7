// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <algorithm>

namespace tessera {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";     // …

/// Bytes of a character by its first byte; 0 when no character begins so (Unicode 15, table 3-7).
std::size_t lengthByFirst(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

/// Whether `byte` may stand at `index` (1…3) of a character that begins with `first`. The second byte excludes
/// overlong forms, surrogates and numbers beyond U+10FFFF.
bool continues(unsigned char first, std::size_t index, unsigned char byte) {
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (index == 1) {
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
    }
    return byte >= low && byte <= high;
}

/// The longest start of `text` that can begin one character: its length, and whether it is complete.
struct Character {
    std::size_t bytes = 0;  // 0: not even the first byte is possible
    bool complete = false;
};

Character characterAt(std::string_view text) {
    if (text.empty()) return {};
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = lengthByFirst(first);
    if (length == 0) return {};
    std::size_t have = 1;
    while (have < length && have < text.size() && continues(first, have, static_cast<unsigned char>(text[have]))) ++have;
    return {have, have == length};
}

}  // namespace

std::size_t validUtf8Prefix(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        const Character character = characterAt(text.substr(position));
        if (!character.complete) break;
        position += character.bytes;
    }
    return position;
}

std::size_t incompleteUtf8Suffix(std::string_view text) {
    for (std::size_t length = std::min<std::size_t>(3, text.size()); length > 0; --length) {
        const Character character = characterAt(text.substr(text.size() - length));
        if (character.bytes == length && !character.complete) return length;
    }
    return 0;
}

std::string toValidUtf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const Character character = characterAt(text);
        // One U+FFFD for each longest impossible start, as the Unicode standard recommends.
        const std::size_t taken = std::max<std::size_t>(1, character.bytes);
        valid += character.complete ? text.substr(0, taken) : kReplacement;
        text.remove_prefix(taken);
    }
    return valid;
}

std::string truncateUtf8(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    const bool room = limit >= kEllipsis.size();
    std::size_t end = room ? limit - kEllipsis.size() : limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + std::string(room ? kEllipsis : "");
}

}  // namespace tessera
