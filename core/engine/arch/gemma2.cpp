// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 2 (Gemma Team 2024, arXiv:2408.00118): soft-capped attention and logits, every second layer slides.
#include "core/engine/arch/gemma_layer.h"
#include "core/engine/ggml_handles.h"

#include "core/base/format.h"

namespace tessera {
namespace {

class Gemma2Architecture final : public Architecture {
public:
    std::string_view name() const override { return "gemma2"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto parameters, readGemmaHyperparameters(model));
        TESSERA_TRY(parameters.attention_soft_cap, readNumber(model, "attn_logit_softcapping", 50.0f));
        TESSERA_TRY(parameters.logit_soft_cap, readNumber(model, "final_logit_softcapping", 30.0f));
        if (parameters.attention_soft_cap <= 0.0f || parameters.logit_soft_cap <= 0.0f)
            return fail(ErrorKind::Corrupt, format("gemma2.attn_logit_softcapping {} or final_logit_softcapping {} is not positive",
                                                   parameters.attention_soft_cap, parameters.logit_soft_cap));
        TESSERA_CHECK(readSlidingWindow(model, 4096, 2, parameters.rope.frequency_base, parameters));
        return parameters;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override {
        return gemmaLayerTensors(p);
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        constexpr int kLayersOf27B = 46;
        const LayerWeights& weights = builder.layer(layer);
        return finishGemmaLayer(builder, weights, beginLayer(builder, weights, input, layer), input, layer, kLayersOf27B);
    }
};

}  // namespace

const Architecture& gemma2Architecture() {
    static const Gemma2Architecture architecture;
    return architecture;
}

}  // namespace tessera
