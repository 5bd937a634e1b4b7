// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include "core/base/limits.h"
#include "core/base/platform/system.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace tessera {

namespace {

constexpr std::chrono::milliseconds kTellEvery{50};

/// What the threads of one parallelFor share.
class Crew {
public:
    Crew(std::size_t count, std::stop_token stop, const std::function<Result<void>(std::size_t)>& work)
        : m_count(count), m_stop(std::move(stop)), m_work(work) {}

    void run() {
        while (!m_halt.load(std::memory_order_relaxed)) {
            if (m_stop.stop_requested()) return record(m_count, Error{ErrorKind::Cancelled, "stopped"});
            const std::size_t index = m_next.fetch_add(1);
            if (index >= m_count) return;
            if (auto done = callWork(index); !done) return record(index, std::move(done).error());
        }
    }

    Result<void> outcome() const {
        if (m_error) return tl::unexpected(*m_error);
        return {};
    }

private:
    Result<void> callWork(std::size_t index) const {
        try {
            return m_work(index);
        } catch (const std::bad_alloc&) {
            return fail(ErrorKind::OutOfMemory, "not enough memory; close other programs, or use fewer threads");
        }
    }

    void record(std::size_t index, Error error) {
        m_halt = true;
        const std::lock_guard lock(m_mutex);
        if (m_error && m_error_index <= index) return;
        m_error = std::move(error);
        m_error_index = index;
    }

    const std::size_t m_count;
    const std::stop_token m_stop;
    const std::function<Result<void>(std::size_t)>& m_work;
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_halt{false};
    std::mutex m_mutex;
    std::size_t m_error_index = 0;
    std::optional<Error> m_error;
};

}  // namespace

ProgressMeter::ProgressMeter(const Operation& operation, std::uint64_t total, std::string stage)
    : m_operation(operation), m_total(total), m_stage(std::move(stage)) {}

void ProgressMeter::add(std::uint64_t done) {
    if (!m_operation.progress) return;
    const std::lock_guard lock(m_mutex);
    m_done += done;
    if (std::chrono::steady_clock::now() - m_told >= kTellEvery) tell();
}

void ProgressMeter::finish() {
    if (!m_operation.progress) return;
    const std::lock_guard lock(m_mutex);
    tell();
}

void ProgressMeter::tell() {
    m_operation.progress(Progress{m_done, m_total, m_stage});
    m_told = std::chrono::steady_clock::now();
}

Result<void> parallelFor(std::size_t count, int threads, std::stop_token stop,
                         const std::function<Result<void>(std::size_t)>& work) {
    const int wished = std::clamp(threads > 0 ? threads : processorCount(), 1, limits::kMaxThreads);
    const std::size_t crew_size = std::min<std::size_t>(static_cast<std::size_t>(wished), count);
    Crew crew(count, std::move(stop), work);
    {
        std::vector<std::jthread> others;
        try {
            for (std::size_t i = 1; i < crew_size; ++i) others.emplace_back([&crew] { crew.run(); });
        } catch (const std::system_error&) {
            // The system allows no more threads: those that run, and this one, do the work.
        }
        crew.run();
    }
    return crew.outcome();
}

}  // namespace tessera
