// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/local_runner.h"

#include "core/base/format.h"
#include "core/engine/batch_plan.h"
#include "core/engine/cell_shift.h"
#include "core/engine/engine_thread.h"
#include "core/engine/model_facts.h"
#include "core/engine/row_independence.h"
#include "core/engine/step_batcher.h"

#include <map>
#include <new>

namespace tessera {
namespace {

/// A step's turn on the engine's thread.
void run(const StepBatcher::Waiting& waiting, bool may_batch) {
    StepBatcher& batcher = *waiting.runner->core->batcher;
    if (!waiting.runner->claim(*waiting.step)) return batcher.forget(*waiting.step);  // abandoned, or computed with others
    if (may_batch) return batcher.compute(waiting);
    try {
        waiting.runner->finish(*waiting.step, computeAlone(*waiting.runner, *waiting.step));
    } catch (const std::bad_alloc&) {
        waiting.runner->finish(*waiting.step, outOfMemory());
    }
}

class LocalRunner final : public LayerRunner {
public:
    LocalRunner(std::shared_ptr<RunnerState> state, std::uint32_t context)
        : m_core(*state->core), m_state(std::move(state)), m_context(context) {}
    ~LocalRunner() override { close(); }

    LayerSpan span() const override { return m_state->span; }
    std::uint32_t length() const override { return m_length; }

    Result<StepTicket> submit(Step step) override {
        TESSERA_CHECK(check(step));
        m_length = step.first_position + step.rows();
        // One behind others of its own must not be taken along before them.
        const bool may_batch = m_state->may_batch && m_under_way.empty() && step.rows() == 1 && (!givesWantedRows() || step.wanted != Wanted::None);
        auto pending = std::make_shared<PendingStep>();
        pending->step = std::move(step);
        const StepBatcher::Waiting waiting{m_state, pending};
        if (may_batch) {
            m_core.batcher->add(waiting);
        } else {
            m_core.batcher->leave(*m_state);
        }
        const auto turn = EngineThread::instance().postQuietly([waiting, may_batch] { run(waiting, may_batch); });
        if (m_state->listener) EngineThread::instance().wake();  // who listens does not wait
        m_under_way.emplace(++m_last_ticket, UnderWay{std::move(pending), turn});
        return m_last_ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        const auto found = m_under_way.find(ticket);
        if (found == m_under_way.end()) return fail(ErrorKind::InvalidArgument, format("step {} is not under way", ticket));
        const auto under_way = found->second;
        m_under_way.erase(found);
        auto result = waitFor(under_way, deadline, stop);
        if (!result && m_under_way.empty()) m_length = std::min(m_length, m_state->computed.load());
        return result;
    }

    bool isReady(StepTicket ticket) override {
        const auto found = m_under_way.find(ticket);
        if (found == m_under_way.end()) return true;
        EngineThread::instance().wake();
        const std::scoped_lock lock(m_state->mutex);
        return found->second.pending->state == PendingStep::State::Done;
    }

    void setListener(std::function<void()> listener) override { m_state->listener = std::move(listener); }

    Result<void> truncate(std::uint32_t length) override {
        if (m_closed) return closedError();
        if (!m_state->has_cache) return {};
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: only {} positions are there", length, m_length));
        m_length = length;
        return {};
    }

    Result<void> remove(std::uint32_t first, std::uint32_t count) override {
        if (m_closed) return closedError();
        return EngineThread::instance().run([&]() -> Result<void> {
            if (m_state->computed < m_length) return fail(ErrorKind::InvalidArgument, "a step is still under way");
            if (first > m_length || count > m_length - first)
                return fail(ErrorKind::InvalidArgument, format("{} positions from {} on cannot go: there are {}", count, first, m_length));
            TESSERA_CHECK(removeCells(m_core, m_state->executor->cache(), span(), first, count, m_length));
            m_state->computed = m_length -= count;
            return {};
        });
    }

    Result<std::vector<std::byte>> save() override {
        if (m_closed) return closedError();
        return EngineThread::instance().run([this]() -> Result<std::vector<std::byte>> {
            const KvCache& cache = m_state->executor->cache();
            if (m_state->computed < m_length) return fail(ErrorKind::InvalidArgument, "a step is still under way");
            try {
                std::vector<std::byte> state(cache.stateBytes(m_length));
                cache.readState(m_length, state);
                return state;
            } catch (const std::bad_alloc&) {
                return fail(ErrorKind::OutOfMemory, "no memory for a copy of the KV cache");
            }
        });
    }

    Result<void> restore(std::span<const std::byte> state, std::uint32_t length) override {
        if (m_closed) return closedError();
        return EngineThread::instance().run([&]() -> Result<void> {
            KvCache& cache = m_state->executor->cache();
            if (length > m_context || cache.stateBytes(length) != state.size())
                return fail(ErrorKind::Corrupt, format("{} bytes cannot be the KV cache of {} tokens", state.size(), length));
            cache.writeState(length, state);
            m_state->computed = m_length = length;
            return {};
        });
    }

    void close() override {
        if (m_closed) return;
        m_closed = true;
        {
            const std::scoped_lock lock(m_state->mutex);
            for (auto& [ticket, step] : m_under_way) abandon(*step.pending);
        }
        m_under_way.clear();
        EngineThread::instance().run([this] {
            m_core.batcher->leave(*m_state);
            m_state->executor.reset();
        });
    }

private:
    struct UnderWay {
        std::shared_ptr<PendingStep> pending;
        EngineThread::Turn turn;
    };

    bool givesWantedRows() const { return span().last == m_core.parameters.layers - 1; }

    static tl::unexpected<Error> closedError() {
        return fail(ErrorKind::InvalidArgument, "this session is closed");
    }

    Result<void> check(const Step& step) const {
        if (m_closed) return closedError();
        const auto rows = step.rows();
        if (rows == 0) return fail(ErrorKind::InvalidArgument, "a step needs at least one row");
        if (!m_state->has_cache) return checkInput(step);
        if (step.first_position > m_length)
            return fail(ErrorKind::InvalidArgument, format("a step begins at position {}, but only {} are there",
                                                           step.first_position, m_length));
        TESSERA_CHECK(checkFits(step.first_position, rows, m_context));
        return checkInput(step);
    }

    Result<void> checkInput(const Step& step) const { return span().takesTokens() ? checkIds(step) : checkHidden(step); }

    Result<void> checkIds(const Step& step) const {
        if (step.tokens.empty())
            return fail(ErrorKind::InvalidArgument, "the span that begins with layer 0 takes token ids, not hidden rows");
        return checkTokens(step.tokens, m_core.facts.vocabulary);
    }

    Result<void> checkHidden(const Step& step) const {
        const auto embedding = static_cast<std::size_t>(m_core.parameters.embedding);
        if (!step.tokens.empty())
            return fail(ErrorKind::InvalidArgument, format("the span that begins with layer {} takes hidden rows, not "
                                                           "token ids", span().first));
        if (step.hidden.columns != embedding || step.hidden.values.size() != step.hidden.rows * embedding)
            return fail(ErrorKind::InvalidArgument, format("hidden rows have {} columns, the model has {}",
                                                           step.hidden.columns, embedding));
        return {};
    }

    /// With the mutex held: a queued step never begins, a running one stops at its next node.
    static void abandon(PendingStep& step) {
        step.cancel = true;
        if (step.state != PendingStep::State::Queued) return;
        step.result = fail(ErrorKind::Cancelled, "stopped");
        step.state = PendingStep::State::Done;
    }

    Result<Rows> waitFor(const UnderWay& under_way, Deadline deadline, const std::stop_token& stop) {
        PendingStep& step = *under_way.pending;
        const std::stop_callback on_stop(stop, [this, &step] {
            const std::scoped_lock lock(m_state->mutex);
            abandon(step);
            m_state->finished.notify_all();
        });
        // Not with a deadline: whoever computes cannot look at the clock.
        if (deadline == Deadline::max()) {
            EngineThread::instance().takeTurn(under_way.turn);
        } else {
            EngineThread::instance().wake();
        }
        std::unique_lock lock(m_state->mutex);
        const auto done = [&step] { return step.state == PendingStep::State::Done; };
        bool late = false;
        if (deadline == Deadline::max()) {
            m_state->finished.wait(lock, done);
        } else if (!m_state->finished.wait_until(lock, deadline, done)) {
            late = true;
            abandon(step);
            m_state->finished.wait(lock, done);
        }
        auto result = std::move(*step.result);
        lock.unlock();  // before on_stop goes, whose callback may be waiting for it
        if (late && !result) return fail(ErrorKind::Network, "the step was not completed before its deadline");
        return result;
    }

    const EngineCore& m_core;
    std::shared_ptr<RunnerState> m_state;
    std::uint32_t m_context;
    std::map<StepTicket, UnderWay> m_under_way;
    StepTicket m_last_ticket = 0;
    std::uint32_t m_length = 0;
    bool m_closed = false;
};

}  // namespace

Result<std::unique_ptr<LayerRunner>> createLocalRunner(std::shared_ptr<const EngineCore> core, LayerSpan span,
                                                       SessionOptions options) {
    if (span.layers() < 0 || !core->span.contains(span) || (span.layers() == 0 && span != core->span))
        return fail(ErrorKind::InvalidArgument, format("layers {}–{} are not loaded: this engine has {}–{}", span.first,
                                                       span.last, core->span.first, core->span.last));
    if (options.micro_batch == 0) return fail(ErrorKind::InvalidArgument, "the micro-batch must be at least 1");
    TESSERA_CHECK(checkAblation(options.ablation, core->facts));
    auto state = std::make_shared<RunnerState>();
    state->core = core;
    state->span = span;
    TESSERA_TRY(state->executor, EngineThread::instance().run([&] {
        // Some kernels give a row other bits beside other rows: then only one row at a time is exact.
        if (options.exact == ExactPolicy::On && !rowsAreIndependent(*core)) options.micro_batch = 1;
        return SpanExecutor::create(core, span, options);
    }));
    state->micro_batch = options.micro_batch;
    state->exact = options.exact;
    state->has_cache = span.layers() > 0;
    const KvCache& cache = state->executor->cache();
    state->long_context = cache.cells() > static_cast<std::uint32_t>(core->parameters.rope.original_context);
    state->may_batch = state->has_cache && options.tap == nullptr && options.ablation == Ablation{} && cache.flashAttention() &&
                       cache.keyRotation() == 0 && cache.valueRotation() == 0;
    return std::make_unique<LocalRunner>(std::move(state), options.context_tokens);
}

}  // namespace tessera
