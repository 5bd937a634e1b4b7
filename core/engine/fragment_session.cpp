// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fragment_session.h"

#include "core/base/format.h"
#include "core/engine/batch_plan.h"
#include "core/engine/model_facts.h"

#include <deque>

namespace tessera {
namespace {

class FragmentSession final : public Session {
public:
    FragmentSession(std::unique_ptr<LayerRunner> runner, const SessionOptions& options, std::size_t steps_ahead)
        : m_runner(std::move(runner)), m_options(options), m_steps_ahead(steps_ahead) {}

    std::uint32_t contextTokens() const override { return m_options.context_tokens; }
    std::uint32_t length() const override { return m_length; }

    Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override {
        TESSERA_CHECK(checkRoom(tokens.size()));
        const auto rows = static_cast<std::uint32_t>(tokens.size());
        const bool pipelined = m_steps_ahead > 2 && m_options.exact != ExactPolicy::Off;
        const auto sizes = planBatches(rows, pipelined ? pipelinedBatch(rows, m_options.micro_batch) : m_options.micro_batch, m_options.exact);
        Rows out;
        std::size_t submitted = 0;
        std::size_t done = 0;
        std::deque<Sent> sent;
        auto next = sizes.begin();
        while (next != sizes.end() || !sent.empty()) {
            while (next != sizes.end() && sent.size() < m_steps_ahead) {
                const bool last = next + 1 == sizes.end();
                const auto asked = wanted == Wanted::Last && !last ? Wanted::None : wanted;
                TESSERA_TRY(const auto ticket, submit(tokens.subspan(submitted, *next), asked, operation, sent));
                sent.push_back({ticket, *next});
                submitted += *next++;
            }
            const Sent oldest = sent.front();
            sent.pop_front();
            auto part = m_runner->wait(oldest.ticket, LayerRunner::Deadline::max(), operation.stop);
            if (!part) return giveUp(std::move(part).error(), sent);
            m_length += oldest.rows;
            done += oldest.rows;
            append(out, *std::move(part));
            if (operation.progress) operation.progress({done, tokens.size(), "evaluating"});
        }
        return out;
    }

    Result<void> truncate(std::uint32_t length) override {
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: the session has {} tokens", length, m_length));
        TESSERA_CHECK(m_runner->truncate(length));
        m_length = length;
        return {};
    }

    Result<void> remove(std::uint32_t first, std::uint32_t count) override {
        TESSERA_CHECK(m_runner->remove(first, count));
        m_length -= count;
        return {};
    }

    Result<std::vector<std::byte>> save() override { return m_runner->save(); }

    Result<void> restore(std::span<const std::byte> state, std::uint32_t length) override {
        TESSERA_CHECK(m_runner->restore(state, length));
        m_length = length;
        return {};
    }

private:
    struct Sent {
        StepTicket ticket;
        std::uint32_t rows;
    };

    Result<void> checkRoom(std::size_t tokens) const {
        if (tokens == 0) return fail(ErrorKind::InvalidArgument, "there are no tokens to evaluate");
        return checkFits(m_length, tokens, m_options.context_tokens);
    }

    Result<StepTicket> submit(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation, std::deque<Sent>& sent) {
        Step step;
        step.first_position = m_length;
        for (const Sent& before : sent) step.first_position += before.rows;
        step.tokens.assign(tokens.begin(), tokens.end());
        step.wanted = wanted;
        auto ticket = operation.checkStop() ? m_runner->submit(std::move(step)) : fail(ErrorKind::Cancelled, "stopped");
        if (!ticket) return giveUp(std::move(ticket).error(), sent);
        return ticket;
    }

    /// What is still under way is abandoned, so that the runner has what was completed and nothing else.
    tl::unexpected<Error> giveUp(Error error, const std::deque<Sent>& sent) {
        std::stop_source stopped;
        stopped.request_stop();
        for (const Sent& step : sent) (void)m_runner->wait(step.ticket, LayerRunner::Deadline::max(), stopped.get_token());
        if (m_runner->length() > m_length) (void)m_runner->truncate(m_length);
        return tl::unexpected(std::move(error));
    }

    static void append(Rows& out, Rows part) {
        out.columns = part.columns;
        if (out.rows == 0) {
            out = std::move(part);
            return;
        }
        out.rows += part.rows;
        out.values.insert(out.values.end(), part.values.begin(), part.values.end());
    }

    std::unique_ptr<LayerRunner> m_runner;
    SessionOptions m_options;
    std::size_t m_steps_ahead;
    std::uint32_t m_length = 0;
};

}  // namespace

std::unique_ptr<Session> createFragmentSession(std::unique_ptr<LayerRunner> runner, const SessionOptions& options,
                                               std::size_t steps_ahead) {
    return std::make_unique<FragmentSession>(std::move(runner), options, steps_ahead);
}

}  // namespace tessera
