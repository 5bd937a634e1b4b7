// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/compare_inspections.h"

#include "core/inspect/row_math.h"

#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Beyond this only what is equal at both ends is aligned: the table would be larger than what is compared.
constexpr std::size_t kLargestTable = 16u << 20;

/// Longest common subsequence of a[first, end_a) and b[first, end_b), by the table of Wagner and Fischer (1974).
void alignMiddle(const std::vector<InspectedToken>& a, const std::vector<InspectedToken>& b, std::size_t first,
                 std::size_t end_a, std::size_t end_b, Pairs& out) {
    const auto rows = end_a - first;
    const auto columns = end_b - first;
    if (rows == 0 || columns == 0 || rows * columns > kLargestTable) return;
    std::vector<std::uint32_t> lengths((rows + 1) * (columns + 1));
    const auto length = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return lengths[i * (columns + 1) + j]; };
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            length(i, j) = a[first + i].piece == b[first + j].piece ? length(i + 1, j + 1) + 1
                                                                    : std::max(length(i + 1, j), length(i, j + 1));
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
        if (a[first + i].piece == b[first + j].piece) {
            out.emplace_back(first + i++, first + j++);
        } else {
            length(i + 1, j) >= length(i, j + 1) ? ++i : ++j;
        }
    }
}

LayerGrid difference(const LayerGrid& a, const LayerGrid& b, std::size_t layers, const Pairs& tokens) {
    if (a.empty() || b.empty()) return {};
    LayerGrid out(layers, tokens.size());
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (std::size_t i = 0; i < tokens.size(); ++i)
            out.at(layer, i) = b.at(layer, tokens[i].second) - a.at(layer, tokens[i].first);
    return out;
}

bool holds(const ResidualRows& rows, std::uint32_t token) {
    return token >= rows.tokens.first && token < rows.tokens.end();
}

void compareRows(const ResidualRows& a, const ResidualRows& b, InspectionComparison& out) {
    if (a.empty() || b.empty() || a.columns != b.columns) return;
    out.cosine = LayerGrid(out.layers, out.tokens.size());
    for (std::size_t layer = 0; layer < out.layers; ++layer) {
        double cosines = 0;
        double distances = 0;
        std::size_t compared = 0;
        for (std::size_t i = 0; i < out.tokens.size(); ++i) {
            const auto [at, bt] = out.tokens[i];
            if (!holds(a, at) || !holds(b, bt)) continue;
            const auto x = a.row(layer, at);
            const auto y = b.row(layer, bt);
            const auto norm_x = static_cast<double>(euclideanNorm(x));
            const auto norm_y = static_cast<double>(euclideanNorm(y));
            const double cosine =
                norm_x > 0 && norm_y > 0 ? std::clamp(dotProduct(x, y) / (norm_x * norm_y), -1.0, 1.0) : 0.0;
            out.cosine.at(layer, i) = static_cast<float>(cosine);
            cosines += cosine;
            distances += norm_x > 0 ? static_cast<double>(euclideanDistance(x, y)) / norm_x : 0.0;
            ++compared;
        }
        const auto count = static_cast<double>(std::max<std::size_t>(compared, 1));
        out.layer_cosine.push_back(static_cast<float>(cosines / count));
        out.layer_distance.push_back(static_cast<float>(distances / count));
    }
}

}  // namespace

Pairs alignTokens(const Inspection& a, const Inspection& b) {
    Pairs out;
    const auto shorter = std::min(a.tokens.size(), b.tokens.size());
    std::size_t first = 0;
    while (first < shorter && a.tokens[first].piece == b.tokens[first].piece) {
        out.emplace_back(first, first);
        ++first;
    }
    auto end_a = a.tokens.size();
    auto end_b = b.tokens.size();
    while (end_a > first && end_b > first && a.tokens[end_a - 1].piece == b.tokens[end_b - 1].piece) --end_a, --end_b;
    alignMiddle(a.tokens, b.tokens, first, end_a, end_b, out);
    for (; end_a < a.tokens.size(); ++end_a, ++end_b) out.emplace_back(end_a, end_b);
    return out;
}

InspectionComparison compareInspections(const Inspection& a, const Tokenizer& tokenizer_a, const Inspection& b,
                                        const Tokenizer& tokenizer_b, std::uint32_t top_k) {
    InspectionComparison out;
    out.tokens = alignTokens(a, b);
    out.layers = std::min(a.facts.layers, b.facts.layers);
    out.residual_norm = difference(a.norms.residual, b.norms.residual, out.layers, out.tokens);
    out.attention_norm = difference(a.norms.attention, b.norms.attention, out.layers, out.tokens);
    out.feed_forward_norm = difference(a.norms.feed_forward, b.norms.feed_forward, out.layers, out.tokens);
    compareRows(a.residual, b.residual, out);
    out.next_a = nextTokens(a.logits, tokenizer_a, top_k);
    out.next_b = nextTokens(b.logits, tokenizer_b, top_k);
    if (auto change = compareNextTokens(a.logits, b.logits, tokenizer_a, top_k)) out.change = std::move(*change);
    return out;
}

}  // namespace tessera
