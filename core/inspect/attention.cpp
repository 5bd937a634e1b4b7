// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/attention.h"

#include "core/inspect/row_math.h"

#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

/// Weights of one query over positions 0 … token; the rest of `out` stays zero.
void weightsOf(const AttentionLayer& layer, std::size_t head, std::size_t token, std::span<float> out) {
    if (!layer.weights.empty()) {
        const auto row = std::span(layer.weights).subspan((head * layer.tokens + token) * layer.tokens, layer.tokens);
        std::ranges::copy(row, out.begin());
        return;
    }
    const auto size = layer.head_size;
    const auto group = head / (layer.heads / layer.kv_heads);
    const auto query = std::span(layer.queries).subspan((token * layer.heads + head) * size, size);
    const double scale = 1.0 / std::sqrt(static_cast<double>(size));
    const auto visible = out.first(token + 1);
    for (std::size_t k = 0; k < visible.size(); ++k)
        visible[k] = static_cast<float>(
            scale * dotProduct(query, std::span(layer.keys).subspan((k * layer.kv_heads + group) * size, size)));
    const float largest = *std::max_element(visible.begin(), visible.end());
    double sum = 0;
    for (float& value : visible) {
        value = std::exp(value - largest);
        sum += static_cast<double>(value);
    }
    for (float& value : visible) value = static_cast<float>(static_cast<double>(value) / sum);
}

Rows zeroRows(std::size_t rows, std::size_t columns) { return {rows, columns, std::vector<float>(rows * columns)}; }

std::span<float> rowOf(Rows& rows, std::size_t index) {
    return std::span(rows.values).subspan(index * rows.columns, rows.columns);
}

}  // namespace

Rows attentionWeights(const AttentionLayer& layer, std::uint32_t head) {
    Rows out = zeroRows(layer.tokens, layer.tokens);
    for (std::size_t token = 0; token < layer.tokens; ++token) weightsOf(layer, head, token, rowOf(out, token));
    return out;
}

Rows attentionOfToken(const AttentionLayer& layer, std::uint32_t token) {
    Rows out = zeroRows(layer.heads, layer.tokens);
    for (std::size_t head = 0; head < layer.heads; ++head) weightsOf(layer, head, token, rowOf(out, head));
    return out;
}

Rows attentionThumbnail(const AttentionLayer& layer, std::uint32_t head, std::uint32_t at_most) {
    const auto side = std::min<std::size_t>(layer.tokens, std::max<std::uint32_t>(at_most, 1));
    Rows out = zeroRows(side, side);
    std::vector<std::size_t> counts(side * side);
    std::vector<float> weights(layer.tokens);
    for (std::size_t token = 0; token < layer.tokens; ++token) {
        std::ranges::fill(weights, 0.0f);
        weightsOf(layer, head, token, weights);
        const auto line = token * side / layer.tokens * side;
        for (std::size_t k = 0; k < layer.tokens; ++k) {
            out.values[line + k * side / layer.tokens] += weights[k];
            ++counts[line + k * side / layer.tokens];
        }
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
        out.values[i] /= static_cast<float>(std::max<std::size_t>(counts[i], 1));
    return out;
}

HeadSummary summarizeHead(const AttentionLayer& layer, std::uint32_t head) {
    HeadSummary sum;
    std::vector<float> weights(layer.tokens);
    for (std::size_t token = 0; token < layer.tokens; ++token) {
        std::ranges::fill(weights, 0.0f);
        weightsOf(layer, head, token, weights);
        sum.first += weights[0];
        sum.own += weights[token];
        if (token > 0) sum.previous += weights[token - 1];
        for (const float weight : weights)
            if (weight > 0.0f) sum.entropy -= weight * std::log(weight);
    }
    const auto count = static_cast<float>(layer.tokens);
    return {sum.first / count, sum.previous / std::max(count - 1.0f, 1.0f), sum.own / count, sum.entropy / count};
}

}  // namespace tessera
