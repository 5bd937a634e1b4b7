// SPDX-License-Identifier: GPL-3.0-or-later
// Where each cell of a row of the fragment map lies. Pure, so that a test can ask.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::ui {

/// Cells [first, last] of a row, drawn as one.
struct MapCell {
    std::uint32_t first = 0, last = 0;
    double left = 0, width = 0;
};

inline constexpr double kMinimumCell = 6;   // narrower ones are aggregated
inline constexpr double kComfortableCell = 12;

/// Widths follow the bytes, with room for the small ones where there is room; runs that would be narrower than
/// kMinimumCell share a cell. The cells fill `width` when the row weighs `scale_bytes`, less when it weighs less.
std::vector<MapCell> layOutRow(std::span<const std::uint64_t> bytes, std::uint64_t scale_bytes, double width);

}  // namespace tessera::ui
