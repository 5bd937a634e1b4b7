// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions of one model that decode at the same time are computed together: one graph with one row of each, so that the
// weights are read once for all of them. Whoever has the engine's turn takes along the one-row steps that wait (Yu et
// al. 2022, "Orca", iteration-level batching). Nobody has to ask for it, and no bit changes: a model whose kernels give
// a row other bits beside other rows is left alone, unless exactness was declined.
#pragma once

#include "core/engine/fragment_engine.h"
#include "core/engine/layer_runner.h"
#include "core/engine/span_executor.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera {

/// A submitted step. `step` belongs to the thread that computes once it runs; state and result are guarded by the
/// mutex of its runner.
struct PendingStep {
    enum class State { Queued, Running, Done };
    Step step;
    std::atomic<bool> cancel{false};
    State state = State::Queued;
    std::optional<Result<Rows>> result;
};

/// What queued steps keep alive after their runner is gone.
struct RunnerState {
    std::mutex mutex;
    std::condition_variable finished;
    std::shared_ptr<const EngineCore> core;
    std::unique_ptr<SpanExecutor> executor;  // where graphs are computed only
    std::atomic<std::uint32_t> computed{0};  // positions whose cells hold their values; written where graphs are computed
    LayerSpan span;
    std::uint32_t micro_batch = 512;
    ExactPolicy exact = ExactPolicy::Auto;
    bool long_context = false;  // larger than what RoPE was trained for
    bool has_cache = true;  // false for the empty spans: any position goes
    std::function<void()> listener;  // set before the first step
    bool may_batch = false;  // plain attention: no tap, no ablation, no rotated cache

    /// Queued → Running; false when it was abandoned, or taken along by another step.
    bool claim(PendingStep& step);
    void finish(PendingStep& step, Result<Rows> result);
    bool isFinished(PendingStep& step);
};

/// Shared by the sessions of one model. Any thread may call any method but where it says otherwise.
class StepBatcher {
public:
    struct Waiting {
        std::shared_ptr<RunnerState> runner;
        std::shared_ptr<PendingStep> step;
    };

    /// A step that may be computed with others: its runner has no other one under way. It is still posted and run in its
    /// turn.
    void add(Waiting waiting);
    /// A step that was abandoned.
    void forget(const PendingStep& step);
    /// The runner decodes no more, or not now.
    void leave(const RunnerState& runner);

    /// On the engine's thread, with a step that was added and claimed: computes and finishes it and those that wait with
    /// it. A short while is given to sessions that decoded with it until now. A stop that comes after the start of such a
    /// step waits for its end.
    void compute(const Waiting& leader);

    DecodeStatistics statistics() const;

private:
    using Clock = std::chrono::steady_clock;
    /// Sessions of equal kind share graphs.
    struct Kind {
        std::int32_t first_layer;
        std::int32_t last_layer;
        bool bare;
        bool exact;
        bool long_context;  // may have other RoPE factors
        auto operator<=>(const Kind&) const = default;
    };
    struct Decoding {
        Kind kind;
        Clock::time_point last;
    };

    static Kind kindOf(const RunnerState& runner);
    std::vector<Waiting> gather(const Waiting& leader, Kind kind);
    std::vector<Waiting> take(Kind kind);
    std::size_t waitingOf(Kind kind) const;
    std::size_t expectedOf(Kind kind, const RunnerState& leader);
    void computeWith(std::vector<Waiting>& members);
    void computeTogether(std::vector<Waiting> members, Kind kind);

    mutable std::mutex m_mutex;
    DecodeStatistics m_statistics;
    std::condition_variable m_added;
    std::vector<Waiting> m_waiting;
    std::map<const RunnerState*, Decoding> m_decoding;
    Clock::duration m_last_step{};
    std::map<Kind, std::unique_ptr<SpanGraph>> m_graphs;  // engine's thread only
};

/// What a step ends with when there is no memory for its rows.
tl::unexpected<Error> outOfMemory();

/// One step alone, in the pieces that its policy asks for. On the engine's thread.
Result<Rows> computeAlone(RunnerState& runner, PendingStep& step);

}  // namespace tessera
