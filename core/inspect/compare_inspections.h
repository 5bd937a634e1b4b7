// SPDX-License-Identifier: GPL-3.0-or-later
// Two inspections side by side: two prompts, two models, or a model with and without a part.
#pragma once

#include "core/inspect/inspection.h"
#include "core/inspect/token_table.h"

#include <optional>
#include <utility>
#include <vector>

namespace tessera {

/// Positions that belong together, from the longest common subsequence of the tokens (by text, so that models with
/// other vocabularies can be compared). Ascending in both.
std::vector<std::pair<std::uint32_t, std::uint32_t>> alignTokens(const Inspection& a, const Inspection& b);

struct InspectionComparison {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> tokens;  // aligned positions
    std::size_t layers = 0;                                       // compared: the smaller number of the two
    LayerGrid residual_norm;  // b − a, [layers × aligned]; empty when one has no norms
    LayerGrid attention_norm;
    LayerGrid feed_forward_norm;
    LayerGrid cosine;  // between the residual rows of a and b; empty unless both kept them with equal width
    std::vector<float> layer_cosine;    // its mean per layer
    std::vector<float> layer_distance;  // mean of |b − a| / |a| per layer, from the same rows
    std::vector<TokenChance> next_a;
    std::vector<TokenChance> next_b;
    std::optional<NextTokenChange> change;  // when both have the same vocabulary size
};

InspectionComparison compareInspections(const Inspection& a, const Tokenizer& tokenizer_a, const Inspection& b,
                                        const Tokenizer& tokenizer_b, std::uint32_t top_k);

}  // namespace tessera
