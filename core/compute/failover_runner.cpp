// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/failover_runner.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/compute/row_history.h"
#include "core/compute/standing.h"
#include "core/engine/batch_plan.h"
#include "core/engine/model_facts.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

namespace tessera {
namespace {

using Clock = std::chrono::steady_clock;

class FailoverRunner final : public LayerRunner {
public:
    FailoverRunner(PlaceSpan place, FailoverOptions options)
        : m_place(std::move(place)), m_options(std::move(options)), m_history(m_options.columns, m_options.history_bytes) {}
    ~FailoverRunner() override { close(); }

    Result<void> start(const std::stop_token& stop) {
        TESSERA_TRY(m_placed, m_place(m_options.span, stop));
        return {};
    }

    LayerSpan span() const override { return m_options.span; }
    std::uint32_t length() const override { return m_length; }

    Result<StepTicket> submit(Step step) override {
        if (m_closed) return fail(ErrorKind::InvalidArgument, "this session is closed");
        const auto rows = step.rows();
        if (rows == 0 || step.hidden.columns != m_options.columns || step.hidden.values.size() != rows * m_options.columns)
            return fail(ErrorKind::InvalidArgument, format("a step of {} rows of {} numbers, expected {}", rows, step.hidden.columns, m_options.columns));
        if (step.first_position > m_length)
            return fail(ErrorKind::InvalidArgument, format("a step begins at position {}, but only {} are there", step.first_position, m_length));
        TESSERA_CHECK(checkFits(step.first_position, rows, m_options.session.context_tokens));
        forget(step.first_position);
        TESSERA_CHECK(m_history.append(step.hidden.values));
        const auto ticket = ++m_last_ticket;
        if (m_under_way.empty()) m_oldest_since = Clock::now();
        m_under_way.push_back({ticket, 0, step.first_position, rows, step.wanted});
        m_length = step.first_position + rows;
        if (!m_broken) send(m_under_way.back(), std::move(step));
        return ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        while (true) {
            const auto found = std::ranges::find(m_under_way, ticket, &Flight::ticket);
            if (found == m_under_way.end()) return fail(ErrorKind::InvalidArgument, format("step {} is not under way", ticket));
            if (!m_broken) {
                auto rows = m_placed.runner->wait(found->inner, std::min(deadline, patience(*found)), stop);
                if (stop.stop_requested() && !rows) return abandon(*found);
                if (rows && hasRightShape(*rows, *found)) return deliver(found, *std::move(rows));
                m_broken = rows ? Error{ErrorKind::Network, format("{} rows came back where {} were due", rows->rows, expectedRows(*found))} : rows.error();
            }
            if (Clock::now() >= deadline) {
                m_under_way.erase(found);
                return fail(ErrorKind::Network, format("layers {}–{}: no answer before the deadline", m_options.span.first, m_options.span.last));
            }
            if (auto recovered = recover(stop); !recovered) {
                const auto again = std::ranges::find(m_under_way, ticket, &Flight::ticket);
                if (again != m_under_way.end()) m_under_way.erase(again);
                return tl::unexpected(std::move(recovered).error());
            }
        }
    }

    bool isReady(StepTicket ticket) override {
        const auto found = std::ranges::find(m_under_way, ticket, &Flight::ticket);
        if (found == m_under_way.end() || m_broken) return true;
        return m_placed.runner->isReady(found->inner) || Clock::now() >= patience(*found);
    }

    void setListener(std::function<void()> listener) override {
        m_listener = std::move(listener);
        m_placed.runner->setListener(m_listener);
    }

    Result<void> truncate(std::uint32_t length) override {
        if (m_closed) return fail(ErrorKind::InvalidArgument, "this session is closed");
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: only {} positions are there", length, m_length));
        if (!m_broken && m_placed.runner->length() > length && !m_placed.runner->truncate(length)) m_broken = Error{ErrorKind::Network, "it could not truncate"};
        forget(length);
        m_length = length;
        return {};
    }

    void close() override {
        m_closed = true;
        m_under_way.clear();
        if (m_placed.runner) m_placed.runner->close();
    }

private:
    struct Flight {
        StepTicket ticket;
        StepTicket inner;  // the present runner's number
        std::uint32_t first;
        std::uint32_t rows;
        Wanted wanted;
    };
    /// A step whose result has been given on. `tail`: rows behind it that were computed with it and forgotten since; in
    /// tiles their company decides the bits.
    struct Done {
        std::uint32_t first;
        std::uint32_t rows;
        std::vector<float> tail = {};
    };

    void send(Flight& flight, Step step) {
        auto inner = m_placed.runner->submit(std::move(step));
        if (inner) {
            flight.inner = *inner;
        } else {
            m_broken = std::move(inner).error();
        }
    }

    /// The oldest step's own timer; those behind it wait for it.
    Deadline patience(const Flight& flight) const {
        if (flight.ticket != m_under_way.front().ticket) return Deadline::max();
        return m_oldest_since + allowance(flight.rows);
    }

    Clock::duration allowance(std::uint32_t rows) const {
        const double expected = rows < kTileRows ? rows * m_placed.seconds_per_row : rows * m_placed.seconds_per_tile / kTileRows;
        return std::chrono::duration_cast<Clock::duration>(
            std::max(m_options.step_floor, std::chrono::duration<double>(m_options.step_factor * expected)));
    }

    std::size_t expectedRows(const Flight& flight) const {
        if (!m_options.has_last_layer || flight.wanted == Wanted::All) return flight.rows;
        return flight.wanted == Wanted::Last ? 1 : 0;
    }
    bool hasRightShape(const Rows& rows, const Flight& flight) const {
        return rows.rows == expectedRows(flight) && rows.values.size() == rows.rows * m_options.columns;
    }

    Rows deliver(std::deque<Flight>::iterator flight, Rows rows) {
        m_done.push_back({flight->first, flight->rows});
        m_under_way.erase(flight);
        m_oldest_since = Clock::now();
        m_failed_in_a_row = 0;
        return rows;
    }

    Result<Rows> abandon(const Flight& flight) {
        const auto first = flight.first;
        std::stop_source stopped;
        stopped.request_stop();
        for (const Flight& other : m_under_way)
            if (!m_broken && other.first > first) (void)m_placed.runner->wait(other.inner, Deadline::max(), stopped.get_token());
        forget(first);
        m_length = std::min(m_length, first);
        return fail(ErrorKind::Cancelled, "stopped");
    }

    /// What stands at `length` and behind it. A step that is cut through keeps its first rows.
    void forget(std::uint32_t length) {
        std::erase_if(m_under_way, [&](const Flight& flight) { return flight.first >= length; });
        std::erase_if(m_done, [&](const Done& done) { return done.first >= length; });
        if (!m_done.empty() && m_done.back().first + m_done.back().rows > length) cut(m_done.back(), length);
        m_history.truncate(length);
    }

    void cut(Done& done, std::uint32_t length) {
        const std::uint32_t lost = done.first + done.rows - length;
        const auto computed = done.rows + done.tail.size() / m_options.columns;
        if (computed >= kTileRows) {
            if (auto rows = m_history.read(length, lost)) done.tail.insert(done.tail.begin(), rows->begin(), rows->end());
        }
        done.rows -= lost;
    }

    Result<void> recover(const std::stop_token& stop) {
        const auto start = Clock::now();
        Error reason = *m_broken;
        while (m_failed_in_a_row++ < m_options.max_attempts) {
            if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
            logWarning(format("layers {}–{}: {} failed ({}); looking for a replacement", m_options.span.first, m_options.span.last,
                              m_placed.name, reason.message));
            const auto failed = m_placed.name;
            m_placed.runner->close();
            TESSERA_TRY(m_placed, m_place(m_options.span, stop));
            if (m_listener) m_placed.runner->setListener(m_listener);
            m_broken.reset();
            const auto replayed = replay(stop);
            if (replayed && !m_broken) {
                const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
                const auto what = tellRecovery(format("layers {}–{}", m_options.span.first, m_options.span.last), m_placed.name, failed, seconds);
                if (m_options.on_failover) m_options.on_failover(what, seconds);
                return {};
            }
            if (!replayed && replayed.error().kind == ErrorKind::Cancelled && stop.stop_requested()) return replayed;
            if (!m_broken) m_broken = replayed.error();
            reason = *m_broken;
        }
        m_failed_in_a_row = 0;  // the next step may try again
        return fail(ErrorKind::Network, format("layers {}–{}: {} replacements failed one after the other, the last one so: {}",
                                               m_options.span.first, m_options.span.last, m_options.max_attempts, format("{}: {}", m_placed.name, reason.message)));
    }

    /// Pieces in which finished steps are computed again.
    std::vector<Done> pieces() const {
        const bool together = m_placed.independent_rows && m_options.session.exact != ExactPolicy::Off;
        std::vector<Done> pieces;
        for (const Done& done : m_done) {
            const bool fits = together && !pieces.empty() && pieces.back().tail.empty() && done.tail.empty() &&
                              pieces.back().rows + done.rows < kTileRows;
            if (fits) {
                pieces.back().rows += done.rows;
            } else {
                pieces.push_back(done);
            }
        }
        return pieces;
    }

    Result<Step> stepOf(std::uint32_t first, std::uint32_t rows, Wanted wanted) const {
        Step step;
        step.first_position = first;
        step.wanted = wanted;
        TESSERA_TRY(auto values, m_history.read(first, rows));
        step.hidden = {rows, m_options.columns, std::move(values)};
        return step;
    }

    Result<void> replay(const std::stop_token& stop) {
        constexpr std::size_t kAhead = 4;
        const auto todo = pieces();
        std::deque<std::pair<StepTicket, std::uint32_t>> sent;
        std::size_t next = 0;
        while (next < todo.size() || !sent.empty()) {
            if (next < todo.size() && sent.size() < kAhead) {
                TESSERA_TRY(auto step, stepOf(todo[next].first, todo[next].rows, Wanted::None));
                step.hidden.values.insert(step.hidden.values.end(), todo[next].tail.begin(), todo[next].tail.end());
                step.hidden.rows = step.hidden.values.size() / m_options.columns;
                TESSERA_TRY(const auto ticket, m_placed.runner->submit(std::move(step)));
                sent.emplace_back(ticket, todo[next].rows);
                ++next;
                continue;
            }
            TESSERA_CHECK(m_placed.runner->wait(sent.front().first, Clock::now() + allowance(sent.front().second), stop));
            sent.pop_front();
        }
        m_oldest_since = Clock::now();
        for (Flight& flight : m_under_way) {
            TESSERA_TRY(auto step, stepOf(flight.first, flight.rows, flight.wanted));
            send(flight, std::move(step));
            if (m_broken) return {};
        }
        return {};
    }

    PlaceSpan m_place;
    FailoverOptions m_options;
    PlacedRunner m_placed;
    std::optional<Error> m_broken;   // why the present runner is of no use any more
    std::function<void()> m_listener;
    RowHistory m_history;
    std::vector<Done> m_done;        // by position, without gaps
    std::deque<Flight> m_under_way;  // oldest first, behind those
    Clock::time_point m_oldest_since = Clock::now();
    int m_failed_in_a_row = 0;       // since the last result
    StepTicket m_last_ticket = 0;
    std::uint32_t m_length = 0;
    bool m_closed = false;
};

}  // namespace

Result<std::unique_ptr<LayerRunner>> createFailoverRunner(PlaceSpan place, FailoverOptions options, std::stop_token stop) {
    auto runner = std::make_unique<FailoverRunner>(std::move(place), std::move(options));
    TESSERA_CHECK(runner->start(stop));
    return runner;
}

}  // namespace tessera
