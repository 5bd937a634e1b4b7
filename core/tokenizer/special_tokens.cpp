// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/special_tokens.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace tessera {

namespace {

unsigned char byteAt(std::string_view text, std::size_t position) { return static_cast<unsigned char>(text[position]); }

/// isspace() of the C locale, whatever the program's locale is.
bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Ranges that are taken already; they never overlap.
class TakenRanges {
public:
    /// The free range around [begin, end), false when a part of it is taken.
    bool freeAround(std::size_t begin, std::size_t end, std::size_t text_bytes, std::size_t& free_begin,
                    std::size_t& free_end) const {
        const auto next = m_ranges.lower_bound(begin);
        free_end = next == m_ranges.end() ? text_bytes : next->first;
        free_begin = next == m_ranges.begin() ? 0 : std::prev(next)->second;
        return free_begin <= begin && end <= free_end;
    }
    void take(std::size_t begin, std::size_t end) { m_ranges.emplace(begin, end); }

private:
    std::map<std::size_t, std::size_t> m_ranges;  // begin → end
};

}  // namespace

SpecialTokens::SpecialTokens(std::vector<SpecialToken> tokens) : m_tokens(std::move(tokens)) {
    std::stable_sort(m_tokens.begin(), m_tokens.end(),
                     [](const SpecialToken& a, const SpecialToken& b) { return a.text.size() > b.text.size(); });
    m_sorted.resize(m_tokens.size());
    for (std::uint32_t i = 0; i < m_sorted.size(); ++i) m_sorted[i] = i;
    std::sort(m_sorted.begin(), m_sorted.end(),
              [&](std::uint32_t a, std::uint32_t b) { return m_tokens[a].text < m_tokens[b].text; });
    for (const SpecialToken& token : m_tokens) ++m_first[byteAt(token.text, 0) + 1u];
    for (std::size_t b = 1; b < m_first.size(); ++b) m_first[b] += m_first[b - 1];
}

std::vector<SpecialTokens::Match> SpecialTokens::findAll(std::string_view text, const Filter& accept) const {
    std::vector<Match> all;
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
        const unsigned char first = byteAt(text, begin);
        auto low = m_sorted.begin() + m_first[first];
        auto high = m_sorted.begin() + m_first[first + 1u];
        // Narrow the candidates byte by byte; the shortest of those that share a prefix stands first.
        for (std::size_t depth = 1; low != high; ++depth) {
            if (m_tokens[*low].text.size() == depth) {
                const SpecialToken& token = m_tokens[*low++];
                if (accept(token, begin, begin + depth)) all.push_back({begin, begin + depth, &token});
            }
            if (begin + depth == text.size()) break;
            const unsigned char wanted = byteAt(text, begin + depth);
            low = std::lower_bound(low, high, wanted,
                                   [&](std::uint32_t i, unsigned char b) { return byteAt(m_tokens[i].text, depth) < b; });
            high = std::upper_bound(low, high, wanted,
                                    [&](unsigned char b, std::uint32_t i) { return b < byteAt(m_tokens[i].text, depth); });
        }
    }
    return all;
}

std::vector<SpecialTokens::Match> SpecialTokens::find(std::string_view text, const Filter& accept) const {
    std::vector<Match> candidates = findAll(text, accept);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Match& a, const Match& b) { return a.token < b.token; });  // m_tokens is longest first
    TakenRanges taken;
    std::vector<Match> matches;
    for (Match match : candidates) {
        std::size_t free_begin = 0;
        std::size_t free_end = 0;
        if (!taken.freeAround(match.begin, match.end, text.size(), free_begin, free_end)) continue;
        if (match.token->strips_left)
            while (match.begin > free_begin && isSpace(text[match.begin - 1])) --match.begin;
        if (match.token->strips_right)
            while (match.end < free_end && isSpace(text[match.end])) ++match.end;
        taken.take(match.begin, match.end);
        matches.push_back(match);
    }
    std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.begin < b.begin; });
    return matches;
}

}  // namespace tessera
