// SPDX-License-Identifier: GPL-3.0-or-later
// A LayerRunner that computes rightly until a given step and then fails in a given way: every failure of a node without
// a network.
#pragma once

#include "core/engine/layer_runner.h"

#include <limits>
#include <memory>
#include <thread>

namespace tessera::test {

enum class Fault {
    None,
    Crash,         // no answer to this step nor to any other
    CrashAtSubmit, // the step is not even taken
    Freeze,        // an answer never comes, nor an error
    LostRows,      // fewer rows than were asked for
    LostCache,     // what was computed before is gone: a node that was started anew
    WrongNumbers,  // a bit of one number is another
};

class FaultyRunner final : public LayerRunner {
public:
    /// `at` counts submitted steps from 0, replayed ones included.
    FaultyRunner(std::unique_ptr<LayerRunner> runner, Fault fault, std::uint64_t at) : m_runner(std::move(runner)), m_fault(fault), m_at(at) {}

    LayerSpan span() const override { return m_runner->span(); }
    std::uint32_t length() const override { return m_runner->length(); }

    Result<StepTicket> submit(Step step) override {
        const bool now = m_submitted++ == m_at;
        if (m_dead || (now && m_fault == Fault::CrashAtSubmit)) return die();
        if (now && m_fault == Fault::LostCache) (void)m_runner->truncate(m_runner->length() / 2);
        TESSERA_TRY(const auto ticket, m_runner->submit(std::move(step)));
        if (now) m_ticket = ticket;
        return ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        const bool here = ticket == m_ticket;
        if (m_dead || (here && m_fault == Fault::Crash)) return die();
        if (m_fault == Fault::Freeze && ticket >= m_ticket) {
            std::this_thread::sleep_until(deadline);
            return fail(ErrorKind::Network, "frozen");
        }
        auto rows = m_runner->wait(ticket, deadline, stop);
        if (!rows || !here) return rows;
        if (m_fault == Fault::LostRows && rows->rows > 0) {
            --rows->rows;
            rows->values.resize(rows->rows * rows->columns);
        }
        if (m_fault == Fault::WrongNumbers && !rows->values.empty()) rows->values[rows->values.size() / 2] += 0.25f;
        return rows;
    }

    bool isReady(StepTicket ticket) override {
        if (m_fault == Fault::Freeze && ticket >= m_ticket) return false;
        return m_dead || (m_fault == Fault::Crash && ticket == m_ticket) || m_runner->isReady(ticket);
    }
    void setListener(std::function<void()> listener) override { m_runner->setListener(std::move(listener)); }
    Result<void> truncate(std::uint32_t length) override { return m_runner->truncate(length); }
    void close() override { m_runner->close(); }

private:
    tl::unexpected<Error> die() {
        m_dead = true;
        return fail(ErrorKind::Network, "the connection ended");
    }

    std::unique_ptr<LayerRunner> m_runner;
    Fault m_fault;
    std::uint64_t m_at;
    std::uint64_t m_submitted = 0;
    StepTicket m_ticket = std::numeric_limits<StepTicket>::max();
    bool m_dead = false;
};

}  // namespace tessera::test
