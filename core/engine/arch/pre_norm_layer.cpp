// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/arch/pre_norm_layer.h"

#include "core/base/format.h"

namespace tessera {

Result<Hyperparameters> readDenseHyperparameters(const GgufModel& model) {
    TESSERA_TRY(auto parameters, readHyperparameters(model));
    if (parameters.experts > 0)
        return fail(ErrorKind::Unsupported, format("the model has {} experts; this engine computes dense {} models only; use "
                                                   "the llama.cpp engine", parameters.experts, parameters.architecture));
    if (parameters.feed_forward == 0)
        return fail(ErrorKind::NotFound, format("the model has no metadata key {}.feed_forward_length", parameters.architecture));
    return parameters;
}

std::vector<WeightSpec> denseLayerTensors(const Hyperparameters& p) {
    std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
    addAttentionWeights(specs, p);
    specs.push_back(normWeight("ffn_norm.weight", p.embedding));
    addLinear(specs, "ffn_gate", p.embedding, p.feed_forward);
    addLinear(specs, "ffn_up", p.embedding, p.feed_forward);
    addLinear(specs, "ffn_down", p.feed_forward, p.embedding);
    return specs;
}

Qkv beginLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    ggml_tensor* normed = builder.rmsNorm(input, weights.at("attn_norm.weight"), "attn_norm", layer);
    const Qkv qkv = buildQkv(builder, weights, normed, layer);
    builder.name(qkv.value, "Vcur", layer);
    return qkv;
}

void addHeadNormWeights(std::vector<WeightSpec>& specs, const Hyperparameters& p) {
    specs.push_back(normWeight("attn_q_norm.weight", p.head_size));
    specs.push_back(normWeight("attn_k_norm.weight", p.head_size));
}

Qkv normHeads(GraphBuilder& builder, const LayerWeights& weights, Qkv qkv, int layer) {
    qkv.query = builder.rmsNorm(qkv.query, weights.at("attn_q_norm.weight"), "Qcur_normed", layer);
    qkv.key = builder.rmsNorm(qkv.key, weights.at("attn_k_norm.weight"), "Kcur_normed", layer);
    return qkv;
}

ggml_tensor* rotateAndFinishLayer(GraphBuilder& builder, const LayerWeights& weights, const Qkv& qkv, ggml_tensor* input, int layer,
                                  const FeedForward& feed_forward) {
    ggml_tensor* query = builder.rope(qkv.query, nullptr, "Qcur", layer);
    ggml_tensor* key = builder.rope(qkv.key, nullptr, "Kcur", layer);
    return finishLayer(builder, weights, buildAttention(builder, weights, query, key, qkv.value, layer), input, layer, feed_forward);
}

ggml_tensor* finishLayer(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* attention, ggml_tensor* input, int layer,
                         const FeedForward& feed_forward) {
    attention = builder.silenceAttention(attention, layer);
    builder.name(attention, "attn_out", layer);
    attention = builder.keepOutputs(attention, layer);
    ggml_tensor* residual = builder.add(attention, builder.keepOutputs(input, layer), "ffn_inp", layer);

    ggml_tensor* out = builder.rmsNorm(residual, weights.at("ffn_norm.weight"), "ffn_norm", layer);
    out = builder.silenceFeedForward(feed_forward(builder, weights, out, layer), layer);
    builder.name(out, builder.parameters().moe ? "ffn_moe_out" : "ffn_out", layer);
    return builder.add(out, residual, "l_out", layer);
}

}  // namespace tessera
