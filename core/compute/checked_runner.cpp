// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/checked_runner.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/compute/same_bits.h"

#include <map>

namespace tessera {
namespace {

class CheckedRunner final : public LayerRunner {
public:
    CheckedRunner(std::unique_ptr<LayerRunner> runner, std::unique_ptr<LayerRunner> checker, CheckOptions options)
        : m_runner(std::move(runner)), m_checker(std::move(checker)), m_options(std::move(options)) {}

    LayerSpan span() const override { return m_runner->span(); }
    std::uint32_t length() const override { return m_runner->length(); }

    Result<StepTicket> submit(Step step) override {
        if (!m_checker || step.first_position >= m_options.rows) return m_runner->submit(std::move(step));
        auto second = m_checker->submit(step);
        TESSERA_TRY(const auto ticket, m_runner->submit(std::move(step)));
        if (second) {
            m_seconds.emplace(ticket, *second);
        } else {
            goOnUnchecked(second.error());
        }
        return ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        auto rows = m_runner->wait(ticket, deadline, stop);
        const auto found = m_seconds.find(ticket);
        if (found == m_seconds.end()) return rows;
        const auto second = found->second;
        m_seconds.erase(found);
        if (!m_checker) return rows;
        const auto also = m_checker->wait(second, deadline, stop);
        if (!rows) return rows;
        if (!also) {
            if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
            goOnUnchecked(also.error());
            return rows;
        }
        if (sameBits(*rows, *also)) return rows;
        if (m_options.on_difference) m_options.on_difference();
        return fail(ErrorKind::Network, format("layers {}–{}: two machines computed different numbers", span().first, span().last));
    }

    bool isReady(StepTicket ticket) override {
        const auto found = m_seconds.find(ticket);
        return m_runner->isReady(ticket) && (!m_checker || found == m_seconds.end() || m_checker->isReady(found->second));
    }
    void setListener(std::function<void()> listener) override {
        if (m_checker) m_checker->setListener(listener);
        m_runner->setListener(std::move(listener));
    }
    Result<void> truncate(std::uint32_t length) override {
        if (m_checker && m_checker->length() > length && !m_checker->truncate(length)) goOnUnchecked({ErrorKind::Network, "it could not truncate"});
        return m_runner->truncate(length);
    }
    void close() override {
        if (m_checker) m_checker->close();
        m_runner->close();
    }

private:
    void goOnUnchecked(const Error& error) {
        logWarning(format("layers {}–{}: {} checks them no longer: {}", span().first, span().last, m_options.checker, error.message));
        m_checker->close();
        m_checker.reset();
    }

    std::unique_ptr<LayerRunner> m_runner;
    std::unique_ptr<LayerRunner> m_checker;  // null once it has failed
    CheckOptions m_options;
    std::map<StepTicket, StepTicket> m_seconds;  // the checker's numbers
};

}  // namespace

std::unique_ptr<LayerRunner> createCheckedRunner(std::unique_ptr<LayerRunner> runner, std::unique_ptr<LayerRunner> checker, CheckOptions options) {
    return std::make_unique<CheckedRunner>(std::move(runner), std::move(checker), std::move(options));
}

}  // namespace tessera
