// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5 (Yang et al. 2024, arXiv:2407.10671): llama with biases on query, key and value, and RoPE on halves.
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/ggml_handles.h"

namespace tessera {
namespace {

class Qwen2Architecture final : public Architecture {
public:
    std::string_view name() const override { return "qwen2"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        TESSERA_CHECK(checkHeadsFillEmbedding(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        return denseLayerTensors(p);
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        return rotateAndFinishLayer(builder, weights, beginLayer(builder, weights, input, layer), input, layer);
    }
};

}  // namespace

const Architecture& qwen2Architecture() {
    static const Qwen2Architecture architecture;
    return architecture;
}

}  // namespace tessera
