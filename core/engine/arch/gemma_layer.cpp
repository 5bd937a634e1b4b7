// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/arch/gemma_layer.h"

#include "core/engine/ggml_handles.h"

#include <cmath>

namespace tessera {

Result<Hyperparameters> readGemmaHyperparameters(const GgufModel& model) {
    TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
    parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
    parameters.embedding_scale = sqrtf(static_cast<float>(parameters.embedding));
    parameters.attention_scale = 1.0f;  // the query is scaled instead
    return parameters;
}

std::vector<WeightSpec> gemmaLayerTensors(const Hyperparameters& p) {
    auto specs = denseLayerTensors(p);
    specs.push_back(normWeight("post_attention_norm.weight", p.embedding));
    specs.push_back(normWeight("post_ffw_norm.weight", p.embedding));
    return specs;
}

ggml_tensor* finishGemmaLayer(GraphBuilder& builder, const LayerWeights& weights, const Qkv& qkv, ggml_tensor* input, int layer,
                              int largest_layers) {
    const Hyperparameters& p = builder.parameters();
    const int share = p.layers == largest_layers ? p.embedding / p.heads : p.head_size;
    ggml_tensor* query = builder.rope(qkv.query, nullptr, "Qcur", layer);
    ggml_tensor* key = builder.rope(qkv.key, nullptr, "Kcur", layer);
    query = ggml_scale(builder.context(), query, 1.0f / sqrtf(static_cast<float>(share)));
    ggml_tensor* attention = buildAttention(builder, weights, query, key, qkv.value, layer);
    attention = builder.keepOutputs(attention, layer);
    attention = builder.rmsNorm(attention, weights.at("post_attention_norm.weight"), "attn_post_norm", layer);
    attention = builder.silenceAttention(attention, layer);
    ggml_tensor* residual = builder.add(attention, builder.keepOutputs(input, layer), "sa_out", layer);

    ggml_tensor* out = builder.rmsNorm(residual, weights.at("ffn_norm.weight"), "ffn_norm", layer);
    out = buildGeGlu(builder, weights, out, layer);
    builder.name(out, "ffn_out", layer);
    out = builder.rmsNorm(out, weights.at("post_ffw_norm.weight"), "ffn_post_norm", layer);
    out = builder.silenceFeedForward(out, layer);
    return builder.add(out, residual, "l_out", layer);
}

}  // namespace tessera
