// SPDX-License-Identifier: GPL-3.0-or-later
// gpt-oss (arXiv:2508.10925): a mixture of experts with biases in every layer, attention with sinks (Xiao et al. 2023,
// arXiv:2309.17453), every second layer slides.
#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/moe_block.h"

#include <ggml.h>

namespace tessera {
namespace {

class GptOssArchitecture final : public Architecture {
public:
    std::string_view name() const override { return "gpt-oss"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readHyperparameters(model));
        TESSERA_TRY(parameters.moe, readExpertParameters(model));
        auto& moe = parameters.moe;
        if (!moe) return fail(ErrorKind::NotFound, "the model has no metadata key gpt-oss.expert_count");
        if (moe.feed_forward == 0) return fail(ErrorKind::NotFound, "the model has no metadata key gpt-oss.expert_feed_forward_length");
        moe.gating = ExpertGating::SoftmaxOfChosen;  // as libllama, whatever the metadata says
        moe.normalised = false;
        moe.weight_scale = 0.0f;
        moe.dense_layers = 0;
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        TESSERA_CHECK(readSlidingWindow(model, 0, 2, parameters.rope.frequency_base, parameters));
        if (parameters.window.positions == 0) return fail(ErrorKind::NotFound, "the model has no metadata key gpt-oss.attention.sliding_window");
        parameters.whole_last_layer = true;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        specs.push_back(normWeight("attn_sinks.weight", p.heads));
        specs.push_back(normWeight("post_attention_norm.weight", p.embedding));
        addExpertWeights(specs, p, true);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        ggml_tensor* normed = builder.rmsNorm(input, weights.at("attn_norm.weight"), "attn_norm", layer);
        auto [query, key, value] = buildQkv(builder, weights, normed, layer);
        query = builder.rope(query, nullptr, "Qcur", layer);
        key = builder.rope(key, nullptr, "Kcur", layer);
        builder.name(value, "Vcur", layer);
        ggml_tensor* attention = buildAttention(builder, weights, query, key, value, layer);
        attention = builder.silenceAttention(attention, layer);
        builder.name(attention, "attn_out", layer);
        ggml_tensor* residual = builder.add(builder.keepOutputs(attention, layer), builder.keepOutputs(input, layer), "ffn_inp", layer);

        ggml_tensor* out = builder.rmsNorm(residual, weights.at("post_attention_norm.weight"), "attn_post_norm", layer);
        out = buildExperts(builder, weights, out, layer, ExpertActivation::ClampedSwiGlu);
        out = builder.silenceFeedForward(out, layer);
        return builder.add(out, residual, "l_out", layer);
    }
};

}  // namespace

const Architecture& gptOssArchitecture() {
    static const GptOssArchitecture architecture;
    return architecture;
}

}  // namespace tessera
