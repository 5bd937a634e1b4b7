// SPDX-License-Identifier: GPL-3.0-or-later
// What is inside a fragment, for looking at it. Synchronous, for workers.
#pragma once

#include "ui/fragments/open_set.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tessera::ui {

struct FragmentContent {
    std::vector<std::byte> bytes;    // as they are, verified or not
    Sha256Digest found{};
    std::vector<float> values;       // of the fragment's rows; empty where the type cannot be dequantised
    std::int64_t columns = 0;        // elements per row
    // Statistics of the finite values.
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
    std::uint64_t not_finite = 0;
    std::vector<std::uint64_t> histogram;  // equal bins from minimum to maximum
};

inline constexpr std::size_t kHistogramBins = 48;

/// Reads, hashes and dequantises one fragment. NotFound when its bytes are not here.
Result<FragmentContent> readContent(const OpenSet& set, FragmentIndex fragment, const Operation& operation);

}  // namespace tessera::ui
