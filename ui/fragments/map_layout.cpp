// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/map_layout.h"

#include <algorithm>
#include <numeric>

namespace tessera::ui {

std::vector<MapCell> layOutRow(std::span<const std::uint64_t> bytes, std::uint64_t scale_bytes, double width) {
    const auto total = static_cast<double>(std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}));
    if (bytes.empty() || total <= 0 || width <= 0) return {};
    const double row_width = std::max(std::min(1.0, total / static_cast<double>(std::max<std::uint64_t>(scale_bytes, 1))) * width,
                                      std::min(width, kComfortableCell));
    const double reserved = kComfortableCell * static_cast<double>(bytes.size());
    const bool roomy = reserved <= row_width * 0.6;
    const double per_byte = (roomy ? row_width - reserved : row_width) / total;
    std::vector<MapCell> cells;
    double at = 0;
    for (std::uint32_t i = 0; i < bytes.size(); ++i) {
        const double cell = static_cast<double>(bytes[i]) * per_byte + (roomy ? kComfortableCell : 0);
        if (!cells.empty() && cells.back().width < kMinimumCell) {
            cells.back().last = i;
            cells.back().width += cell;
        } else {
            cells.push_back({i, i, at, cell});
        }
        at += cell;
    }
    // What is left over at the end joins its neighbour.
    if (cells.size() > 1 && cells.back().width < kMinimumCell) {
        MapCell& before = cells[cells.size() - 2];
        before.last = cells.back().last;
        before.width += cells.back().width;
        cells.pop_back();
    }
    return cells;
}

}  // namespace tessera::ui
