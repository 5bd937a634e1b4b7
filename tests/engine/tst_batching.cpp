// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that decode at the same time are computed together, and each has the bits it has alone.
#include "core/engine/engine_thread.h"
#include "tests/engine/engine_fixture.h"

#include <future>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

SessionOptions sessionOptions(ExactPolicy exact = ExactPolicy::Auto, std::uint32_t context = 1024) {
    SessionOptions options;
    options.context_tokens = context;
    options.exact = exact;
    return options;
}

/// Logits of the prompt and of some decoded tokens.
std::vector<float> answer(Engine& engine, std::size_t prompt, int decode, const SessionOptions& options) {
    const auto session = require(engine.createSession(options));
    return runGreedy(*session, somePrompt(prompt, engine.facts().vocabulary), decode);
}

/// The same for many sessions at once, each on a thread of its own.
std::vector<std::vector<float>> answersAtOnce(Engine& engine, const std::vector<std::size_t>& prompts, int decode,
                                              const SessionOptions& options) {
    std::vector<std::vector<float>> answers(prompts.size());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < prompts.size(); ++i)
        threads.emplace_back([&, i] { answers[i] = answer(engine, prompts[i], decode, options); });
    threads.clear();
    return answers;
}

/// Keeps the engine's thread from taking any step until it is let go.
class Barrier {
public:
    Barrier() {
        EngineThread::instance().post([this] {
            m_begun.set_value();
            m_go.get_future().wait();
        });
        m_begun.get_future().wait();
    }
    void open() { m_go.set_value(); }

private:
    std::promise<void> m_begun;
    std::promise<void> m_go;
};

}  // namespace

class BatchingTest : public QObject {
    Q_OBJECT

private:
    LoadedEngine m_loaded = loadEngine(defaultModel());

private slots:
    void manySessionsHaveTheBitsTheyHaveAlone() {
        // Around the sizes where attention looks at more cells (256).
        const std::vector<std::size_t> prompts{5, 70, 250, 255, 9};
        std::vector<std::vector<float>> alone;
        for (const std::size_t prompt : prompts) alone.push_back(answer(*m_loaded.engine, prompt, 12, sessionOptions()));
        const DecodeStatistics before = m_loaded->decodeStatistics();
        const auto together = answersAtOnce(*m_loaded.engine, prompts, 12, sessionOptions());
        const DecodeStatistics after = m_loaded->decodeStatistics();
        for (std::size_t i = 0; i < prompts.size(); ++i) QVERIFY2(together[i] == alone[i], qPrintable(QString("session %1").arg(i)));
        QCOMPARE(after.rows - before.rows, std::uint64_t(prompts.size() * 12));
        QVERIFY2(after.steps - before.steps < after.rows - before.rows, "nothing was computed together");
    }

    void waitingStepsOfRunnersAreOneGraph() {
        constexpr std::size_t kRunners = 5;
        const auto layers = std::int32_t(m_loaded->facts().layers);
        std::vector<std::unique_ptr<LayerRunner>> runners;
        std::vector<std::vector<float>> expected;
        const auto step = [&](std::size_t i, std::uint32_t position) {
            Step next;
            next.first_position = position;
            next.tokens = {TokenId(std::int32_t(100 + 7 * i + position))};
            return next;
        };
        const auto wait = [](LayerRunner& runner, StepTicket ticket) { return require(runner.wait(ticket, LayerRunner::Deadline::max(), {})); };
        for (const LayerSpan span : {LayerSpan{0, layers - 1}, LayerSpan{0, 3}}) {
            runners.clear();
            expected.clear();
            for (std::size_t i = 0; i < kRunners; ++i) {
                const auto alone = require(m_loaded->createRunner(span, sessionOptions()));
                wait(*alone, require(alone->submit(step(i, 0))));
                expected.push_back(wait(*alone, require(alone->submit(step(i, 1)))).values);
                runners.push_back(require(m_loaded->createRunner(span, sessionOptions())));
                wait(*runners.back(), require(runners.back()->submit(step(i, 0))));
            }
            const DecodeStatistics before = m_loaded->decodeStatistics();
            Barrier barrier;
            std::vector<StepTicket> tickets;
            for (std::size_t i = 0; i < kRunners; ++i) tickets.push_back(require(runners[i]->submit(step(i, 1))));
            barrier.open();
            for (std::size_t i = 0; i < kRunners; ++i) {
                const Rows rows = wait(*runners[i], tickets[i]);
                QCOMPARE(rows.rows, std::size_t{1});
                QVERIFY2(rows.values == expected[i], qPrintable(QString("runner %1").arg(i)));
                QCOMPARE(runners[i]->length(), 2u);
            }
            QCOMPARE(m_loaded->decodeStatistics().steps - before.steps, std::uint64_t{1});
            QCOMPARE(m_loaded->decodeStatistics().rows - before.rows, std::uint64_t{kRunners});
        }
    }

    /// Another session's step takes along neither a step behind others of its runner, nor one behind a longer one.
    void stepsOfOneRunnerStayInOrder() {
        const LayerSpan whole{0, std::int32_t(m_loaded->facts().layers) - 1};
        const auto step = [](std::uint32_t position, std::size_t rows) {
            Step next;
            next.first_position = position;
            for (std::size_t i = 0; i < rows; ++i) next.tokens.push_back(TokenId(std::int32_t(100 + position + i)));
            return next;
        };
        const auto wait = [](LayerRunner& runner, StepTicket ticket) { return require(runner.wait(ticket, LayerRunner::Deadline::max(), {})).values; };
        const std::vector<std::pair<std::uint32_t, std::size_t>> steps{{0, 1}, {1, 1}, {2, 3}, {5, 1}, {6, 1}};
        const auto alone = require(m_loaded->createRunner(whole, sessionOptions()));
        std::vector<std::vector<float>> expected;
        for (const auto& [position, rows] : steps) expected.push_back(wait(*alone, require(alone->submit(step(position, rows)))));
        const auto other = require(m_loaded->createRunner(whole, sessionOptions()));
        const auto ahead = require(m_loaded->createRunner(whole, sessionOptions()));
        Barrier barrier;
        const auto first = require(other->submit(step(0, 1)));
        std::vector<StepTicket> tickets;
        for (const auto& [position, rows] : steps) tickets.push_back(require(ahead->submit(step(position, rows))));
        barrier.open();
        QVERIFY(wait(*other, first) == expected[0]);
        for (std::size_t i = 0; i < steps.size(); ++i) QVERIFY2(wait(*ahead, tickets[i]) == expected[i], qPrintable(QString("step %1").arg(i)));
    }

    void anAbandonedStepLeavesTheOthersAlone() {
        const LayerSpan whole{0, std::int32_t(m_loaded->facts().layers) - 1};
        const auto first = require(m_loaded->createRunner(whole, sessionOptions()));
        const auto second = require(m_loaded->createRunner(whole, sessionOptions()));
        Step step;
        step.tokens = {TokenId(100)};
        Barrier barrier;
        std::stop_source stop;
        stop.request_stop();
        const auto abandoned = require(first->submit(step));
        const auto kept = require(second->submit(step));
        QCOMPARE(first->wait(abandoned, LayerRunner::Deadline::max(), stop.get_token()).error().kind, ErrorKind::Cancelled);
        barrier.open();
        QCOMPARE(require(second->wait(kept, LayerRunner::Deadline::max(), {})).rows, std::size_t{1});
        QCOMPARE(first->length(), 0u);
    }

    void aClosedRunnerIsNotWaitedFor() {
        const LayerSpan whole{0, std::int32_t(m_loaded->facts().layers) - 1};
        auto gone = require(m_loaded->createRunner(whole, sessionOptions()));
        const auto stays = require(m_loaded->createRunner(whole, sessionOptions()));
        Step step;
        step.tokens = {TokenId(100)};
        Barrier barrier;
        (void)require(gone->submit(step));
        const auto ticket = require(stays->submit(step));
        std::jthread closing([&] { gone.reset(); });  // waits for its turn
        barrier.open();
        QCOMPARE(require(stays->wait(ticket, LayerRunner::Deadline::max(), {})).rows, std::size_t{1});
    }

    /// Sessions of other kinds run beside those that are computed together.
    void otherSessionsKeepTheirOwnGraphs() {
        SessionOptions off = sessionOptions(ExactPolicy::Off);
        SessionOptions rotated = sessionOptions();
        rotated.kv_type = KvType::Q8_0;
        SessionOptions silent = sessionOptions();
        silent.ablation.attention = {LayerIndex{2}};
        SessionOptions plain = sessionOptions();
        plain.flash_attention = false;
        const std::vector<SessionOptions> kinds{off, rotated, silent, plain, sessionOptions(), sessionOptions()};
        std::vector<std::vector<float>> alone;
        for (const SessionOptions& kind : kinds) alone.push_back(answer(*m_loaded.engine, 20, 6, kind));
        std::vector<std::vector<float>> together(kinds.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < kinds.size(); ++i)
                threads.emplace_back([&, i] { together[i] = answer(*m_loaded.engine, 20, 6, kinds[i]); });
        }
        for (std::size_t i = 0; i < kinds.size(); ++i) QVERIFY2(together[i] == alone[i], qPrintable(QString("kind %1").arg(i)));
    }
};

QTEST_GUILESS_MAIN(BatchingTest)
#include "tst_batching.moc"
