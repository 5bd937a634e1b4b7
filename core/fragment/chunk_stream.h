// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a file once and shows it to several readers of its bytes at the same time.
#pragma once

#include "core/base/operation.h"
#include "core/base/platform/file.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace tessera {

/// Takes the file's bytes in order, in pieces of up to kChunkBytes; valid during the call only.
using ChunkConsumer = std::function<Result<void>(std::uint64_t offset, std::span<const std::byte> bytes)>;

inline constexpr std::size_t kChunkBytes = 1 << 20;
inline constexpr std::size_t kChunksInFlight = 16;

/// Gives bytes [0, size) of the file to every consumer. `in_parallel`: each consumer has a thread of its own, so that
/// the slowest one sets the pace; otherwise all run on the caller's. Memory: kChunksInFlight × kChunkBytes.
/// Returns the first error, or Cancelled; no consumer is called after that.
Result<void> streamFile(const File& file, std::uint64_t size, const std::vector<ChunkConsumer>& consumers,
                        bool in_parallel, const std::stop_token& stop);

}  // namespace tessera
