// SPDX-License-Identifier: GPL-3.0-or-later
// Llama and the many models that share its graph (SmolLM, TinyLlama, Mistral in GGUF): pre-norm, rotary embedding on
// adjacent pairs, grouped-query attention, SwiGLU: one in each layer, or a mixture of experts (Mixtral, arXiv:2401.04088).
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/moe_block.h"

namespace tessera {
namespace {

class LlamaArchitecture final : public Architecture {
public:
    std::string_view name() const override { return "llama"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readHyperparameters(model));
        if (parameters.feed_forward == 0)
            return fail(ErrorKind::NotFound, "the model has no metadata key llama.feed_forward_length");
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        TESSERA_TRY(parameters.moe, readExpertParameters(model));
        parameters.moe = mixtral(parameters);
        parameters.rope.mode = 0;  // adjacent pairs: GGUF's q and k are permuted for it
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        if (!p.moe) return denseLayerTensors(p);
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        addExpertWeights(specs, p);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters& p) const override {
        return ropeFactorWeights(p);
    }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        ggml_tensor* factors = builder.ropeFactors();
        Qkv qkv = beginLayer(builder, weights, input, layer);
        qkv.query = builder.rope(qkv.query, factors, "Qcur", layer);
        qkv.key = builder.rope(qkv.key, factors, "Kcur", layer);
        ggml_tensor* attention = buildAttention(builder, weights, qkv.query, qkv.key, qkv.value, layer);
        return finishLayer(builder, weights, attention, input, layer, builder.parameters().moe ? FeedForward(buildRoutedSwiGlu) : buildSwiGlu);
    }

private:
    /// What every llama with experts does, whatever the metadata says; as libllama.
    static ExpertParameters mixtral(const Hyperparameters& parameters) {
        ExpertParameters moe = parameters.moe;
        moe.normalised = true;
        moe.gating = ExpertGating::Softmax;
        moe.weight_scale = 0.0f;
        moe.dense_layers = 0;
        moe.feed_forward = parameters.feed_forward;
        return moe;
    }
};

}  // namespace

const Architecture& llamaArchitecture() {
    static const LlamaArchitecture architecture;
    return architecture;
}

}  // namespace tessera
