// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3 (Gemma Team 2025, arXiv:2503.19786), its text: norms on each head's query and key, five of six layers slide and have
// a RoPE base of their own.
#include "core/engine/arch/gemma_layer.h"
#include "core/engine/ggml_handles.h"

namespace tessera {
namespace {

class Gemma3Architecture final : public Architecture {
public:
    std::string_view name() const override { return "gemma3"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readGemmaHyperparameters(model));
        TESSERA_TRY(parameters.logit_soft_cap, readNumber(model, "final_logit_softcapping", 0.0f));
        TESSERA_CHECK(readSlidingWindow(model, 0, 6, 10000.0f, parameters));
        parameters.window.rope.frequency_scale = 1.0f;
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        auto specs = gemmaLayerTensors(p);
        addHeadNormWeights(specs, p);
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        constexpr int kLayersOf27B = 62;
        const LayerWeights& weights = builder.layer(layer);
        const Qkv qkv = normHeads(builder, weights, beginLayer(builder, weights, input, layer), layer);
        return finishGemmaLayer(builder, weights, qkv, input, layer, kLayersOf27B);
    }
};

}  // namespace

const Architecture& gemma3Architecture() {
    static const Gemma3Architecture architecture;
    return architecture;
}

}  // namespace tessera
