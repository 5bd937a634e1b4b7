// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_thread.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tessera {

struct EngineThread::Impl {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> queue;
    bool closing = false;
    std::atomic<int> pending{0};
    std::thread thread;

    void loop() {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return closing || !queue.empty(); });
            if (queue.empty()) return;  // closing, and everything posted is done
            const auto work = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            work();
            --pending;
            lock.lock();
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

void EngineThread::post(std::function<void()> work) {
    {
        const std::scoped_lock lock(m_impl->mutex);
        ++m_impl->pending;
        m_impl->queue.push_back(std::move(work));
    }
    m_impl->changed.notify_one();
}

bool EngineThread::isCurrent() const { return std::this_thread::get_id() == m_impl->thread.get_id(); }

bool EngineThread::isBusy() const { return m_impl->pending.load() > 0; }

}  // namespace tessera
