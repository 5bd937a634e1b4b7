// SPDX-License-Identifier: GPL-3.0-or-later
// What llama and its relatives share: a norm before attention and one before the feed-forward, whose results are added to the
// residual stream.
#pragma once

#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"

#include <functional>

namespace tessera {

/// The common keys, of which feed_forward_length is needed; Unsupported for a mixture of experts.
Result<Hyperparameters> readDenseHyperparameters(const GgufModel& model);

/// attn_norm, attention, ffn_norm, gate, up and down.
std::vector<WeightSpec> denseLayerTensors(const Hyperparameters& parameters);

/// What a layer does with the normed rows [embedding × rows] behind attention.
using FeedForward = std::function<ggml_tensor*(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* rows, int layer)>;

/// attn_norm and the projections.
Qkv beginLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);
/// The norms of normHeads().
void addHeadNormWeights(std::vector<WeightSpec>& specs, const Hyperparameters& parameters);
/// RMS norms of each head's query and key.
Qkv normHeads(GraphBuilder& builder, const LayerWeights& weights, Qkv qkv, int layer);
/// RoPE on query and key, attention over the cache, then finishLayer().
ggml_tensor* rotateAndFinishLayer(GraphBuilder& builder, const LayerWeights& weights, const Qkv& qkv, ggml_tensor* input, int layer,
                                  const FeedForward& feed_forward = buildSwiGlu);
/// From attention's output to the layer's: residual, ffn_norm, feed-forward, residual.
ggml_tensor* finishLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* attention, ggml_tensor* input, int layer,
                         const FeedForward& feed_forward = buildSwiGlu);

}  // namespace tessera
