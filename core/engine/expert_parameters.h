// SPDX-License-Identifier: GPL-3.0-or-later
// What the metadata says about a mixture of experts, checked before it sizes anything.
// Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; defaults as in libllama.
#pragma once

#include "core/gguf/model.h"

#include <cstdint>

namespace tessera {

/// How the router's numbers become probabilities; the values are the metadata's.
enum class ExpertGating : std::int32_t {
    Softmax = 1,
    Sigmoid = 2,
    SoftmaxOfChosen = 3,  // after the choice, over the chosen experts only
};

/// Sizes in elements. All zero in a dense model.
struct ExpertParameters {
    std::int32_t count = 0;          // routed experts of a layer
    std::int32_t used = 0;           // … of which each row takes so many
    std::int32_t shared = 0;         // that every row takes beside them
    std::int32_t feed_forward = 0;   // of one routed expert; 0: the metadata does not say
    std::int32_t dense_layers = 0;   // the first layers, that have no experts
    std::int32_t groups = 0;         // more than 1: only experts of the best `groups_used` groups are chosen
    std::int32_t groups_used = 0;
    ExpertGating gating = ExpertGating::Softmax;
    bool normalised = false;         // the chosen experts' weights sum up to 1
    float weight_scale = 0.0f;       // 0: none

    explicit operator bool() const { return count > 0; }
    bool inLayer(std::int32_t layer) const { return count > 0 && layer >= dense_layers; }
};

/// Corrupt names the key whose value does not fit; Unsupported for experts that differ between layers and for gating
/// functions that are not known here.
Result<ExpertParameters> readExpertParameters(const GgufModel& model);

}  // namespace tessera
