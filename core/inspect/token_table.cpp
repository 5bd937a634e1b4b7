// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/token_table.h"

#include "core/base/format.h"
#include "core/inspect/logit_row.h"

#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

std::vector<LensCandidate> likeliest(std::span<const float> logits, std::uint32_t top_k) {
    std::vector<LensCandidate> top(std::min<std::size_t>(top_k, logits.size()));
    if (!top.empty()) summarizeLogits(logits, top, {}, {});
    return top;
}

LensFollowed placeOf(std::span<const float> logits, TokenId token) {
    LensFollowed place;
    summarizeLogits(logits, {}, std::span(&token, 1), std::span(&place, 1));
    return place;
}

}  // namespace

std::vector<TokenChance> nextTokens(std::span<const float> logits, const Tokenizer& tokenizer, std::uint32_t top_k) {
    std::vector<TokenChance> out;
    for (const auto& [token, probability] : likeliest(logits, top_k))
        out.push_back(
            {token, tokenizer.piece(token, true), logits[static_cast<std::size_t>(toInt(token))], probability});
    return out;
}

Result<NextTokenChange> compareNextTokens(std::span<const float> before, std::span<const float> after,
                                          const Tokenizer& tokenizer, std::uint32_t top_k) {
    if (before.size() != after.size() || before.empty())
        return fail(
            ErrorKind::InvalidArgument,
            format("next tokens of vocabularies of {} and {} tokens cannot be compared", before.size(), after.size()));
    NextTokenChange change;
    std::vector<TokenId> tokens;
    for (const auto logits : {before, after})
        for (const auto& candidate : likeliest(logits, top_k))
            if (std::ranges::find(tokens, candidate.token) == tokens.end()) tokens.push_back(candidate.token);
    for (const TokenId token : tokens) {
        const auto old = placeOf(before, token);
        const auto now = placeOf(after, token);
        change.tokens.push_back(
            {token, tokenizer.piece(token, true), old.probability, now.probability, old.rank, now.rank});
    }
    std::ranges::stable_sort(change.tokens, std::greater{},
                             [](const TokenChange& c) { return std::max(c.before, c.after); });

    const double norm_before = logSumExp(before);
    const double norm_after = logSumExp(after);
    for (std::size_t i = 0; i < before.size(); ++i) {
        const double p = static_cast<double>(before[i]) - norm_before;
        const double q = static_cast<double>(after[i]) - norm_after;
        change.kl += std::exp(p) * (p - q);
        change.largest_logit_difference = std::max(
            change.largest_logit_difference, std::fabs(static_cast<double>(after[i]) - static_cast<double>(before[i])));
    }
    change.kl = std::max(change.kl, 0.0);
    return change;
}

}  // namespace tessera
