// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3 with a mixture of experts in every layer (arXiv:2505.09388): heads of queries and keys are normed before the
// rotary embedding, which turns halves (NeoX).
#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/moe_block.h"

#include "core/base/format.h"

#include <ggml.h>

namespace tessera {
namespace {

class Qwen3MoeArchitecture final : public Architecture {
public:
    std::string_view name() const override { return "qwen3moe"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readHyperparameters(model));
        TESSERA_TRY(parameters.moe, readExpertParameters(model));
        auto& moe = parameters.moe;
        if (!moe) return fail(ErrorKind::NotFound, "the model has no metadata key qwen3moe.expert_count");
        moe.normalised = true;  // as libllama, whatever the metadata says
        moe.gating = ExpertGating::Softmax;
        moe.weight_scale = 0.0f;
        moe.dense_layers = 0;
        if (moe.feed_forward == 0) moe.feed_forward = parameters.feed_forward / moe.used;
        if (moe.feed_forward == 0) return fail(ErrorKind::NotFound, "the model has no metadata key qwen3moe.expert_feed_forward_length");
        if (parameters.rope.dimensions != parameters.head_size)
            return fail(ErrorKind::Corrupt, format("qwen3moe.rope.dimension_count is {}, expected the head size {}",
                                                   parameters.rope.dimensions, parameters.head_size));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        specs.push_back(normWeight("attn_q_norm.weight", p.head_size));
        specs.push_back(normWeight("attn_k_norm.weight", p.head_size));
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        addExpertWeights(specs, p);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        ggml_tensor* normed = builder.rmsNorm(input, weights.at("attn_norm.weight"), "attn_norm", layer);
        auto [query, key, value] = buildQkv(builder, weights, normed, layer);
        query = builder.rmsNorm(query, weights.at("attn_q_norm.weight"), "Qcur_normed", layer);
        query = builder.rope(query, nullptr, "Qcur", layer);
        key = builder.rmsNorm(key, weights.at("attn_k_norm.weight"), "Kcur_normed", layer);
        key = builder.rope(key, nullptr, "Kcur", layer);
        builder.name(value, "Vcur", layer);
        ggml_tensor* attention = buildAttention(builder, weights, query, key, value, layer);
        attention = builder.silenceAttention(attention, layer);
        builder.name(attention, "attn_out", layer);

        attention = builder.keepOutputs(attention, layer);
        ggml_tensor* residual = builder.keepOutputs(input, layer);
        residual = builder.add(attention, residual, "ffn_inp", layer);

        ggml_tensor* out = builder.rmsNorm(residual, weights.at("ffn_norm.weight"), "ffn_norm", layer);
        out = builder.silenceFeedForward(buildExperts(builder, weights, out, layer), layer);
        return builder.add(out, residual, "l_out", layer);
    }
};

}  // namespace

const Architecture& qwen3MoeArchitecture() {
    static const Qwen3MoeArchitecture architecture;
    return architecture;
}

}  // namespace tessera
