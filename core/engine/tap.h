// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at named intermediates while a step is computed, through ggml's evaluation callback.
#pragma once

#include "core/base/ids.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace tessera {

/// One node of the graph before or after it is computed. `name` is llama.cpp's without the layer ("attn_norm",
/// "Qcur", "kqv_out", "ffn_out", "l_out", "result_norm", "result_output"); a name may occur several times in a layer:
/// `operation` (ggml's name, "MUL_MAT", "ROPE") tells them apart.
struct TapNode {
    std::string_view name;
    std::string_view operation;
    LayerIndex layer = kOtherLayer;
    std::array<std::int64_t, 4> shape{1, 1, 1, 1};  // innermost first
};

/// Called on the engine's thread, and for layers on nodes on the one that waits for them, never on both at once. A tap that declines everything costs nothing measurable.
class Tap {
public:
    virtual ~Tap() = default;
    /// Whether the values of this node are wanted.
    virtual bool wants(const TapNode& node) = 0;
    /// The values as float32, contiguous in the order of `shape`; valid during the call.
    virtual void take(const TapNode& node, std::span<const float> values) = 0;
    /// True while every row of the last layer is wanted, not only the requested outputs. The fragment engine then picks
    /// the outputs after the last layer, the bridge before the output matrix. Types whose kernels depend on the number of
    /// rows (F32, some K types) then give other last bits.
    virtual bool wantsAllRows() const { return false; }
};

}  // namespace tessera
