// SPDX-License-Identifier: GPL-3.0-or-later
// What a job's worker thread and the UI thread both see.
#pragma once

#include "core/base/operation.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

namespace tessera::ui {

struct JobShared {
    enum Phase { kWaiting, kTaken, kDropped };

    std::stop_source stop;
    /// Whoever moves it away from kWaiting decides: the worker takes the job, or the user drops it.
    std::atomic<Phase> phase{kWaiting};

    std::mutex mutex;  // the rest
    std::uint64_t done = 0, total = 0;
    std::string stage;
    bool update_posted = false;

    /// UI thread: ends a job that was dropped while it waited.
    std::function<void()> drop;

    bool leaveWaiting(Phase to) {
        Phase expected = kWaiting;
        return phase.compare_exchange_strong(expected, to);
    }
};

}  // namespace tessera::ui
