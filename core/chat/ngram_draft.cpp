// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/ngram_draft.h"

#include <algorithm>

namespace tessera {

/// Different tokens may share a key: a guess is a guess.
std::uint64_t NgramDraft::keyOf(std::span<const TokenId> tokens) {
    std::uint64_t key = tokens.size();
    for (const TokenId token : tokens) key = (key ^ static_cast<std::uint32_t>(toInt(token))) * 0x9e3779b97f4a7c15ull + (key >> 29);
    return key;
}

void NgramDraft::begin(std::span<const TokenId> prompt) {
    m_text.clear();
    m_after_two.clear();
    m_after_three.clear();
    for (const TokenId token : prompt) add(token);
}

void NgramDraft::add(TokenId token) {
    // What stands here now is indexed only when something follows it, so that a text never finds its own end.
    const std::span text(m_text);
    if (text.size() >= 2) m_after_two[keyOf(text.last(2))] = text.size();
    if (text.size() >= 3) m_after_three[keyOf(text.last(3))] = text.size();
    m_text.push_back(token);
    m_length.tokenCame();
}

std::vector<TokenId> NgramDraft::guess(std::size_t room, const std::stop_token&) {
    const std::size_t length = std::min(m_length.next(), room);
    if (length == 0 || m_text.size() < 2) return {};
    const std::span text(m_text);
    std::size_t place = 0;
    if (text.size() >= 3)
        if (const auto found = m_after_three.find(keyOf(text.last(3))); found != m_after_three.end()) place = found->second;
    if (place == 0)
        if (const auto found = m_after_two.find(keyOf(text.last(2))); found != m_after_two.end()) place = found->second;
    if (place == 0) return {};
    // A text that repeats itself goes on beyond its own end: what was guessed is looked up like what was there.
    std::vector<TokenId> guessed;
    for (std::size_t i = 0; i < length; ++i) {
        const std::size_t at = place + i;
        guessed.push_back(at < m_text.size() ? m_text[at] : guessed[at - m_text.size()]);
    }
    return guessed;
}

}  // namespace tessera
