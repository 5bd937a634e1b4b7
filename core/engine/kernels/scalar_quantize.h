// SPDX-License-Identifier: GPL-3.0-or-later
// How activations are quantized: the definition. Internal linkage: whoever has no faster way compiles its own.
#pragma once

#include "core/engine/kernels/half.h"
#include "core/engine/kernels/packed.h"

#include <cmath>

namespace tessera::kernels {
namespace {

inline void quantize32(const float* x, Group32& out, std::int64_t row) {
    float largest = 0.0f;
    for (int i = 0; i < 32; ++i) largest = std::fmax(largest, std::fabs(x[i]));
    const float scale = largest / 127.0f;
    const float inverse = largest >= kZeroBelow ? 127.0f / largest : 0.0f;
    std::int32_t sum = 0;
    for (int i = 0; i < 32; ++i) {
        const auto value = static_cast<std::int8_t>(std::nearbyintf(x[i] * inverse));
        out.values[row][i] = value;
        sum += value;
    }
    out.scale[row] = floatOf(halfOf(scale));
    out.sum[row] = floatOf(halfOf(scale * static_cast<float>(sum)));
    out.bias[row] = -128 * sum;
}

inline void quantize256(const float* x, Group256& out, std::int64_t row) {
    float largest = 0.0f;  // with its sign
    for (int i = 0; i < 256; ++i)
        if (std::fabs(x[i]) > std::fabs(largest)) largest = x[i];
    const float inverse = std::fabs(largest) >= kZeroBelow ? -127.0f / largest : 0.0f;
    std::int32_t sums[16] = {};
    for (int i = 0; i < 256; ++i) {
        const auto value = static_cast<std::int8_t>(std::fmin(127.0f, std::nearbyintf(x[i] * inverse)));
        out.values[i / 32][row][i % 32] = value;
        sums[i / 16] += value;
    }
    for (int i = 0; i < 16; ++i) out.bias[row][i] = -32 * sums[i];
    for (int i = 0; i < 8; ++i) out.sums[row][i] = static_cast<std::int16_t>(sums[2 * i] + sums[2 * i + 1]);
    out.scale[row] = inverse != 0.0f ? 1.0f / inverse : 0.0f;
}

template <class Group>
void quantizeGroups(const Activations& rows, std::int64_t block, std::int64_t first, std::int64_t last, std::byte* packed,
                    void (*quantizeBlock)(const float*, Group&, std::int64_t)) {
    const auto blocks = rows.columns / block;
    auto* groups = reinterpret_cast<Group*>(packed);
    for (std::int64_t group = first; group < last; ++group) {
        for (std::int64_t b = 0; b < blocks; ++b) {
            Group& out = groups[group * blocks + b];
            for (std::int64_t row = 0; row < kGroupRows && group * kGroupRows + row < rows.rows; ++row)
                quantizeBlock(rows.data + static_cast<std::size_t>(group * kGroupRows + row) * rows.stride + b * block, out, row);
        }
    }
}

[[maybe_unused]] void quantizeByScalars(ActivationType type, const Activations& rows, std::int64_t first, std::int64_t last, std::byte* packed) {
    if (type == ActivationType::Blocks32) return quantizeGroups<Group32>(rows, 32, first, last, packed, quantize32);
    quantizeGroups<Group256>(rows, 256, first, last, packed, quantize256);
}

}  // namespace
}  // namespace tessera::kernels
