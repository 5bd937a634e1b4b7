// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace tessera::cli {

/// What float32 values look like. NaN and infinities are counted and left out of the rest.
class TensorStatistics {
public:
    void add(std::span<const float> values);

    std::uint64_t count() const { return m_finite + m_nan + m_infinite; }
    std::uint64_t zeros() const { return m_zeros; }
    std::uint64_t nan() const { return m_nan; }
    std::uint64_t infinite() const { return m_infinite; }
    bool hasFinite() const { return m_finite > 0; }
    // Meaningless without a finite value.
    double min() const { return m_min; }
    double max() const { return m_max; }
    double mean() const { return m_mean; }
    double standardDeviation() const;  // of the population

private:
    std::uint64_t m_finite = 0;
    std::uint64_t m_zeros = 0;
    std::uint64_t m_nan = 0;
    std::uint64_t m_infinite = 0;
    double m_min = 0;
    double m_max = 0;
    double m_mean = 0;
    double m_squares = 0;  // sum of squared distances from the mean
};

}  // namespace tessera::cli
