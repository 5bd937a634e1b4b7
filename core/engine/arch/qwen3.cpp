// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3 (Yang et al. 2025, arXiv:2505.09388), dense: llama with RMS norms on each head's query and key before RoPE on halves.
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/ggml_handles.h"

namespace tessera {
namespace {

class Qwen3Architecture final : public Architecture {
public:
    std::string_view name() const override { return "qwen3"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NEOX;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        auto specs = denseLayerTensors(p);
        addHeadNormWeights(specs, p);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = normHeads(builder, weights, beginLayer(builder, weights, input, layer), layer);
        return rotateAndFinishLayer(builder, weights, qkv, input, layer);
    }
};

}  // namespace

const Architecture& qwen3Architecture() {
    static const Qwen3Architecture architecture;
    return architecture;
}

}  // namespace tessera
