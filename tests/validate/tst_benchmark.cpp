// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/benchmark.h"

#include <QTest>

#include <cmath>

using namespace tessera;

namespace {

/// Remembers the steps; each entry is the length before and the tokens.
class RecordingEngine : public Engine {
public:
    struct Step {
        std::uint32_t position;
        std::vector<TokenId> tokens;
    };
    std::vector<Step> steps;
    std::uint32_t context = 0;

    RecordingEngine() { m_facts.vocabulary = 100; }
    std::string_view kind() const override { return "test"; }
    const ModelFacts& facts() const override { return m_facts; }
    int threads() const override { return 1; }
    Result<std::unique_ptr<Session>> createSession(const SessionOptions& options) override {
        context = options.context_tokens;
        return std::make_unique<RecordingSession>(*this);
    }

private:
    class RecordingSession : public Session {
    public:
        explicit RecordingSession(RecordingEngine& engine) : m_engine(engine) {}
        std::uint32_t contextTokens() const override { return m_engine.context; }
        std::uint32_t length() const override { return m_length; }
        Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override {
            TESSERA_CHECK(operation.checkStop());
            if (wanted != Wanted::Last)
                return fail(ErrorKind::InvalidArgument, "logits of the last token are asked for");
            m_engine.steps.push_back({m_length, {tokens.begin(), tokens.end()}});
            m_length += static_cast<std::uint32_t>(tokens.size());
            return Rows{.rows = 1, .columns = 100, .values = std::vector<float>(100)};
        }
        Result<void> truncate(std::uint32_t length) override {
            m_length = length;
            return {};
        }

    private:
        RecordingEngine& m_engine;
        std::uint32_t m_length = 0;
    };

    ModelFacts m_facts;
};

}  // namespace

class BenchmarkTest : public QObject {
    Q_OBJECT

private slots:
    void statistics() {
        const BenchmarkSeries series{.tokens = 1, .tokens_per_second = {4, 1, 2, 5}};
        QCOMPARE(series.median(), 3.0);
        QCOMPARE(series.mean(), 3.0);
        QCOMPARE(series.smallest(), 1.0);
        QCOMPARE(series.largest(), 5.0);
        QVERIFY(std::abs(series.standardDeviation() - std::sqrt(10.0 / 3)) < 1e-12);
        QCOMPARE((BenchmarkSeries{.tokens = 1, .tokens_per_second = {3, 9, 4}}.median()), 4.0);
        QCOMPARE((BenchmarkSeries{.tokens = 1, .tokens_per_second = {7}}.standardDeviation()), 0.0);
        QCOMPARE(BenchmarkSeries{}.median(), 0.0);
    }

    void stepsAreThoseOfLlamaBench() {
        RecordingEngine engine;
        std::uint64_t last = 0;
        std::uint64_t total = 0;
        const Operation operation{.progress = [&](const Progress& progress) {
            last = progress.done;
            total = progress.total;
        }};
        const auto result = runBenchmark(
            engine, TokenId{7}, {.prompt_tokens = 10, .decode_tokens = 3, .repetitions = 2, .session = {}}, operation);
        QVERIFY(result.has_value());
        // Prefill: a warm-up and two runs of 10. Decode: a warm-up of one token and two runs of 3.
        QCOMPARE(engine.steps.size(), std::size_t{3 + 1 + 6});
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(engine.steps[i].position, 0u);
            QCOMPARE(engine.steps[i].tokens.size(), std::size_t{10});
            QCOMPARE(engine.steps[i].tokens[0], TokenId{7});
        }
        for (std::size_t i = 4; i < 10; ++i) {
            QCOMPARE(engine.steps[i].position, static_cast<std::uint32_t>((i - 4) % 3));
            QCOMPARE(engine.steps[i].tokens.size(), std::size_t{1});
            if ((i - 4) % 3 == 0) QCOMPARE(engine.steps[i].tokens[0], TokenId{7});
        }
        QCOMPARE(result->prefill->tokens_per_second.size(), std::size_t{2});
        QCOMPARE(result->prefill->tokens, 10u);
        QCOMPARE(result->decode->tokens, 3u);
        QVERIFY(result->decode->smallest() > 0);
        QCOMPARE(last, total);
        QCOMPARE(total, std::uint64_t{30 + 7});
        QCOMPARE(engine.context, 10u);
    }

    void onePartCanBeLeftOut() {
        RecordingEngine engine;
        const auto result = runBenchmark(engine, std::nullopt,
                                         {.prompt_tokens = 0, .decode_tokens = 2, .repetitions = 1, .session = {}}, {});
        QVERIFY(!result->prefill);
        QVERIFY(result->decode);
    }

    void badRequests() {
        RecordingEngine engine;
        QCOMPARE(runBenchmark(engine, std::nullopt, {.repetitions = 0, .session = {}}, {}).error().kind,
                 ErrorKind::InvalidArgument);
        QCOMPARE(runBenchmark(engine, std::nullopt, {.prompt_tokens = 0, .decode_tokens = 0, .session = {}}, {})
                     .error()
                     .kind,
                 ErrorKind::InvalidArgument);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(runBenchmark(engine, std::nullopt, {.session = {}}, {.stop = stop.get_token()}).error().kind,
                 ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(BenchmarkTest)
#include "tst_benchmark.moc"
