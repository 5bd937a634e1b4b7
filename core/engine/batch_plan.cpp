// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/batch_plan.h"

#include <algorithm>

namespace tessera {

std::vector<std::uint32_t> planBatches(std::uint32_t rows, std::uint32_t micro_batch, ExactPolicy exact) {
    std::uint32_t piece = std::max(1u, micro_batch);
    if (exact != ExactPolicy::Off && rows > piece) {
        // Equal pieces; fewer and larger ones when they would fall below a tile.
        std::uint32_t pieces = (rows + piece - 1) / piece;
        if (piece >= kTileRows) {
            pieces = std::clamp(rows / (kTileRows + 4), 1u, pieces);
            piece = ((rows + pieces - 1) / pieces + 3) / 4 * 4;
            // Rounding up may leave too little for the last one.
            while (rows > piece && rows % piece != 0 && rows % piece < kTileRows) piece += 4;
        }
    }
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t done = 0; done < rows; done += sizes.back()) sizes.push_back(std::min(piece, rows - done));
    return sizes;
}

bool usesReferenceAttention(std::uint32_t rows, ExactPolicy exact) {
    return exact == ExactPolicy::On || (exact == ExactPolicy::Auto && rows < kTileRows);
}

}  // namespace tessera
