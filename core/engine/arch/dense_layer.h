// SPDX-License-Identifier: GPL-3.0-or-later
// What llama's dense relatives share: pre-norm, one attention, one SwiGLU, each added to the residual stream.
#pragma once

#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"

namespace tessera {

/// The common keys, of which feed_forward_length is needed; Unsupported for a mixture of experts.
Result<Hyperparameters> readDenseHyperparameters(const GgufModel& model);

/// attn_norm, attention, ffn_norm, gate, up and down.
std::vector<WeightSpec> denseLayerTensors(const Hyperparameters& parameters);

/// attn_norm and the projections.
Qkv beginDenseLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);
/// RoPE on query and key, attention over the cache, then finishDenseLayer().
ggml_tensor* rotateAndFinishDenseLayer(GraphBuilder& builder, const LayerWeights& weights, const Qkv& qkv, ggml_tensor* input,
                                       int layer);
/// From attention's output to the layer's: residual, ffn_norm, SwiGLU, residual.
ggml_tensor* finishDenseLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* attention, ggml_tensor* input,
                              int layer);

}  // namespace tessera
