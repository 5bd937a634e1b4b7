// SPDX-License-Identifier: GPL-3.0-or-later
// Guesses the next tokens from what the text said before: where its last few tokens have been seen earlier, what followed
// them then may follow again ("prompt lookup decoding", A. Saxena 2023). Costs no second model; pays in code, quotations,
// tables, summaries.
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace tessera {

/// One per sequence; one thread at a time. How many tokens are guessed follows how well guessing went lately.
class NgramDraft {
public:
    explicit NgramDraft(std::size_t most) : m_most(most), m_length(most < 4 ? most : 4) {}

    /// The next token of the text.
    void add(TokenId token);
    /// What may come next, at most `room` tokens; often nothing.
    std::vector<TokenId> guess(std::size_t room);
    /// How many of the tokens that were guessed last came.
    void learn(std::size_t guessed, std::size_t came);

private:
    static std::uint64_t keyOf(std::span<const TokenId> tokens);

    std::size_t m_most;
    std::size_t m_length;       // of the next guess
    std::size_t m_pause = 0;    // tokens without a guess, after guesses of which nothing came
    std::size_t m_failures = 0;
    std::vector<TokenId> m_text;
    std::unordered_map<std::uint64_t, std::size_t> m_after_three, m_after_two;  // what stood last behind these tokens
};

}  // namespace tessera
