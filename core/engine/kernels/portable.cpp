// SPDX-License-Identifier: GPL-3.0-or-later
// The definition of every bit, without any instruction set.
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/scalar_quantize.h"

#include <cmath>

namespace tessera::kernels {
namespace {

std::int32_t dot(const std::uint8_t* weights, const std::int8_t* values, int count) {
    std::int32_t sum = 0;
    for (int i = 0; i < count; ++i) sum += weights[i] * values[i];
    return sum;
}

template <class Format>
float addBlock32(const std::byte* block, const Group32& group, std::int64_t row, float sum) {
    std::uint8_t weights[32];
    float scale = 0.0f;
    float offset = 0.0f;
    Format::unpack(block, weights, scale, offset);
    const std::int32_t product = dot(weights, group.values[row], 32) + (Format::kBiased ? group.bias[row] : 0);
    sum = std::fma(static_cast<float>(product), scale * group.scale[row], sum);
    return Format::kBiased ? sum : std::fma(offset, group.sum[row], sum);
}

template <class Format>
float addBlock256(const std::byte* block, const Group256& group, std::int64_t row, float sum) {
    std::uint8_t weights[256];
    BlockScales<Format::kSub> scales{};
    Format::unpack(block, weights, scales);
    std::int32_t part = 0;
    for (int i = 0; i < 256; i += Format::kSub) {
        const std::int32_t bias = Format::kBiased ? group.bias[row][i / 16] : 0;
        part += (dot(weights + i, group.values[i / 32][row] + i % 32, Format::kSub) + bias) * scales.scales[i / Format::kSub];
    }
    sum = std::fma(static_cast<float>(part), scales.scale * group.scale[row], sum);
    if (Format::kBiased) return sum;
    std::int32_t mins = 0;
    for (int i = 0; i < 8; ++i) mins += scales.mins[i] * group.sums[row][i];
    return std::fma(-static_cast<float>(mins), scales.min_scale * group.scale[row], sum);
}

template <class Format>
float product(const std::byte* weights, const std::byte* packed, std::int64_t blocks, std::int64_t row) {
    float sum = 0.0f;
    for (std::int64_t b = 0; b < blocks; ++b, weights += Format::kBytes) {
        const auto index = row / kGroupRows * blocks + b;
        if constexpr (Format::kBlock == 32) {
            sum = addBlock32<Format>(weights, reinterpret_cast<const Group32*>(packed)[index], row % kGroupRows, sum);
        } else {
            sum = addBlock256<Format>(weights, reinterpret_cast<const Group256*>(packed)[index], row % kGroupRows, sum);
        }
    }
    return sum;
}

void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out,
              std::size_t stride) {
    withFormat(matrix.type, [&]<class Format>(Format) {
        for (std::int64_t row = first; row < last; ++row)
            for (std::int64_t n = 0; n < count; ++n)
                out[static_cast<std::size_t>(n) * stride + static_cast<std::size_t>(row)] =
                    product<Format>(matrix.data + static_cast<std::size_t>(row) * matrix.row_bytes, packed, matrix.columns / Format::kBlock, n);
    });
}

constexpr Kernels kKernels{"portable", quantizeByScalars, multiply};

}  // namespace

const Kernels& portable() { return kKernels; }

}  // namespace tessera::kernels
