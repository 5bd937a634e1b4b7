// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/tensor_statistics.h"

#include <algorithm>
#include <cmath>

namespace tessera::cli {

// Welford's running mean and variance: Technometrics 4(3), 1962.
void TensorStatistics::add(std::span<const float> values) {
    for (const float value : values) {
        if (std::isnan(value)) {
            ++m_nan;
            continue;
        }
        if (std::isinf(value)) {
            ++m_infinite;
            continue;
        }
        const double x = value;
        m_min = m_finite == 0 ? x : std::min(m_min, x);
        m_max = m_finite == 0 ? x : std::max(m_max, x);
        ++m_finite;
        if (x == 0) ++m_zeros;
        const double before = x - m_mean;
        m_mean += before / static_cast<double>(m_finite);
        m_squares += before * (x - m_mean);
    }
}

double TensorStatistics::standardDeviation() const {
    return m_finite == 0 ? 0 : std::sqrt(m_squares / static_cast<double>(m_finite));
}

}  // namespace tessera::cli
