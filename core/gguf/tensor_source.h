// SPDX-License-Identifier: GPL-3.0-or-later
// The joint between "where the bytes are" and "what is computed with them". A GGUF file and a fragment set both
// implement it, so the engine never hears of fragments and every source can be held against the original file.
#pragma once

#include "core/base/memory_advice.h"
#include "core/base/operation.h"
#include "core/gguf/model.h"

#include <cstddef>
#include <optional>
#include <span>

namespace tessera {

/// Thread-safe: any number of threads may call any method.
class TensorSource {
public:
    virtual ~TensorSource() = default;

    virtual const GgufModel& model() const = 0;

    /// Rows [first_row, first_row + row_count) of a tensor in its native type, counted over all outer dimensions,
    /// into `out` (exactly row_count × row_bytes). Verified before it returns where there is a hash to verify against.
    virtual Result<void> readRows(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count,
                                  std::span<std::byte> out, const Operation& operation) const = 0;

    /// All bytes of the tensor in place, when the source keeps them contiguous in mapped memory; nullopt when it does
    /// not (read them instead). Valid as long as the source lives. Verified like readRows.
    virtual Result<std::optional<std::span<const std::byte>>> map(const TensorInfo& tensor,
                                                                  const Operation& operation) const = 0;

    /// The same without verifying any of it: verifyRows() first for what is used, once.
    virtual Result<std::optional<std::span<const std::byte>>> mapUnverified(const TensorInfo& tensor) const { return map(tensor, {}); }
    /// Holds rows of mapped memory against their hashes where there are any. Corrupt names the fragment.
    virtual Result<void> verifyRows(const TensorInfo&, std::int64_t /*first_row*/, std::int64_t /*row_count*/, const Operation&) const {
        return {};
    }
    /// About rows of mapped memory; a source may ignore it.
    virtual void advise(const TensorInfo&, std::int64_t /*first_row*/, std::int64_t /*row_count*/, MemoryAdvice) const {}

    /// All header bytes of file `file_index` (what stands before the tensor data), for readers of the vocabulary.
    virtual Result<std::vector<std::byte>> headerBytes(std::uint32_t file_index) const = 0;

    /// An error that happened in mapped memory since the last call (file truncated, disk error), once. The engine asks
    /// after every step; the bytes it read meanwhile were zeros.
    virtual Result<void> takeMappingFault() const { return {}; }
};

}  // namespace tessera
