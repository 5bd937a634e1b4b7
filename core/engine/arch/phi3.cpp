// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-3 and Phi-4 (Abdin et al. 2024, arXiv:2404.14219): query, key and value in one matrix, gate and up in another, RoPE on
// halves of a part of each head, with LongRoPE's factors. The sliding window of the files' metadata is left alone, as
// libllama does: converters never wrote it so that it could be relied on.
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/ggml_handles.h"

#include <cmath>

namespace tessera {
namespace {

class Phi3Architecture final : public Architecture {
public:
    std::string_view name() const override { return "phi3"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
        TESSERA_CHECK(checkHeadsFillEmbedding(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        parameters.attention_scale = 1.0f;  // the query is scaled instead
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttentionWeights(specs, p);
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        addLinear(specs, "ffn_up", p.embedding, 2 * std::int64_t{p.feed_forward});
        addLinear(specs, "ffn_down", p.feed_forward, p.embedding);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters& p) const override { return ropeFactorWeights(p); }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = beginLayer(builder, weights, input, layer);
        ggml_tensor* factors = builder.ropeFactors();
        ggml_tensor* query = builder.rope(qkv.query, factors, "Qcur", layer);
        ggml_tensor* key = builder.rope(qkv.key, factors, "Kcur", layer);
        query = ggml_scale(builder.context(), query, 1.0f / sqrtf(static_cast<float>(builder.parameters().head_size)));
        builder.name(query, "Qcur", layer);
        ggml_tensor* attention = buildAttention(builder, weights, query, key, qkv.value, layer);
        return finishLayer(builder, weights, attention, input, layer, buildFusedSwiGlu);
    }
};

}  // namespace

const Architecture& phi3Architecture() {
    static const Phi3Architecture architecture;
    return architecture;
}

}  // namespace tessera
