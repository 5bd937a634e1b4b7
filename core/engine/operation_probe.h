// SPDX-License-Identifier: GPL-3.0-or-later
// Single operations of our graphs on plain numbers, for validation: the same ggml calls that graph_blocks makes.
// Matrices are float32, row-major. Any thread; computed on the engine's. Errors: Unsupported when ggml has no CPU
// backend, OutOfMemory.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::probe {

using Values = std::vector<float>;

/// x / sqrt(mean(x²) + epsilon) · weight for each row of weight.size() elements.
Result<Values> rmsNorm(std::span<const float> rows, std::span<const float> weight, float epsilon);

/// softmax(scale · row + mask) over rows of `columns`; `mask` has the size of `rows`.
Result<Values> softmax(std::span<const float> rows, std::int64_t columns, std::span<const float> mask, float scale);

/// silu(gate) · up, element by element.
Result<Values> swiGlu(std::span<const float> gate, std::span<const float> up, std::int64_t columns);

enum class RopePairs { Adjacent, NeoxHalves };

struct RopeShape {
    std::int64_t head_size = 64;
    std::int64_t heads = 1;
    float base = 10000.0f;
    float frequency_scale = 1.0f;  // linear scaling; the factor's inverse
    RopePairs pairs = RopePairs::Adjacent;
};
/// Rows of heads × head_size, one per position. `factors` (head_size / 2, as rope_freqs.weight) may be empty.
Result<Values> rope(std::span<const float> rows, std::span<const std::int32_t> positions,
                    std::span<const float> factors, const RopeShape& shape);

struct AttentionShape {
    std::int64_t tokens = 1;
    std::int64_t heads = 1;
    std::int64_t kv_heads = 1;
    std::int64_t head_size = 64;
    bool flash = true;  // with keys and values in float16, as the KV cache has them
};
/// Causal attention of `tokens` positions over themselves: query [tokens × heads × head_size], key and value
/// [tokens × kv_heads × head_size]; the result like query.
Result<Values> attention(std::span<const float> query, std::span<const float> key, std::span<const float> value,
                         const AttentionShape& shape);

}  // namespace tessera::probe
