// SPDX-License-Identifier: GPL-3.0-or-later
// Guesses the next tokens from what the text said before: where its last few tokens have been seen earlier, what followed
// them then may follow again ("prompt lookup decoding", A. Saxena 2023). Costs no second model; pays in code, quotations,
// tables, summaries.
#pragma once

#include "core/chat/draft.h"
#include "core/chat/guess_length.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace tessera {

class NgramDraft : public Draft {
public:
    explicit NgramDraft(std::size_t most) : m_length(most) {}

    void begin(std::span<const TokenId> prompt) override;
    void add(TokenId token) override;
    std::vector<TokenId> guess(std::size_t room, const std::stop_token& stop) override;
    void learn(std::size_t guessed, std::size_t came) override { m_length.learn(guessed, came); }

private:
    static std::uint64_t keyOf(std::span<const TokenId> tokens);

    GuessLength m_length;
    std::vector<TokenId> m_text;
    std::unordered_map<std::uint64_t, std::size_t> m_after_three, m_after_two;  // what stood last behind these tokens
};

}  // namespace tessera
