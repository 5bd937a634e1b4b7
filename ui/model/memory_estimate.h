// SPDX-License-Identifier: GPL-3.0-or-later
// What a model will need, as a sum that can be shown.
#pragma once

#include "core/engine/engine.h"

#include <cstdint>

namespace tessera::ui {

struct MemoryEstimate {
    std::uint64_t weights = 0;        // as stored; mapped or read, they are touched in full
    std::uint64_t kv_cache = 0;       // keys and values of every layer for the whole context
    std::uint64_t computing = 0;      // activations of one micro batch and one row of logits
    std::uint32_t context_tokens = 0; // that the session will get
    std::uint64_t total() const { return weights + kv_cache + computing; }
};

/// float32 activations: rows × (6 × embedding + 3 × feed-forward + heads × head size) of the widest moment, and the
/// attention scores of one layer when flash attention is off.
MemoryEstimate estimateMemory(const ModelFacts& facts, const SessionOptions& options);

}  // namespace tessera::ui
