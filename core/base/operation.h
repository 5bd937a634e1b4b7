// SPDX-License-Identifier: GPL-3.0-or-later
// What every long verb takes: a way to stop it and a way to tell how far it is.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace tessera {

/// How far a verb is. `total` is 0 while unknown. `stage` names the part being worked on ("hashing").
struct Progress {
    std::uint64_t done = 0;   // bytes unless the verb says otherwise
    std::uint64_t total = 0;
    std::string_view stage;   // valid during the call only
};

/// Called from worker threads, never two at once for one operation, at most about 20 times a second.
using ProgressCallback = std::function<void(const Progress&)>;

/// Passed by const reference; the default one cannot be stopped and tells nobody.
struct Operation {
    std::stop_token stop = {};
    ProgressCallback progress = {};

    /// The error to return when the user has stopped the operation.
    Result<void> checkStop() const {
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        return {};
    }
};

}  // namespace tessera
