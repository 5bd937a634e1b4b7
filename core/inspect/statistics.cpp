// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/statistics.h"

#include <algorithm>
#include <cmath>

namespace tessera {

ValueStatistics valueStatistics(std::span<const float> values, std::size_t bins) {
    ValueStatistics s;
    s.count = values.size();
    s.histogram.resize(bins);
    double squares = 0;
    std::size_t finite = 0;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            ++s.not_finite;
            continue;
        }
        s.smallest = finite == 0 ? value : std::min(s.smallest, value);
        s.largest = finite == 0 ? value : std::max(s.largest, value);
        ++finite;
        if (value == 0.0f) ++s.zeros;
        s.mean += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    if (finite == 0) return s;
    s.norm = std::sqrt(squares);
    s.mean /= static_cast<double>(finite);
    double spread = 0;
    const double width = static_cast<double>(s.largest) - static_cast<double>(s.smallest);
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        spread += (static_cast<double>(value) - s.mean) * (static_cast<double>(value) - s.mean);
        if (bins == 0) continue;
        const double place = width > 0 ? (static_cast<double>(value) - static_cast<double>(s.smallest)) / width *
                                             static_cast<double>(bins)
                                       : 0.0;
        ++s.histogram[std::min(static_cast<std::size_t>(place), bins - 1)];
    }
    s.deviation = std::sqrt(spread / static_cast<double>(finite));
    return s;
}

}  // namespace tessera
