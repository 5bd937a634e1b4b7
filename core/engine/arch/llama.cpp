// SPDX-License-Identifier: GPL-3.0-or-later
// Llama and the many models that share its graph (SmolLM, TinyLlama, Mistral in GGUF): pre-norm, rotary embedding on
// adjacent pairs, grouped-query attention, SwiGLU: one in each layer, or a mixture of experts (Mixtral, arXiv:2401.04088).
#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/moe_block.h"

#include "core/base/format.h"

namespace tessera {
namespace {

class LlamaArchitecture final : public Architecture {
public:
    std::string_view name() const override { return "llama"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readHyperparameters(model));
        if (parameters.feed_forward == 0)
            return fail(ErrorKind::NotFound, "the model has no metadata key llama.feed_forward_length");
        if (parameters.rope.dimensions != parameters.head_size)
            return fail(ErrorKind::Corrupt, format("llama.rope.dimension_count is {}, expected the head size {}",
                                                   parameters.rope.dimensions, parameters.head_size));
        TESSERA_TRY(parameters.moe, readExpertParameters(model));
        parameters.moe = mixtral(parameters);
        parameters.rope.mode = 0;  // adjacent pairs: GGUF's q and k are permuted for it
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        if (p.moe) {
            addExpertWeights(specs, p);
            return specs;
        }
        addLinear(specs, "ffn_gate", p.embedding, p.feed_forward);
        addLinear(specs, "ffn_up", p.embedding, p.feed_forward);
        addLinear(specs, "ffn_down", p.feed_forward, p.embedding);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters& p) const override {
        return ropeFactorWeights(p);
    }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        ggml_tensor* rope_factors = builder.ropeFactors();

        ggml_tensor* normed = builder.rmsNorm(input, weights.at("attn_norm.weight"), "attn_norm", layer);
        auto [query, key, value] = buildQkv(builder, weights, normed, layer);
        query = builder.rope(query, rope_factors, "Qcur", layer);
        key = builder.rope(key, rope_factors, "Kcur", layer);
        builder.name(value, "Vcur", layer);
        ggml_tensor* attention = buildAttention(builder, weights, query, key, value, layer);
        attention = builder.silenceAttention(attention, layer);
        builder.name(attention, "attn_out", layer);

        attention = builder.keepOutputs(attention, layer);
        ggml_tensor* residual = builder.keepOutputs(input, layer);
        residual = builder.add(attention, residual, "ffn_inp", layer);

        ggml_tensor* out = builder.rmsNorm(residual, weights.at("ffn_norm.weight"), "ffn_norm", layer);
        out = builder.parameters().moe ? buildExperts(builder, weights, out, layer) : buildSwiGlu(builder, weights, out, layer);
        out = builder.silenceFeedForward(out, layer);
        builder.name(out, builder.parameters().moe ? "ffn_moe_out" : "ffn_out", layer);
        out = builder.add(out, residual, "ffn_out", layer);
        builder.name(out, "l_out", layer);
        return out;
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
