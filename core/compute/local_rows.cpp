// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/local_rows.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace tessera {
namespace {

constexpr std::chrono::milliseconds kCancelPeriod{20};  // nobody wakes us for a stop

/// Whoever asks is one thread of the team that computes the engine's graph, and a team within a team would be one thread:
/// so products have a thread, and with it a team, of their own. It works when a product is taken: the other team waits then.
class LocalRows final : public RowHolder {
public:
    explicit LocalRows(std::unique_ptr<RowMultiplier> rows) : m_rows(std::move(rows)), m_thread([this](const std::stop_token& stop) { work(stop); }) {}
    ~LocalRows() override { close(); }

    Result<void> waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) override {
        std::unique_lock lock(m_mutex);
        m_changed.wait_until(lock, stop, deadline, [this] { return m_loaded.has_value(); });
        if (m_loaded) return *m_loaded;
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        return fail(ErrorKind::Network, "its rows are not ready yet");
    }

    Result<void> ask(const ProductInput& input, std::uint32_t range) override {
        m_asked.push_back({input, range});
        return {};
    }

    Result<Rows> take(Clock::time_point, const std::atomic<bool>& cancel) override {  // slow or not, there is nothing to wait for but this machine
        const Asked asked = m_asked.front();
        m_asked.pop_front();
        std::unique_lock lock(m_mutex);
        m_wanted = Wanted{++m_last_id, asked.range, asked.input.rows, asked.input.reference, {asked.input.values.begin(), asked.input.values.end()}};
        m_done.reset();
        m_changed.notify_all();
        const auto ready = [this] { return m_done.has_value(); };
        while (!ready() && !cancel) m_changed.wait_for(lock, kCancelPeriod, ready);
        if (!ready()) return fail(ErrorKind::Cancelled, "stopped");
        return *std::exchange(m_done, std::nullopt);
    }

    void forget() override { m_asked.clear(); }
    bool isOver() override {
        const std::scoped_lock lock(m_mutex);
        return m_loaded && !*m_loaded;
    }
    void close() override {
        m_thread.request_stop();
        if (m_thread.joinable()) m_thread.join();
    }

private:
    struct Asked {
        ProductInput input;
        std::uint32_t range;
    };
    struct Wanted {
        std::uint64_t id;
        std::uint32_t range;
        std::uint32_t rows;
        bool reference;
        std::vector<float> values;  // the asker's may be gone when it has stopped waiting
    };

    /// The own thread.
    void work(const std::stop_token& stop) {
        auto loaded = m_rows->load({stop, {}});
        std::unique_lock lock(m_mutex);
        m_loaded = std::move(loaded);
        m_changed.notify_all();
        while (m_changed.wait(lock, stop, [this] { return m_wanted.has_value(); })) {
            const Wanted wanted = *std::exchange(m_wanted, std::nullopt);
            lock.unlock();
            auto product = m_rows->multiply(wanted.range, wanted.values, wanted.rows, wanted.reference);
            lock.lock();
            if (wanted.id != m_last_id) continue;
            m_done = std::move(product);
            m_changed.notify_all();
        }
    }

    const std::unique_ptr<RowMultiplier> m_rows;  // the own thread's
    std::deque<Asked> m_asked;                    // the asker's

    std::mutex m_mutex;  // guards what follows
    std::condition_variable_any m_changed;
    std::optional<Result<void>> m_loaded;
    std::optional<Wanted> m_wanted;
    std::uint64_t m_last_id = 0;
    std::optional<Result<Rows>> m_done;  // of the last one that was wanted
    std::jthread m_thread;
};

}  // namespace

std::shared_ptr<RowHolder> makeLocalRows(std::unique_ptr<RowMultiplier> rows) { return std::make_shared<LocalRows>(std::move(rows)); }

}  // namespace tessera
