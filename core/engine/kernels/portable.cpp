// SPDX-License-Identifier: GPL-3.0-or-later
// The definition of every bit, without any instruction set.
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

#include <cmath>

namespace tessera::kernels {
namespace {

void quantize32(const float* x, Group32& out, std::int64_t row) {
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

void quantize256(const float* x, Group256& out, std::int64_t row) {
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
            std::memset(&out, 0, sizeof out);  // rows that are missing
            for (std::int64_t row = 0; row < kGroupRows && group * kGroupRows + row < rows.rows; ++row)
                quantizeBlock(rows.data + static_cast<std::size_t>(group * kGroupRows + row) * rows.stride + b * block, out, row);
        }
    }
}

void quantize(ActivationType type, const Activations& rows, std::int64_t first, std::int64_t last, std::byte* packed) {
    if (type == ActivationType::Blocks32) return quantizeGroups<Group32>(rows, 32, first, last, packed, quantize32);
    quantizeGroups<Group256>(rows, 256, first, last, packed, quantize256);
}

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
    float part = 0.0f;
    for (int i = 0; i < 256; i += Format::kSub) {
        const std::int32_t bias = Format::kBiased ? group.bias[row][i / 16] : 0;
        const std::int32_t product = dot(weights + i, group.values[i / 32][row] + i % 32, Format::kSub) + bias;
        part = std::fma(static_cast<float>(product), scales.scales[i / Format::kSub], part);
    }
    sum = std::fma(part, scales.scale * group.scale[row], sum);
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

constexpr Kernels kKernels{"portable", quantize, multiply};

}  // namespace

const Kernels& portable() { return kKernels; }

}  // namespace tessera::kernels
