// SPDX-License-Identifier: GPL-3.0-or-later
// Neurons of the feed-forward network, and the tokens that they promote: the column of the down projection seen through
// the output matrix (Geva et al. 2022, arXiv:2203.14680).
#pragma once

#include "core/gguf/tensor_source.h"
#include "core/inspect/inspection.h"
#include "core/inspect/token_table.h"

#include <cstdint>
#include <vector>

namespace tessera {

struct NeuronActivation {
    std::uint32_t neuron = 0;
    float activation = 0;  // signed
};

/// The `count` largest by absolute value, at one position, largest first.
std::vector<NeuronActivation> topNeurons(const NeuronLayer& layer, std::uint32_t token, std::uint32_t count);

/// The tokens whose logits the neuron raises most when its activation has the given sign, best first; `logit` is the
/// score of its direction after the final norm, `probability` is 0. `source` is the model's. Unsupported for layers
/// without a plain "ffn_down" (mixtures of experts).
Result<std::vector<TokenChance>> promotedTokens(OutputHead& head, const TensorSource& source,
                                                const Tokenizer& tokenizer, LayerIndex layer,
                                                const NeuronActivation& neuron, std::uint32_t top_k,
                                                const Operation& operation);
/// The same for several neurons of one layer at once, which reads the matrix once.
Result<std::vector<std::vector<TokenChance>>> promotedTokens(OutputHead& head, const TensorSource& source,
                                                             const Tokenizer& tokenizer, LayerIndex layer,
                                                             std::span<const NeuronActivation> neurons,
                                                             std::uint32_t top_k, const Operation& operation);

}  // namespace tessera
