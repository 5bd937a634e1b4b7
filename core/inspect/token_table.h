// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of next tokens, and how two of them differ.
#pragma once

#include "core/engine/engine.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tessera {

struct TokenChance {
    TokenId token{0};
    std::string piece;
    float logit = 0;
    float probability = 0;  // 0 … 1
};

/// The likeliest tokens, best first.
std::vector<TokenChance> nextTokens(std::span<const float> logits, const Tokenizer& tokenizer, std::uint32_t top_k);

struct TokenChange {
    TokenId token{0};
    std::string piece;
    float before = 0;  // probabilities
    float after = 0;
    std::uint32_t rank_before = 0;  // 0: the likeliest
    std::uint32_t rank_after = 0;
};

struct NextTokenChange {
    std::vector<TokenChange> tokens;  // the top_k of both, by the larger of the two probabilities
    double kl = 0;                    // KL(before ‖ after), nats
    double largest_logit_difference = 0;
};

/// Both [vocabulary]. InvalidArgument when their sizes differ (two models with other vocabularies).
Result<NextTokenChange> compareNextTokens(std::span<const float> before, std::span<const float> after,
                                          const Tokenizer& tokenizer, std::uint32_t top_k);

}  // namespace tessera
