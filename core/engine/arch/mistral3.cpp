// SPDX-License-Identifier: GPL-3.0-or-later
// Ministral 3: llama with YaRN's own keys and queries that grow with their position. (Mistral 7B, Mistral Small and Magistral
// call themselves llama.) Dense layers only.
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/ggml_handles.h"

namespace tessera {
namespace {

class Mistral3Architecture final : public Architecture {
public:
    std::string_view name() const override { return "mistral3"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        TESSERA_CHECK(readYarn(model, parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NORMAL;
        TESSERA_TRY(parameters.temperature.scale, readNumber(model, "attention.temperature_scale", 0.0f));
        parameters.temperature.floor = parameters.rope.original_context;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        return denseLayerTensors(p);
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters& p) const override { return ropeFactorWeights(p); }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = beginLayer(builder, weights, input, layer);
        ggml_tensor* factors = builder.ropeFactors();
        ggml_tensor* query = builder.temper(builder.rope(qkv.query, factors, "Qcur", layer), layer);
        ggml_tensor* key = builder.rope(qkv.key, factors, "Kcur", layer);
        return finishLayer(builder, weights, buildAttention(builder, weights, query, key, qkv.value, layer), input, layer);
    }
};

}  // namespace

const Architecture& mistral3Architecture() {
    static const Mistral3Architecture architecture;
    return architecture;
}

}  // namespace tessera
