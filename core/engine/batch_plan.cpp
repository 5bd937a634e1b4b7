// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/batch_plan.h"

#include <algorithm>

namespace tessera {

namespace {

/// Largest piece, at most `micro_batch` where there is one, that leaves nothing or at least a tile for the last piece.
std::uint32_t tiledPiece(std::uint32_t rows, std::uint32_t micro_batch) {
    const auto fits = [rows](std::uint32_t piece) { return rows % piece == 0 || rows % piece >= kTileRows || rows <= piece; };
    std::uint32_t piece = micro_batch / 4 * 4;
    while (piece >= kTileRows && !fits(piece)) piece -= 4;
    if (piece >= kTileRows) return piece;
    for (piece = micro_batch / 4 * 4; !fits(piece);) piece += 4;
    return piece;
}

}  // namespace

std::vector<std::uint32_t> planBatches(std::uint32_t rows, std::uint32_t micro_batch, ExactPolicy exact) {
    std::uint32_t piece = std::max(1u, micro_batch);
    if (exact != ExactPolicy::Off && rows > piece && piece >= kTileRows) piece = tiledPiece(rows, piece);
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t done = 0; done < rows; done += sizes.back()) sizes.push_back(std::min(piece, rows - done));
    return sizes;
}

std::uint32_t pipelinedBatch(std::uint32_t rows, std::uint32_t micro_batch) {
    constexpr std::uint32_t kPieces = 16;
    return std::min(micro_batch, std::max(kTileRows, rows / kPieces));
}

bool usesReferenceAttention(std::uint32_t rows, ExactPolicy exact) {
    return exact == ExactPolicy::On || (exact == ExactPolicy::Auto && rows < kTileRows);
}

bool bitsDependOnThreads(std::uint32_t cells, ExactPolicy exact) {
    constexpr std::uint32_t kSplitCells = 512;  // from here on ggml splits one row's cells among the threads
    return !usesReferenceAttention(1, exact) && cells >= kSplitCells;
}

}  // namespace tessera
