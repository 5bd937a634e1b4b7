// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread on which every graph is computed. OpenMP keeps a team of workers per calling thread, so graphs that
// were computed from several threads would leave several teams fighting for the processors.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace tessera {

/// Shared by all engines of the process. Any thread may call any method.
class EngineThread {
public:
    static EngineThread& instance();
    ~EngineThread();

    /// Adds `work` to the queue; works are done one at a time in the order of their posting. It must not throw.
    void post(std::function<void()> work);

    /// Does `work` on the thread and returns what it returns (or throws). On the engine's thread itself: at once.
    template <class Work>
    std::invoke_result_t<Work> run(Work&& work) {
        if (isCurrent()) return std::forward<Work>(work)();
        // Shared: the engine's thread may still be inside the task when the result is already here.
        auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Work>()>>(std::ref(work));
        auto result = task->get_future();
        post([task] { (*task)(); });
        return result.get();
    }

    /// Whether the calling thread is the engine's thread.
    bool isCurrent() const;
    /// Whether a graph is being computed or waits to be: hashing and verification then give way.
    bool isBusy() const;

private:
    EngineThread();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
