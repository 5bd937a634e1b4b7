// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/chat/store/conversation_store.h"

namespace tessera {

namespace {

constexpr std::size_t kTitleCharacters = 48;

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

/// Whitespace runs become one space; signs that only format are left out.
std::string plainLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (c == '\n' && !line.empty()) break;
        const bool space = static_cast<unsigned char>(c) <= ' ';
        if (space ? !line.empty() && line.back() != ' ' : std::string_view("#*`>").find(c) == std::string_view::npos)
            line += space ? ' ' : c;
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace

std::string automaticTitle(std::string_view question) {
    std::string line = plainLine(toValidUtf8(question.substr(0, 4096)));
    if (characters(line) <= kTitleCharacters) return line;
    // Cut at a word where there is one in the second half.
    std::size_t end = 0;
    for (std::size_t count = 0; end < line.size(); ++end)
        if ((static_cast<unsigned char>(line[end]) & 0xc0) != 0x80 && count++ == kTitleCharacters) break;
    const std::size_t word = line.rfind(' ', end);
    return line.substr(0, word != std::string::npos && word > end / 2 ? word : end) + "…";
}

}  // namespace tessera
