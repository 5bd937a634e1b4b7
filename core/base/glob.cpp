// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/glob.h"

#include <cstddef>
#include <optional>

namespace tessera {

namespace {

/// How much of the pattern one element takes, and whether it accepts `c`.
struct Element {
    std::size_t length = 1;
    bool accepts = false;
};

bool inRange(char low, char c, char high) {
    const auto byte = [](char x) { return static_cast<unsigned char>(x); };
    return byte(low) <= byte(c) && byte(c) <= byte(high);
}

/// A set "[…]" at the start of `pattern`; nullopt when it is not closed.
std::optional<Element> matchSet(std::string_view pattern, char c) {
    std::size_t at = 1;
    const bool inverted = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (inverted) ++at;
    bool found = false;
    for (const std::size_t first = at; at < pattern.size(); ++at) {
        if (pattern[at] == ']' && at > first) return Element{at + 1, found != inverted};
        const bool range = at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']';
        found = found || inRange(pattern[at], c, range ? pattern[at + 2] : pattern[at]);
        if (range) at += 2;
    }
    return std::nullopt;
}

Element matchOne(std::string_view pattern, char c) {
    if (pattern[0] == '?') return {1, true};
    if (pattern[0] == '[') {
        if (const auto set = matchSet(pattern, c)) return *set;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) return {2, pattern[1] == c};
    return {1, pattern[0] == c};
}

}  // namespace

bool globMatches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::size_t> star;  // after the last `*`, to come back to
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        if (p < pattern.size()) {
            const Element element = matchOne(pattern.substr(p), text[t]);
            if (element.accepts) {
                p += element.length;
                ++t;
                continue;
            }
        }
        if (!star) return false;
        p = *star;
        t = ++star_text;  // the star takes one character more
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace tessera
