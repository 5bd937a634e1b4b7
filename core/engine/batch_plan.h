// SPDX-License-Identifier: GPL-3.0-or-later
// How a run of rows is cut into graphs, and which of them compute attention row by row. Pure functions.
//
// ggml's attention has three paths: from 64 rows it works in tiles, one row beyond 512 cells is split by threads, the
// rest goes row by row. Sums then come out with other last bits. Steps of fewer than 64 rows therefore use the
// reference path, and a prompt is cut so that no piece of it falls below 64 rows: an answer can be replayed later from
// its prompt in other pieces, or token by token, with the same bits.
#pragma once

#include "core/engine/engine.h"

#include <cstdint>
#include <vector>

namespace tessera {

/// Rows from which attention works in tiles.
inline constexpr std::uint32_t kTileRows = 64;
/// Most rows of a piece that goes through several machines.
inline constexpr std::uint32_t kPipelinedRows = 128;

/// Sizes of the graphs that compute `rows` rows, in order. Off: micro-batches as libllama cuts them. Otherwise pieces
/// of at least kTileRows rows where there are as many, multiples of 4 except the last.
std::vector<std::uint32_t> planBatches(std::uint32_t rows, std::uint32_t micro_batch, ExactPolicy exact);

/// The micro-batch for a prompt of that many rows whose pieces several machines compute one after another: small ones keep
/// all of them busy, larger ones cost each less. Between kTileRows and `micro_batch`, about sixteen pieces.
std::uint32_t pipelinedBatch(std::uint32_t rows, std::uint32_t micro_batch);

/// Whether a graph of that many rows uses the reference path.
bool usesReferenceAttention(std::uint32_t rows, ExactPolicy exact);

/// Whether a graph of one row a sequence, the longest having `cells` visible cells, gives other bits with another number of
/// threads. Graphs of more rows never do.
bool bitsDependOnThreads(std::uint32_t cells, ExactPolicy exact);

}  // namespace tessera
