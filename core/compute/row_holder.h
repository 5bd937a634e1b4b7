// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who has some rows of matrices and multiplies them: a node (row_stream.h), this machine (local_rows.h), or two
// of them that are held against each other (checked_rows.h). For the .cpp files of this folder and its tests.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/row_workers.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace tessera {

/// One thread at a time. After an error that is not Cancelled it is of no use any more.
class RowHolder {
public:
    using Clock = std::chrono::steady_clock;

    virtual ~RowHolder() = default;

    /// Until its rows are ready. Network when that takes longer; one may wait again.
    virtual Result<void> waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) = 0;
    /// Wants a product with range `range`; returns at once. `input.values` are valid until it is taken or forgotten.
    virtual Result<void> ask(const ProductInput& input, std::uint32_t range) = 0;
    /// The oldest product that was asked for: [input's rows × the range's rows]. Cancelled when `cancel` became true,
    /// Network after the deadline.
    virtual Result<Rows> take(Clock::time_point deadline, const std::atomic<bool>& cancel) = 0;
    /// Drops what was asked for and not taken.
    virtual void forget() = 0;
    virtual bool isOver() = 0;
    /// Ends it. Nothing is called, here or by it, from here on.
    virtual void close() = 0;
};

/// Begins to get rows ready somewhere.
using OpenRows = std::function<Result<std::shared_ptr<RowHolder>>(const std::vector<RowRange>& ranges)>;

}  // namespace tessera
