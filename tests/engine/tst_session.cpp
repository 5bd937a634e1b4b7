// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions and layer runners: spans, interleaving, limits, cancelling, taps.
#include "tests/engine/engine_fixture.h"

#include <atomic>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

/// One generated model for all tests of this file.
class TestSession : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "model.gguf";
        GeneratedModelOptions options;
        options.layers = 6;
        require(writeGeneratedModel(m_path, options, "q8_0"));
        m_loaded = loadEngine(m_path);
    }

    void spansGiveTheSameBits_data() {
        QTest::addColumn<QList<int>>("ends");
        QTest::newRow("two") << QList<int>{2, 5};
        QTest::newRow("uneven two") << QList<int>{0, 5};
        QTest::newRow("three") << QList<int>{1, 3, 5};
        QTest::newRow("one layer each") << QList<int>{0, 1, 2, 3, 4, 5};
    }
    void spansGiveTheSameBits() {
        QFETCH(QList<int>, ends);
        for (const auto exact : {ExactPolicy::Off, ExactPolicy::Auto, ExactPolicy::On}) {
            auto options = plainOptions();
            options.exact = exact;
            const auto prompt = somePrompt(130, vocabulary());
            const auto whole = runGreedy(*newSession(options), prompt, 10);
            int first = 0;
            for (const int end : ends) {
                options.spans.push_back({first, end});
                first = end + 1;
            }
            QCOMPARE(largestDifference(whole, runGreedy(*newSession(options), prompt, 10)), 0.0f);
        }
    }

    void partsLoadedAlone() {
        // Two engines that each hold half of the layers, as two machines would.
        const auto source = require(openGgufSource(m_path));
        const auto lower = require(loadFragmentEngine(*source, {2, RepackPolicy::Off}, {}, LayerSpan{0, 2}));
        const auto upper = require(loadFragmentEngine(*source, {2, RepackPolicy::Off}, {}, LayerSpan{3, 5}));
        const auto first = require(lower->createRunner({0, 2}, plainOptions()));
        const auto second = require(upper->createRunner({3, 5}, plainOptions()));
        const auto prompt = somePrompt(40, vocabulary());
        auto hidden = require(runTokens(*first, prompt));
        QCOMPARE(hidden.rows, prompt.size());
        QCOMPARE(hidden.columns, std::size_t{256});
        Step step;
        step.hidden = std::move(hidden);
        const auto logits = require(runStep(*second, std::move(step)));
        const auto whole = require(newSession(plainOptions())->evaluate(prompt, Wanted::Last, {}));
        QCOMPARE(largestDifference(whole.values, logits.values), 0.0f);

        QCOMPARE(lower->createSession(plainOptions()).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(lower->createRunner({2, 3}, plainOptions()).error().kind, ErrorKind::InvalidArgument);
    }

    void interleavedSessions() {
        const auto prompts = {somePrompt(90, vocabulary()), somePrompt(33, 100), somePrompt(7, 50)};
        std::vector<std::vector<float>> alone;
        std::vector<std::unique_ptr<Session>> sessions;
        std::vector<Rows> rows;
        for (const auto& prompt : prompts) {
            alone.push_back(runGreedy(*newSession(plainOptions()), prompt, 6));
            sessions.push_back(newSession(plainOptions()));
            rows.push_back(require(sessions.back()->evaluate(prompt, Wanted::Last, {})));
        }
        std::vector<std::vector<float>> mixed;
        for (const auto& row : rows) mixed.push_back(row.values);
        for (int i = 0; i < 6; ++i) {
            for (std::size_t s = 0; s < sessions.size(); ++s) {
                const TokenId token = greedy(rows[s].values);
                rows[s] = require(sessions[s]->evaluate(std::span(&token, 1), Wanted::Last, {}));
                mixed[s].insert(mixed[s].end(), rows[s].values.begin(), rows[s].values.end());
            }
        }
        for (std::size_t s = 0; s < sessions.size(); ++s) QCOMPARE(largestDifference(alone[s], mixed[s]), 0.0f);
    }

    void sessionsOfSeveralThreads() {
        const auto prompt = somePrompt(70, vocabulary());
        const auto alone = runGreedy(*newSession(plainOptions()), prompt, 8);
        std::vector<std::vector<float>> results(3);
        {
            std::vector<std::jthread> threads;
            for (auto& result : results)
                threads.emplace_back([&] { result = runGreedy(*newSession(plainOptions()), prompt, 8); });
        }
        for (const auto& result : results) QCOMPARE(largestDifference(alone, result), 0.0f);
    }

    void contextLimit() {
        auto options = plainOptions(40);
        const auto session = newSession(options);
        QCOMPARE(session->contextTokens(), 40u);
        require(session->evaluate(somePrompt(38, vocabulary()), Wanted::None, {}));
        const auto tooMuch = session->evaluate(somePrompt(3, vocabulary()), Wanted::Last, {});
        QCOMPARE(tooMuch.error().kind, ErrorKind::InvalidArgument);
        for (const auto* part : {"40", "38", "3", "--ctx"})
            QVERIFY2(tooMuch.error().message.find(part) != std::string::npos, tooMuch.error().message.c_str());
        QCOMPARE(session->length(), 38u);
        QCOMPARE(require(session->evaluate(somePrompt(2, vocabulary()), Wanted::Last, {})).rows, std::size_t{1});
        QVERIFY(!session->evaluate(somePrompt(1, vocabulary()), Wanted::Last, {}));
    }

    void refusedArguments() {
        const auto session = newSession(plainOptions());
        const TokenId outside{static_cast<std::int32_t>(vocabulary())};
        QCOMPARE(session->evaluate(std::span(&outside, 1), Wanted::Last, {}).error().kind, ErrorKind::InvalidArgument);
        const TokenId negative{-1};
        QCOMPARE(session->evaluate(std::span(&negative, 1), Wanted::Last, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(session->evaluate({}, Wanted::Last, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(session->truncate(1).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(session->length(), 0u);

        auto options = plainOptions();
        options.spans = {{0, 2}, {4, 5}};
        QCOMPARE(m_loaded->createSession(options).error().kind, ErrorKind::InvalidArgument);
        options.spans = {{0, 4}};
        QCOMPARE(m_loaded->createSession(options).error().kind, ErrorKind::InvalidArgument);
        options = plainOptions();
        options.micro_batch = 0;
        QCOMPARE(m_loaded->createSession(options).error().kind, ErrorKind::InvalidArgument);
        options = plainOptions();
        options.kv_type = KvType::Q8_0;
        options.flash_attention = false;
        QCOMPARE(m_loaded->createSession(options).error().kind, ErrorKind::InvalidArgument);
        options = plainOptions();
        options.context_tokens = UINT32_MAX;
        QCOMPARE(m_loaded->createSession(options).error().kind, ErrorKind::InvalidArgument);
    }

    void cancelledBetweenBatches() {
        auto options = plainOptions();
        options.micro_batch = 16;
        const auto session = newSession(options);
        std::stop_source stop;
        Operation operation;
        operation.stop = stop.get_token();
        operation.progress = [&](const Progress& progress) {
            if (progress.done >= 32) stop.request_stop();
        };
        const auto result = session->evaluate(somePrompt(100, vocabulary()), Wanted::Last, operation);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(session->length(), 32u);
        // What was completed is as if nothing had happened.
        const auto rest = somePrompt(100, vocabulary());
        const auto rows = require(session->evaluate(std::span(rest).subspan(32), Wanted::Last, {}));
        const auto whole = require(newSession(options)->evaluate(rest, Wanted::Last, {}));
        QCOMPARE(largestDifference(rows.values, whole.values), 0.0f);
    }

    void cancelledInTheMiddleOfAGraph() {
        // The tap asks for the stop when it sees the third layer: the same graph must end there.
        struct Stopper : Tap {
            std::stop_source stop;
            std::atomic<int> last_layer{-1};
            bool wants(const TapNode& node) override { return node.name == "ffn_inp" || node.name == "l_out"; }
            void take(const TapNode& node, std::span<const float>) override {
                last_layer = toInt(node.layer);
                if (toInt(node.layer) == 2) stop.request_stop();
            }
        } tap;
        auto options = plainOptions();
        options.tap = &tap;
        const auto session = newSession(options);
        Operation operation;
        operation.stop = tap.stop.get_token();
        const auto result = session->evaluate(somePrompt(50, vocabulary()), Wanted::Last, operation);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(session->length(), 0u);
        QCOMPARE(tap.last_layer.load(), 2);
        const auto prompt = somePrompt(50, vocabulary());
        const auto again = require(session->evaluate(prompt, Wanted::Last, {}));
        const auto fresh = require(newSession(plainOptions())->evaluate(prompt, Wanted::Last, {}));
        QCOMPARE(largestDifference(again.values, fresh.values), 0.0f);
    }

    void runnerPipelinesSteps() {
        const auto runner = require(m_loaded->createRunner({0, 5}, plainOptions()));
        const auto prompt = somePrompt(30, vocabulary());
        std::vector<StepTicket> tickets;
        for (std::uint32_t at = 0; at < 30; at += 10) {
            Step step;
            step.first_position = at;
            step.tokens.assign(prompt.begin() + at, prompt.begin() + at + 10);
            step.wanted = at == 20 ? Wanted::Last : Wanted::None;
            tickets.push_back(require(runner->submit(std::move(step))));
        }
        QCOMPARE(runner->length(), 30u);
        // Waiting out of order is allowed.
        const auto last = require(runner->wait(tickets[2], LayerRunner::Deadline::max(), {}));
        QCOMPARE(require(runner->wait(tickets[0], LayerRunner::Deadline::max(), {})).rows, std::size_t{0});
        auto options = plainOptions();
        options.micro_batch = 10;
        const auto whole = require(newSession(options)->evaluate(prompt, Wanted::Last, {}));
        QCOMPARE(largestDifference(whole.values, last.values), 0.0f);
        QCOMPARE(runner->wait(tickets[2], LayerRunner::Deadline::max(), {}).error().kind, ErrorKind::InvalidArgument);
    }

    void runnerTruncatesByFirstPosition() {
        const auto runner = require(m_loaded->createRunner({0, 5}, plainOptions()));
        const auto prompt = somePrompt(20, vocabulary());
        require(runTokens(*runner, prompt));
        Step step;
        step.first_position = 12;
        step.tokens = somePrompt(3, 77);
        const auto rows = require(runStep(*runner, step));
        QCOMPARE(runner->length(), 15u);
        const auto session = newSession(plainOptions());
        require(session->evaluate(std::span(prompt).first(20), Wanted::None, {}));
        require(session->truncate(12));
        QCOMPARE(largestDifference(require(session->evaluate(somePrompt(3, 77), Wanted::Last, {})).values, rows.values), 0.0f);
        step.first_position = 16;  // a hole
        QCOMPARE(runner->submit(step).error().kind, ErrorKind::InvalidArgument);
    }

    void runnerDeadlineAndAbandonedSteps() {
        const auto runner = require(m_loaded->createRunner({0, 5}, plainOptions()));
        Step step;
        step.tokens = somePrompt(400, vocabulary());
        const auto ticket = require(runner->submit(step));
        Step follower;
        follower.first_position = 400;
        follower.tokens = somePrompt(1, vocabulary());
        const auto after = require(runner->submit(follower));
        const auto late = runner->wait(ticket, std::chrono::steady_clock::now() - std::chrono::seconds(1), {});
        QCOMPARE(late.error().kind, ErrorKind::Network);
        // What was built on it cannot be completed either, and the runner says where it stands.
        QCOMPARE(runner->wait(after, LayerRunner::Deadline::max(), {}).error().kind, ErrorKind::Cancelled);
        QCOMPARE(runner->length(), 0u);
        QCOMPARE(require(runTokens(*runner, somePrompt(5, vocabulary()))).rows, std::size_t{1});
    }

    void closedRunner() {
        const auto runner = require(m_loaded->createRunner({0, 5}, plainOptions()));
        Step step;
        step.tokens = somePrompt(300, vocabulary());
        require(runner->submit(step));  // may still be running
        runner->close();
        runner->close();
        QCOMPARE(runner->submit(step).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(runner->truncate(0).error().kind, ErrorKind::InvalidArgument);
    }

    void runnerRefusesTheWrongInput() {
        const auto lower = require(m_loaded->createRunner({0, 2}, plainOptions()));
        const auto upper = require(m_loaded->createRunner({3, 5}, plainOptions()));
        Step tokens;
        tokens.tokens = somePrompt(2, vocabulary());
        QCOMPARE(upper->submit(tokens).error().kind, ErrorKind::InvalidArgument);
        Step hidden;
        hidden.hidden = {1, 256, std::vector<float>(256)};
        QCOMPARE(lower->submit(hidden).error().kind, ErrorKind::InvalidArgument);
        hidden.hidden = {1, 255, std::vector<float>(255)};
        QCOMPARE(upper->submit(hidden).error().kind, ErrorKind::InvalidArgument);
        hidden.hidden = {2, 256, std::vector<float>(256)};
        QCOMPARE(upper->submit(hidden).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(lower->submit({}).error().kind, ErrorKind::InvalidArgument);
    }

private:
    std::uint32_t vocabulary() const { return m_loaded->facts().vocabulary; }
    std::unique_ptr<Session> newSession(const SessionOptions& options) { return require(m_loaded->createSession(options)); }

    static Result<Rows> runStep(LayerRunner& runner, Step step) {
        TESSERA_TRY(const auto ticket, runner.submit(std::move(step)));
        return runner.wait(ticket, LayerRunner::Deadline::max(), {});
    }
    static Result<Rows> runTokens(LayerRunner& runner, std::vector<TokenId> tokens) {
        Step step;
        step.tokens = std::move(tokens);
        return runStep(runner, std::move(step));
    }

    QTemporaryDir m_folder;
    std::filesystem::path m_path;
    LoadedEngine m_loaded;
};

}  // namespace

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
