// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers about the values of a tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// Of the finite values; the others are counted.
struct ValueStatistics {
    std::size_t count = 0;  // all values
    std::size_t not_finite = 0;
    std::size_t zeros = 0;
    float smallest = 0;
    float largest = 0;
    double mean = 0;
    double deviation = 0;                  // standard deviation
    double norm = 0;                       // Euclidean
    std::vector<std::uint64_t> histogram;  // equal steps from smallest to largest
};

ValueStatistics valueStatistics(std::span<const float> values, std::size_t bins = 64);

}  // namespace tessera
