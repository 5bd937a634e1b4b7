// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ablation.h"

#include "core/base/format.h"
#include "core/engine/engine.h"

namespace tessera {
namespace {

Result<void> checkLayer(LayerIndex layer, const ModelFacts& facts) {
    if (toInt(layer) >= 0 && toInt(layer) < static_cast<std::int32_t>(facts.layers)) return {};
    return fail(ErrorKind::InvalidArgument,
                format("layer {} cannot be left out: the model has layers 0–{}", toInt(layer), facts.layers - 1));
}

}  // namespace

Result<void> checkAblation(const Ablation& ablation, const ModelFacts& facts) {
    for (const auto* list : {&ablation.attention, &ablation.feed_forward, &ablation.layers})
        for (const LayerIndex layer : *list) TESSERA_CHECK(checkLayer(layer, facts));
    for (const HeadIndex& head : ablation.heads) {
        TESSERA_CHECK(checkLayer(head.layer, facts));
        if (head.head < 0 || head.head >= static_cast<std::int32_t>(facts.heads))
            return fail(ErrorKind::InvalidArgument,
                        format("head {} of layer {} cannot be left out: the model has heads 0–{}", head.head,
                               toInt(head.layer), facts.heads - 1));
    }
    return {};
}

}  // namespace tessera
