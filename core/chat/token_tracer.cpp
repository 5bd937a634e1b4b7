// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/token_tracer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera {

TracedToken traceToken(std::span<const float> logits, TokenId token, int alternatives, const Tokenizer& tokenizer) {
    // Keeps the best few while reading the row once: a sort of 150 000 would cost more than the softmax.
    std::vector<std::uint32_t> best;
    const auto wanted = std::min(static_cast<std::size_t>(std::max(alternatives, 1)), logits.size());
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return logits[a] > logits[b]; };
    for (std::uint32_t i = 0; i < logits.size(); ++i) {
        if (best.size() == wanted && logits[i] <= logits[best.back()]) continue;
        best.insert(std::upper_bound(best.begin(), best.end(), i, before), i);
        if (best.size() > wanted) best.pop_back();
    }
    const float highest = best.empty() ? 0 : logits[best.front()];
    const double sum = std::accumulate(logits.begin(), logits.end(), 0.0, [highest](double total, float logit) {
        return total + static_cast<double>(std::exp(logit - highest));
    });
    const auto probability = [&](std::size_t i) {
        return static_cast<float>(static_cast<double>(std::exp(logits[i] - highest)) / sum);
    };
    TracedToken traced;
    traced.id = token;
    traced.probability = probability(static_cast<std::size_t>(toInt(token)));
    if (alternatives <= 0) return traced;
    for (const std::uint32_t i : best) {
        const TokenId id{static_cast<std::int32_t>(i)};
        traced.alternatives.push_back({id, tokenizer.piece(id, true), probability(i)});
    }
    return traced;
}

}  // namespace tessera
