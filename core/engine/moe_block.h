// SPDX-License-Identifier: GPL-3.0-or-later
// The feed-forward part of a layer as a mixture of experts: a router chooses some experts for each row (Shazeer 2017,
// arXiv:1701.06538), whose results are weighted and summed. Operations and their order follow libllama.
#pragma once

#include "core/engine/graph_blocks.h"

#include <cstddef>
#include <vector>

namespace tessera {

/// Router and routed experts: one tensor holds the matrices of all experts of a layer. `biases` are required or not there.
void addExpertWeights(std::vector<WeightSpec>& specs, const Hyperparameters& parameters, bool biases = false);
/// The experts that every row takes, as one matrix of their sizes together ("ffn_up_shexp").
void addSharedExpertWeights(std::vector<WeightSpec>& specs, const Hyperparameters& parameters);

enum class ExpertActivation {
    SwiGlu,
    ClampedSwiGlu,  // gpt-oss: gate · sigmoid(1.702 · gate) · (up + 1), both clamped to 7
};

/// [embedding × rows] in and out.
ggml_tensor* buildExperts(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer,
                          ExpertActivation activation = ExpertActivation::SwiGlu);
/// The same as a FeedForward of most architectures.
inline ggml_tensor* buildRoutedSwiGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    return buildExperts(builder, weights, input, layer);
}
ggml_tensor* buildSharedExperts(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);

/// Nodes that a layer's graph has more than a dense one's, at most.
std::size_t expertNodes(const ExpertParameters& parameters);

}  // namespace tessera
