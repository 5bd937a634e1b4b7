// SPDX-License-Identifier: GPL-3.0-or-later
// Work on all cores, with one way to stop it, to fail and to tell how far it is.
#pragma once

#include "core/base/operation.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace tessera {

/// Adds up what several threads have done and passes it on at the pace of ProgressCallback. Thread-safe.
class ProgressMeter {
public:
    /// `operation` must outlive the meter.
    ProgressMeter(const Operation& operation, std::uint64_t total, std::string stage);
    void add(std::uint64_t done);
    /// Tells the last figure, however little time has passed.
    void finish();

private:
    void tell();

    const Operation& m_operation;
    const std::uint64_t m_total;
    const std::string m_stage;
    std::mutex m_mutex;
    std::uint64_t m_done = 0;
    std::chrono::steady_clock::time_point m_told{};
};

/// Calls work(0) … work(count − 1), begun in this order, from `threads` threads (0: one per processor; never more than
/// `count`), and returns when all have ended. No new call begins after the first error or a stop. Returns the error of
/// the lowest index that failed, or Cancelled. With one thread the caller's is used; new threads inherit its priority.
Result<void> parallelFor(std::size_t count, int threads, std::stop_token stop,
                         const std::function<Result<void>(std::size_t)>& work);

}  // namespace tessera
