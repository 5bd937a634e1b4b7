// SPDX-License-Identifier: GPL-3.0-or-later
// The operations of a transformer in plain double precision, written from their definitions and for nothing but being
// right. Row-major. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::reference {

using Values = std::vector<double>;

/// Zhang and Sennrich 2019 (arXiv:1910.07467): x / sqrt(mean(x²) + epsilon) · weight, rows of weight.size().
Values rmsNorm(std::span<const float> rows, std::span<const float> weight, double epsilon);

/// exp(y − max y) / Σ exp(y − max y) with y = scale · x + mask, rows of `columns`.
Values softmax(std::span<const float> rows, std::size_t columns, std::span<const float> mask, double scale);

/// Shazeer 2020 (arXiv:2002.05202): g / (1 + exp(−g)) · u.
Values swiGlu(std::span<const float> gate, std::span<const float> up);

struct RopeShape {
    std::size_t head_size = 64;
    std::size_t heads = 1;
    double base = 10000;
    double frequency_scale = 1;
    bool neox_halves = false;  // pairs (i, i + head_size / 2) instead of (2i, 2i + 1)
};
/// Su et al. 2021 (arXiv:2104.09864): pair i of a head is turned by position · scale · base^(−2i / head_size) / factor.
Values rope(std::span<const float> rows, std::span<const std::int32_t> positions, std::span<const float> factors,
            const RopeShape& shape);

struct AttentionShape {
    std::size_t tokens = 1;
    std::size_t heads = 1;
    std::size_t kv_heads = 1;
    std::size_t head_size = 64;
};
/// Causal softmax(q·k / sqrt(head_size))·v; consecutive query heads share a key-value head (Ainslie et al. 2023,
/// arXiv:2305.13245).
Values attention(std::span<const float> query, std::span<const float> key, std::span<const float> value,
                 const AttentionShape& shape);

}  // namespace tessera::reference
