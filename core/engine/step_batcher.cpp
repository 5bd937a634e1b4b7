// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/step_batcher.h"

#include "core/base/format.h"
#include "core/engine/batch_plan.h"
#include "core/engine/row_independence.h"

#include <algorithm>
#include <new>

namespace tessera {
namespace {

using namespace std::chrono_literals;

// Fewer rows than attention computes in tiles: each row then has the bits it has alone.
constexpr std::size_t kMostSequences = kTileRows - 1;

// How long sessions are waited for that are choosing their next token: little against what a step saves.
constexpr int kPatienceShare = 6;  // of the last step's time
constexpr auto kPatience = 10ms;   // at most

Error notReached(std::uint32_t position) {
    return {ErrorKind::Cancelled, format("position {} cannot be computed: the step before it was not completed", position)};
}

Batch batchOf(const Step& step) {
    Batch batch;
    batch.first_position = step.first_position;
    batch.tokens = step.tokens;
    batch.hidden = step.hidden.values;
    batch.rows = step.rows();
    batch.wanted = step.wanted;
    return batch;
}

}  // namespace

bool RunnerState::claim(PendingStep& step) {
    const std::scoped_lock lock(mutex);
    if (step.state != PendingStep::State::Queued) return false;
    step.state = PendingStep::State::Running;
    return true;
}

bool RunnerState::isFinished(PendingStep& step) {
    const std::scoped_lock lock(mutex);
    return step.state == PendingStep::State::Done;
}

void RunnerState::finish(PendingStep& step, Result<Rows> result) {
    {
        const std::scoped_lock lock(mutex);
        step.result = std::move(result);
        step.state = PendingStep::State::Done;
        finished.notify_all();
    }
    if (listener) listener();
}

Result<Rows> computeAlone(RunnerState& runner, PendingStep& pending) {
    const Step& step = pending.step;
    if (runner.has_cache && step.first_position > runner.computed) return tl::unexpected(notReached(step.first_position));
    runner.computed = step.first_position;
    Rows out;
    std::uint32_t done = 0;
    for (const auto rows : planBatches(step.rows(), runner.micro_batch, runner.exact)) {
        Batch batch = batchOf(step);
        batch.first_position += done;
        batch.rows = rows;
        batch.wanted = step.wanted == Wanted::Last && done + rows < step.rows() ? Wanted::None : step.wanted;
        if (step.tokens.empty()) {
            batch.hidden = batch.hidden.subspan(done * step.hidden.columns, rows * step.hidden.columns);
        } else {
            batch.tokens = batch.tokens.subspan(done, rows);
        }
        if (pending.cancel) return fail(ErrorKind::Cancelled, "stopped");
        TESSERA_CHECK(runner.executor->compute(batch, pending.cancel, out));
        done += rows;
        runner.computed = step.first_position + done;
    }
    return out;
}

StepBatcher::Kind StepBatcher::kindOf(const RunnerState& runner) {
    return {runner.span.first, runner.span.last, runner.span.bare, runner.exact != ExactPolicy::Off, runner.long_context};
}

void StepBatcher::add(Waiting waiting) {
    {
        const std::scoped_lock lock(m_mutex);
        m_waiting.push_back(std::move(waiting));
    }
    m_added.notify_all();
}

void StepBatcher::forget(const PendingStep& step) {
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_waiting, [&](const Waiting& waiting) { return waiting.step.get() == &step; });
}

DecodeStatistics StepBatcher::statistics() const {
    const std::scoped_lock lock(m_mutex);
    return m_statistics;
}

void StepBatcher::leave(const RunnerState& runner) {
    const std::scoped_lock lock(m_mutex);
    m_decoding.erase(&runner);
    std::erase_if(m_waiting, [&](const Waiting& waiting) { return waiting.runner.get() == &runner; });
}

std::size_t StepBatcher::waitingOf(Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count_if(m_waiting, [&](const Waiting& w) { return kindOf(*w.runner) == kind; }));
}

/// Sessions that took part until a step or two ago.
std::size_t StepBatcher::expectedOf(Kind kind, const RunnerState& leader) {
    const auto oldest = Clock::now() - 3 * m_last_step - kPatience;
    std::erase_if(m_decoding, [&](const auto& entry) { return entry.second.last < oldest; });
    return static_cast<std::size_t>(std::ranges::count_if(
        m_decoding, [&](const auto& entry) { return entry.first != &leader && entry.second.kind == kind; }));
}

std::vector<StepBatcher::Waiting> StepBatcher::take(Kind kind) {
    std::vector<Waiting> taken;
    std::erase_if(m_waiting, [&](const Waiting& waiting) {
        if (taken.size() + 1 >= kMostSequences || kindOf(*waiting.runner) != kind) return false;
        taken.push_back(waiting);
        return true;
    });
    return taken;
}

std::vector<StepBatcher::Waiting> StepBatcher::gather(const Waiting& leader, Kind kind) {
    std::unique_lock lock(m_mutex);
    std::erase_if(m_waiting, [&](const Waiting& waiting) { return waiting.step == leader.step; });
    const std::size_t expected = std::min(expectedOf(kind, *leader.runner), kMostSequences - 1);
    if (expected == 0 && waitingOf(kind) == 0) return {};
    lock.unlock();
    // Here only: a model with one session is not tried.
    if (kind.exact && !rowsAreIndependent(*leader.runner->core)) return {};
    lock.lock();
    const auto until = Clock::now() + std::min<Clock::duration>(m_last_step / kPatienceShare, kPatience);
    m_added.wait_until(lock, until, [&] { return waitingOf(kind) >= expected; });
    return take(kind);
}

tl::unexpected<Error> outOfMemory() { return fail(ErrorKind::OutOfMemory, "no memory for the rows of a step"); }

void StepBatcher::compute(const Waiting& leader) {
    std::vector<Waiting> members;  // claimed: each must be finished
    try {
        members.push_back(leader);
        computeWith(members);
    } catch (const std::bad_alloc&) {
        for (const Waiting& member : members)
            if (!member.runner->isFinished(*member.step)) member.runner->finish(*member.step, outOfMemory());
    }
}

void StepBatcher::computeWith(std::vector<Waiting>& members) {
    const Waiting leader = members.front();
    const Kind kind = kindOf(*leader.runner);
    for (Waiting& other : gather(leader, kind))
        if (other.runner->claim(*other.step)) members.push_back(std::move(other));
    {
        const std::scoped_lock lock(m_mutex);
        ++m_statistics.steps;
        m_statistics.rows += members.size();
    }
    const auto start = Clock::now();
    if (members.size() == 1) {
        leader.runner->finish(*leader.step, computeAlone(*leader.runner, *leader.step));
    } else {
        computeTogether(members, kind);
    }
    const std::scoped_lock lock(m_mutex);
    const auto end = Clock::now();
    m_last_step = end - start;
    for (const Waiting& member : members) m_decoding[member.runner.get()] = {kind, end};
}

void StepBatcher::computeTogether(std::vector<Waiting> members, Kind kind) {
    std::erase_if(members, [](const Waiting& member) {
        const std::uint32_t position = member.step->step.first_position;
        if (position <= member.runner->computed && !member.step->cancel) return false;
        member.runner->finish(*member.step, member.step->cancel ? fail(ErrorKind::Cancelled, "stopped") : tl::unexpected(notReached(position)));
        return true;
    });
    if (members.empty()) return;
    // Always in one order, so that the same sessions find the same graph.
    std::ranges::sort(members, {}, [](const Waiting& member) { return member.runner->executor->cache().id(); });
    std::vector<Rows> rows(members.size());
    std::vector<SequenceBatch> batches;
    for (std::size_t i = 0; i < members.size(); ++i) {
        RunnerState& runner = *members[i].runner;
        runner.computed = members[i].step->step.first_position;
        batches.push_back({&runner.executor->cache(), batchOf(members[i].step->step), &rows[i]});
    }
    std::unique_ptr<SpanGraph>& graph = m_graphs[kind];
    if (!graph) {
        SessionOptions options;
        options.exact = kind.exact ? ExactPolicy::Auto : ExactPolicy::Off;
        graph = std::make_unique<SpanGraph>(*members.front().runner->core, members.front().runner->span, options);
    }
    const std::atomic<bool> nobody_cancels{false};  // one session's stop is not another's; a step is short
    const auto computed = graph->compute(batches, nobody_cancels);
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!computed) {
            members[i].runner->finish(*members[i].step, tl::unexpected(computed.error()));
            continue;
        }
        ++members[i].runner->computed;
        members[i].runner->finish(*members[i].step, std::move(rows[i]));
    }
}

}  // namespace tessera
