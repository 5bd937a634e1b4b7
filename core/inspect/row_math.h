// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over rows, in independent lanes so that compilers can use vector instructions. Internal to core/inspect.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
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
