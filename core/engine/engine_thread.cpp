// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_thread.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tessera {

namespace {

using Clock = std::chrono::steady_clock;

// Callers within this time of each other take turns. Each team of OpenMP's goes on spinning for a moment after its work,
// against the next caller's team, so such callers leave all work to the one thread.
constexpr auto kTurnsApart = std::chrono::milliseconds(100);

}  // namespace

struct EngineThread::Impl {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> queue;
    Turn first = 0;        // turn of the queue's front
    bool working = false;  // on whichever thread
    bool closing = false;
    std::thread::id last_caller{};
    Clock::time_point last_call{};
    Clock::time_point shared_until{};  // several threads call until about then
    std::atomic<std::thread::id> worker{};  // that does work now
    std::thread thread;

    /// With the lock held; lets it go while the work is done.
    void workOnce(std::unique_lock<std::mutex>& lock) {
        auto work = std::move(queue.front());
        queue.pop_front();
        ++first;
        working = true;
        lock.unlock();
        worker = std::this_thread::get_id();
        work();
        work = nullptr;  // what it held may have work of its own when it goes: here that is done at once
        worker = std::thread::id();
        lock.lock();
        working = false;
    }

    void loop() {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return !working && (closing || !queue.empty()); });
            if (queue.empty()) return;  // closing, and everything posted is done
            workOnce(lock);
        }
    }
};

EngineThread::EngineThread() : m_impl(std::make_unique<Impl>()) {
    m_impl->thread = std::thread([impl = m_impl.get()] { impl->loop(); });
}

EngineThread::~EngineThread() {
    {
        const std::scoped_lock lock(m_impl->mutex);
        m_impl->closing = true;
    }
    m_impl->changed.notify_all();
    m_impl->thread.join();
}

EngineThread& EngineThread::instance() {
    static EngineThread thread;
    return thread;
}

EngineThread::Turn EngineThread::post(std::function<void()> work) {
    const Turn turn = postQuietly(std::move(work));
    wake();
    return turn;
}

void EngineThread::wake() { m_impl->changed.notify_one(); }

EngineThread::Turn EngineThread::postQuietly(std::function<void()> work) {
    Turn turn = 0;
    {
        const std::scoped_lock lock(m_impl->mutex);
        const auto now = Clock::now();
        const auto caller = std::this_thread::get_id();
        if (caller != m_impl->last_caller && now - m_impl->last_call < kTurnsApart) m_impl->shared_until = now + kTurnsApart;
        m_impl->last_caller = caller;
        m_impl->last_call = now;
        turn = m_impl->first + m_impl->queue.size();
        m_impl->queue.push_back(std::move(work));
    }
    return turn;
}

bool EngineThread::takeTurn(Turn turn) {
    std::unique_lock lock(m_impl->mutex);
    if (m_impl->working || m_impl->queue.empty() || m_impl->first != turn || Clock::now() < m_impl->shared_until) {
        lock.unlock();
        wake();
        return false;
    }
    m_impl->workOnce(lock);
    const bool more = !m_impl->queue.empty() || m_impl->closing;
    lock.unlock();
    if (more) m_impl->changed.notify_one();
    return true;
}

bool EngineThread::isCurrent() const { return m_impl->worker.load() == std::this_thread::get_id(); }

}  // namespace tessera
