// SPDX-License-Identifier: GPL-3.0-or-later
// The other side of RowWorkers: multiplies rows of matrices for an engine elsewhere, with the same kernels.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/row_workers.h"

#include <memory>
#include <vector>

namespace tessera {

struct EngineCore;

/// One thread at a time. Products of all multipliers take turns, but not with graphs on the engine's thread: that one may
/// be waiting for these very products, when a process asks itself.
class RowMultiplier {
public:
    virtual ~RowMultiplier() = default;

    /// What load() needs at most.
    virtual std::uint64_t bytes() const = 0;
    /// In place where the source maps them, otherwise read. Errors are the source's: NotFound, Corrupt…
    virtual Result<void> load(const Operation& operation) = 0;

    virtual std::size_t count() const = 0;
    virtual std::size_t inputs(std::size_t range) const = 0;
    /// On the calling thread: [rows × range's rows] for `input` [rows × inputs]. After load().
    virtual Result<Rows> multiply(std::size_t range, std::span<const float> input, std::uint32_t rows, bool reference) = 0;
};

/// NotFound names a tensor that the model does not have, InvalidArgument a range that is not whole tiles of a matrix.
Result<std::unique_ptr<RowMultiplier>> makeRowMultiplier(std::shared_ptr<const EngineCore> core, std::vector<RowRange> ranges);

}  // namespace tessera
