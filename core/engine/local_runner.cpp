// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/local_runner.h"

#include "core/base/format.h"
#include "core/engine/batch_plan.h"
#include "core/engine/engine_thread.h"
#include "core/engine/model_facts.h"
#include "core/engine/row_independence.h"
#include "core/engine/span_executor.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

namespace tessera {
namespace {

/// A submitted step. `step` belongs to the thread that computes once it runs, `turn` to the runner's; the rest is guarded by the runner's mutex.
struct Job {
    enum class State { Queued, Running, Done };
    Step step;
    std::atomic<bool> cancel{false};
    State state = State::Queued;
    std::optional<Result<Rows>> result;
    EngineThread::Turn turn = 0;
};

/// What queued work keeps alive after the runner is gone.
struct Shared {
    std::mutex mutex;
    std::condition_variable finished;
    std::unique_ptr<SpanExecutor> executor;  // where graphs are computed only
    std::atomic<std::uint32_t> computed{0};  // positions whose cells hold their values; written where graphs are computed
    std::uint32_t micro_batch = 512;
    bool has_cache = true;                   // false for the empty spans: any position goes
    std::function<void()> listener;          // set before the first step
    ExactPolicy exact = ExactPolicy::Auto;

    Result<Rows> compute(Job& job);
    void run(Job& job);
};

Result<Rows> Shared::compute(Job& job) {
    const Step& step = job.step;
    if (has_cache && step.first_position > computed)
        return fail(ErrorKind::Cancelled, format("position {} cannot be computed: the step before it was not completed",
                                                 step.first_position));
    computed = step.first_position;
    Rows out;
    const auto sizes = planBatches(step.rows(), micro_batch, exact);
    std::uint32_t done = 0;
    for (const auto rows : sizes) {
        Batch batch;
        batch.first_position = step.first_position + done;
        batch.rows = rows;
        batch.wanted = step.wanted == Wanted::Last && done + rows < step.rows() ? Wanted::None : step.wanted;
        if (step.tokens.empty()) {
            batch.hidden = std::span(step.hidden.values).subspan(done * step.hidden.columns, rows * step.hidden.columns);
        } else {
            batch.tokens = std::span(step.tokens).subspan(done, rows);
        }
        if (job.cancel) return fail(ErrorKind::Cancelled, "stopped");
        TESSERA_CHECK(executor->compute(batch, job.cancel, out));
        done += rows;
        computed = step.first_position + done;
    }
    return out;
}

void Shared::run(Job& job) {
    {
        const std::scoped_lock lock(mutex);
        if (job.state != Job::State::Queued) return;  // abandoned while it waited
        job.state = Job::State::Running;
    }
    auto result = compute(job);
    {
        const std::scoped_lock lock(mutex);
        job.result = std::move(result);
        job.state = Job::State::Done;
        finished.notify_all();
    }
    if (listener) listener();
}

class LocalRunner final : public LayerRunner {
public:
    LocalRunner(std::shared_ptr<const EngineCore> core, LayerSpan span, std::uint32_t context,
                std::shared_ptr<Shared> shared)
        : m_core(std::move(core)), m_span(span), m_context(context), m_shared(std::move(shared)) {}
    ~LocalRunner() override { close(); }

    LayerSpan span() const override { return m_span; }
    std::uint32_t length() const override { return m_length; }

    Result<StepTicket> submit(Step step) override {
        TESSERA_CHECK(check(step));
        m_length = step.first_position + step.rows();
        auto job = std::make_shared<Job>();
        job->step = std::move(step);
        m_jobs.emplace(++m_last_ticket, job);
        job->turn = EngineThread::instance().post([shared = m_shared, job] { shared->run(*job); });
        return m_last_ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        const auto found = m_jobs.find(ticket);
        if (found == m_jobs.end()) return fail(ErrorKind::InvalidArgument, format("step {} is not under way", ticket));
        const auto job = found->second;
        m_jobs.erase(found);
        auto result = waitFor(*job, deadline, stop);
        if (!result && m_jobs.empty()) m_length = std::min(m_length, m_shared->computed.load());
        return result;
    }

    bool isReady(StepTicket ticket) override {
        const auto found = m_jobs.find(ticket);
        if (found == m_jobs.end()) return true;
        const std::scoped_lock lock(m_shared->mutex);
        return found->second->state == Job::State::Done;
    }

    void setListener(std::function<void()> listener) override { m_shared->listener = std::move(listener); }

    Result<void> truncate(std::uint32_t length) override {
        if (m_closed) return closedError();
        if (!m_shared->has_cache) return {};
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: only {} positions are there", length, m_length));
        m_length = length;
        return {};
    }

    void close() override {
        if (m_closed) return;
        m_closed = true;
        {
            const std::scoped_lock lock(m_shared->mutex);
            for (auto& [ticket, job] : m_jobs) abandon(*job);
        }
        m_jobs.clear();
        EngineThread::instance().run([this] { m_shared->executor.reset(); });
    }

private:
    static tl::unexpected<Error> closedError() {
        return fail(ErrorKind::InvalidArgument, "this session is closed");
    }

    Result<void> check(const Step& step) const {
        if (m_closed) return closedError();
        const auto rows = step.rows();
        if (rows == 0) return fail(ErrorKind::InvalidArgument, "a step needs at least one row");
        if (!m_shared->has_cache) return checkInput(step);
        if (step.first_position > m_length)
            return fail(ErrorKind::InvalidArgument, format("a step begins at position {}, but only {} are there",
                                                           step.first_position, m_length));
        TESSERA_CHECK(checkFits(step.first_position, rows, m_context));
        return checkInput(step);
    }

    Result<void> checkInput(const Step& step) const { return m_span.takesTokens() ? checkIds(step) : checkHidden(step); }

    Result<void> checkIds(const Step& step) const {
        if (step.tokens.empty())
            return fail(ErrorKind::InvalidArgument, "the span that begins with layer 0 takes token ids, not hidden rows");
        return checkTokens(step.tokens, m_core->facts.vocabulary);
    }

    Result<void> checkHidden(const Step& step) const {
        const auto embedding = static_cast<std::size_t>(m_core->parameters.embedding);
        if (!step.tokens.empty())
            return fail(ErrorKind::InvalidArgument, format("the span that begins with layer {} takes hidden rows, not "
                                                           "token ids", m_span.first));
        if (step.hidden.columns != embedding || step.hidden.values.size() != step.hidden.rows * embedding)
            return fail(ErrorKind::InvalidArgument, format("hidden rows have {} columns, the model has {}",
                                                           step.hidden.columns, embedding));
        return {};
    }

    /// With the mutex held: a queued step never begins, a running one stops at its next node.
    static void abandon(Job& job) {
        job.cancel = true;
        if (job.state != Job::State::Queued) return;
        job.result = fail(ErrorKind::Cancelled, "stopped");
        job.state = Job::State::Done;
    }

    Result<Rows> waitFor(Job& job, Deadline deadline, const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [this, &job] {
            const std::scoped_lock lock(m_shared->mutex);
            abandon(job);
            m_shared->finished.notify_all();
        });
        // Not with a deadline: whoever computes cannot look at the clock.
        if (deadline == Deadline::max()) EngineThread::instance().takeTurn(job.turn);
        std::unique_lock lock(m_shared->mutex);
        const auto done = [&job] { return job.state == Job::State::Done; };
        bool late = false;
        if (deadline == Deadline::max()) {
            m_shared->finished.wait(lock, done);
        } else if (!m_shared->finished.wait_until(lock, deadline, done)) {
            late = true;
            abandon(job);
            m_shared->finished.wait(lock, done);
        }
        auto result = std::move(*job.result);
        lock.unlock();  // before on_stop goes, whose callback may be waiting for it
        if (late && !result) return fail(ErrorKind::Network, "the step was not completed before its deadline");
        return result;
    }

    std::shared_ptr<const EngineCore> m_core;
    LayerSpan m_span;
    std::uint32_t m_context;
    std::shared_ptr<Shared> m_shared;
    std::map<StepTicket, std::shared_ptr<Job>> m_jobs;
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
    auto shared = std::make_shared<Shared>();
    TESSERA_TRY(shared->executor, EngineThread::instance().run([&] {
        // Some types' kernels give a row other bits beside other rows: then only one row at a time is exact.
        if (options.exact == ExactPolicy::On && !rowsAreIndependent(*core)) options.micro_batch = 1;
        return SpanExecutor::create(core, span, options);
    }));
    shared->micro_batch = options.micro_batch;
    shared->exact = options.exact;
    shared->has_cache = span.layers() > 0;
    return std::make_unique<LocalRunner>(std::move(core), span, options.context_tokens, std::move(shared));
}

}  // namespace tessera
