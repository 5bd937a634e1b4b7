// SPDX-License-Identifier: GPL-3.0-or-later
// What Gemma 2 and 3 share: norms before and after attention and feed-forward, GeGLU, a scaled embedding, and layers that
// slide between layers that do not.
#pragma once

#include "core/engine/arch/pre_norm_layer.h"

namespace tessera {

/// The common keys, RoPE on halves, the embedding's scale.
Result<Hyperparameters> readGemmaHyperparameters(const GgufModel& model);

/// A dense layer's, with the norms behind attention and feed-forward.
std::vector<WeightSpec> gemmaLayerTensors(const Hyperparameters& parameters);

/// RoPE, attention, norms, GeGLU. The model with `largest_layers` layers scales its queries by the embedding's share of a head,
/// the others by the size of a head.
ggml_tensor* finishGemmaLayer(GraphBuilder& builder, const LayerWeights& weights, const Qkv& qkv, ggml_tensor* input, int layer,
                              int largest_layers);

}  // namespace tessera
