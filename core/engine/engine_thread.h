// SPDX-License-Identifier: GPL-3.0-or-later
// Where graphs are computed: one at a time, in the order of posting. OpenMP keeps a team of workers per calling thread,
// so graphs that were computed at once would leave several teams fighting for the processors.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace tessera {

/// Shared by all engines of the process. Any thread may call any method.
class EngineThread {
public:
    /// A place in the queue.
    using Turn = std::uint64_t;

    static EngineThread& instance();
    ~EngineThread();

    /// Adds `work` to the queue. It must not throw.
    Turn post(std::function<void()> work);
    /// The same, but nobody is told: for who calls takeTurn() or wake() soon. Woken at once, the engine's thread would
    /// race for the turn, and two of OpenMP's teams would take steps in turns.
    Turn postQuietly(std::function<void()> work);
    void wake();

    /// Does the work of `turn` on the calling thread, when it is next, nothing else is being done, and no other thread
    /// has called lately. A caller that has nothing to do but wait spares two switches between threads for every token.
    /// False: the engine's own thread does it, or has done it.
    bool takeTurn(Turn turn);

    /// Posts `work`, waits until it is done and returns what it returns (or throws). Within other work: at once.
    template <class Work>
    std::invoke_result_t<Work> run(Work&& work) {
        if (isCurrent()) return std::forward<Work>(work)();
        // Shared: another thread may still be inside the task when the result is already here.
        auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Work>()>>(std::ref(work));
        auto result = task->get_future();
        takeTurn(postQuietly([task] { (*task)(); }));
        return result.get();
    }

    /// Whether the calling thread is doing work of the queue.
    bool isCurrent() const;

private:
    EngineThread();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
