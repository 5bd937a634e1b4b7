// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the model that a session leaves out, to see what they were good for. Fragment engine only.
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <vector>

namespace tessera {

struct ModelFacts;

/// One attention head, 0-based.
struct HeadIndex {
    LayerIndex layer{0};
    std::int32_t head = 0;
    bool operator==(const HeadIndex&) const = default;
};

/// Empty: the graph and its bits are those of a plain session.
struct Ablation {
    std::vector<HeadIndex> heads;          // the head's output is zero before the output projection
    std::vector<LayerIndex> attention;     // attention adds nothing to the residual
    std::vector<LayerIndex> feed_forward;  // the feed-forward network adds nothing
    std::vector<LayerIndex> layers;        // the layer is not computed: its input is its output

    bool empty() const { return heads.empty() && attention.empty() && feed_forward.empty() && layers.empty(); }
    bool operator==(const Ablation&) const = default;
};

/// InvalidArgument names a layer or head that the model does not have.
Result<void> checkAblation(const Ablation& ablation, const ModelFacts& facts);

}  // namespace tessera
