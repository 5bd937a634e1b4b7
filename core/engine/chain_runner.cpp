// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/chain_runner.h"

#include "core/base/format.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

namespace tessera {
namespace {

/// Remote runners have timers of their own, which isReady() looks at: so often at least it is asked.
constexpr std::chrono::milliseconds kPatience{20};

/// What runners call from their threads; it may outlive the chain.
struct Bell {
    std::mutex mutex;
    std::condition_variable_any rung;
    std::uint64_t count = 0;
    std::function<void()> listener;

    void ring() {
        {
            const std::scoped_lock lock(mutex);
            ++count;
        }
        rung.notify_all();
        if (listener) listener();
    }
};

class ChainRunner final : public LayerRunner {
public:
    explicit ChainRunner(std::vector<std::unique_ptr<LayerRunner>> runners)
        : m_runners(std::move(runners)), m_bell(std::make_shared<Bell>()) {
        for (auto& runner : m_runners) runner->setListener([bell = m_bell] { bell->ring(); });
    }
    ~ChainRunner() override { close(); }

    LayerSpan span() const override {
        const LayerSpan first = m_runners.front()->span();
        const LayerSpan last = m_runners.back()->span();
        return {first.first, last.last, first.bare && last.bare};
    }
    std::uint32_t length() const override { return m_length; }

    Result<StepTicket> submit(Step step) override {
        Flight flight{.first_position = step.first_position, .wanted = step.wanted};
        const std::uint32_t end = step.first_position + step.rows();
        TESSERA_TRY(flight.inner, m_runners.front()->submit(std::move(step)));
        m_length = end;
        m_flights.emplace(++m_last_ticket, std::move(flight));
        return m_last_ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        const auto found = m_flights.find(ticket);
        if (found == m_flights.end()) return fail(ErrorKind::InvalidArgument, format("step {} is not under way", ticket));
        Flight& flight = found->second;
        // Alone on its way: no listening to bells, each span's own wait is the shortest way to its rows.
        while (!flight.result && m_flights.size() == 1 && !stop.stop_requested())
            passOn(flight, m_runners[flight.stage]->wait(flight.inner, deadline, stop));
        while (!flight.result) {
            const auto rung = ringCount();
            if (stop.stop_requested() || std::chrono::steady_clock::now() >= deadline) {
                land(flight, deadline, stop);
                break;
            }
            advance();
            if (flight.result) break;
            std::unique_lock lock(m_bell->mutex);
            m_bell->rung.wait_until(lock, stop, std::min(deadline, std::chrono::steady_clock::now() + kPatience),
                                    [&] { return m_bell->count != rung; });
        }
        auto result = std::move(*flight.result);
        m_flights.erase(found);
        return result;
    }

    bool isReady(StepTicket ticket) override {
        advance();
        const auto found = m_flights.find(ticket);
        return found == m_flights.end() || found->second.result.has_value();
    }

    void setListener(std::function<void()> listener) override { m_bell->listener = std::move(listener); }

    Result<void> truncate(std::uint32_t length) override {
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: only {} positions are there", length, m_length));
        for (auto& runner : m_runners)
            if (runner->length() > length) TESSERA_CHECK(runner->truncate(length));
        m_length = length;
        return {};
    }

    void close() override {
        m_flights.clear();
        for (auto& runner : m_runners) runner->close();
    }

private:
    struct Flight {
        std::size_t stage = 0;       // the runner that has it
        StepTicket inner = 0;        // … under this number
        std::uint32_t first_position = 0;
        Wanted wanted = Wanted::Last;
        std::optional<Result<Rows>> result = {};
    };

    std::uint64_t ringCount() const {
        const std::scoped_lock lock(m_bell->mutex);
        return m_bell->count;
    }

    /// Moves every step on as far as it goes, oldest first: a step never overtakes the one before it.
    void advance() {
        std::size_t ahead = m_runners.size();
        for (auto& [ticket, flight] : m_flights) {
            while (!flight.result && flight.stage < ahead && m_runners[flight.stage]->isReady(flight.inner))
                passOn(flight, m_runners[flight.stage]->wait(flight.inner, Deadline::max(), {}));
            if (!flight.result) ahead = std::min(ahead, flight.stage);
        }
    }

    void passOn(Flight& flight, Result<Rows> rows) {
        // No rows are wanted of this step: nothing is left to do for what stands behind the last layer.
        const bool done = flight.stage + 1 == m_runners.size() || !rows || rows->rows == 0;
        if (done) {
            flight.result = std::move(rows);
            return;
        }
        Step step;
        step.first_position = flight.first_position;
        step.hidden = *std::move(rows);
        step.wanted = flight.wanted;
        auto inner = m_runners[flight.stage + 1]->submit(std::move(step));
        if (!inner) {
            flight.result = tl::unexpected(std::move(inner).error());
            return;
        }
        ++flight.stage;
        flight.inner = *inner;
    }

    /// Stopped or too late: the runner that has the step says how it ends.
    void land(Flight& flight, Deadline deadline, const std::stop_token& stop) {
        auto rows = m_runners[flight.stage]->wait(flight.inner, deadline, stop);
        if (rows && flight.stage + 1 < m_runners.size() && rows->rows > 0) {
            flight.result = stop.stop_requested() ? fail(ErrorKind::Cancelled, "stopped")
                                                  : fail(ErrorKind::Network, "the step was not completed before its deadline");
        } else {
            flight.result = std::move(rows);
        }
    }

    std::vector<std::unique_ptr<LayerRunner>> m_runners;
    std::shared_ptr<Bell> m_bell;
    std::map<StepTicket, Flight> m_flights;  // oldest first
    StepTicket m_last_ticket = 0;
    std::uint32_t m_length = 0;
};

}  // namespace

std::unique_ptr<LayerRunner> createChainRunner(std::vector<std::unique_ptr<LayerRunner>> runners) {
    if (runners.size() == 1) return std::move(runners.front());
    return std::make_unique<ChainRunner>(std::move(runners));
}

}  // namespace tessera
