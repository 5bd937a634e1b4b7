// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3 with a mixture of experts in every layer (arXiv:2505.09388): heads of queries and keys are normed before the
// rotary embedding, which turns halves (NeoX).
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/moe_block.h"

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
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        addHeadNormWeights(specs, p);
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        addExpertWeights(specs, p);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = normHeads(builder, weights, beginLayer(builder, weights, input, layer), layer);
        return rotateAndFinishLayer(builder, weights, qkv, input, layer, buildRoutedSwiGlu);
    }
};

}  // namespace

const Architecture& qwen3MoeArchitecture() {
    static const Qwen3MoeArchitecture architecture;
    return architecture;
}

}  // namespace tessera
