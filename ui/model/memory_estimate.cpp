// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/memory_estimate.h"

#include "core/engine/model_facts.h"

#include <algorithm>

namespace tessera::ui {

MemoryEstimate estimateMemory(const ModelFacts& facts, const SessionOptions& options) {
    MemoryEstimate estimate;
    estimate.weights = facts.weight_bytes;
    // The rule of chooseContextTokens, without its refusal: a sum that is too large is what the user came to see.
    estimate.context_tokens = options.context_tokens > 0 ? options.context_tokens : std::min<std::uint32_t>(facts.training_context, 4096);
    estimate.kv_cache = kvCacheBytes(facts, estimate.context_tokens, options.kv_type);
    const std::uint64_t rows = std::min(options.micro_batch, std::max<std::uint32_t>(1, estimate.context_tokens));
    const std::uint64_t width = 6ull * facts.embedding + 3ull * facts.feed_forward + std::uint64_t{facts.heads} * facts.head_size;
    estimate.computing = rows * width * sizeof(float) + std::uint64_t{facts.vocabulary} * sizeof(float);
    if (!options.flash_attention) estimate.computing += rows * estimate.context_tokens * facts.heads * sizeof(float);
    return estimate;
}

}  // namespace tessera::ui
