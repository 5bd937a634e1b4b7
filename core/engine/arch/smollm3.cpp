// SPDX-License-Identifier: GPL-3.0-or-later
// SmolLM3: llama whose every fourth layer knows no positions (NoPE, Yang et al. 2025, arXiv:2501.18795).
#include "core/engine/arch/pre_norm_layer.h"
#include "core/engine/ggml_handles.h"

namespace tessera {
namespace {

class SmolLm3Architecture final : public Architecture {
public:
    std::string_view name() const override { return "smollm3"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readDenseHyperparameters(model));
        TESSERA_CHECK(checkWholeHeadsTurn(parameters));
        parameters.rope.mode = GGML_ROPE_TYPE_NORMAL;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        return denseLayerTensors(p);
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    bool turnsKeys(int layer) const override {
        constexpr int kNoRopeStep = 4;
        return (layer + 1) % kNoRopeStep != 0;
    }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = beginLayer(builder, weights, input, layer);
        if (turnsKeys(layer)) return rotateAndFinishLayer(builder, weights, qkv, input, layer);
        builder.name(qkv.query, "Qcur", layer);
        builder.name(qkv.key, "Kcur", layer);
        return finishLayer(builder, weights, buildAttention(builder, weights, qkv.query, qkv.key, qkv.value, layer), input, layer);
    }
};

}  // namespace

const Architecture& smollm3Architecture() {
    static const SmolLm3Architecture architecture;
    return architecture;
}

}  // namespace tessera
