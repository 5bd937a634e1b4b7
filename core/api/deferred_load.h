// SPDX-License-Identifier: GPL-3.0-or-later
// Something slow that is loaded once somebody needs it, on a thread of its own: who comes meanwhile waits without holding
// a thread, and not for ever.
#pragma once

#include "core/base/operation.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>

namespace tessera {

/// Any thread may call any method.
class DeferredLoad {
public:
    using Load = std::function<Result<void>(const Operation&)>;
    /// Cancelled: it is not loaded yet and waiting has taken too long, or nobody will load it any more.
    using Done = std::function<void(const Result<void>&)>;

    /// `load` is called once, and again when it has failed and somebody asks anew.
    DeferredLoad(Load load, std::chrono::milliseconds patience, std::size_t most_waiting);
    /// Stops the loading, and tells everybody who waits.
    ~DeferredLoad();
    DeferredLoad(const DeferredLoad&) = delete;
    DeferredLoad& operator=(const DeferredLoad&) = delete;

    /// `done` is called once: at once where it is loaded, else from another thread. A wait that is `gone` is forgotten
    /// without a call. false: so many wait already that `done` will not be called.
    bool whenLoaded(Done done, std::stop_token gone);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
