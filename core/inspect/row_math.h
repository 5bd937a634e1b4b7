// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over rows, in independent lanes so that compilers can use vector instructions. Internal to core/inspect.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tessera {

inline double dotProduct(std::span<const float> a, std::span<const float> b) {
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= a.size(); i += kLanes)
        for (std::size_t j = 0; j < kLanes; ++j) lanes[j] += a[i + j] * b[i + j];
    double sum = 0;
    for (const float lane : lanes) sum += static_cast<double>(lane);
    for (; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

inline float euclideanNorm(std::span<const float> row) { return static_cast<float>(std::sqrt(dotProduct(row, row))); }

/// To the nearest 16-bit float (IEEE 754 binary16), ties to even.
inline float roundToHalf(float value) {
    if (std::fabs(value) < 6.103515625e-05f)
        return (value + 0.75f) - 0.75f;  // below 2^-14 halves are 2^-24 apart, as floats from 0.5 to 1
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const float rounded = std::bit_cast<float>((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
    return std::fabs(rounded) > 65504.0f ? std::copysign(std::numeric_limits<float>::infinity(), value) : rounded;
}

/// Of b − a.
inline float euclideanDistance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(b[i]) - static_cast<double>(a[i]);
        sum += difference * difference;
    }
    return static_cast<float>(std::sqrt(sum));
}

}  // namespace tessera
