// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that fail in every way, at seeded steps: the answer is the one that nothing disturbed.
#include "core/base/log.h"
#include "core/compute/checked_runner.h"
#include "core/compute/failover_runner.h"
#include "core/engine/chain_runner.h"
#include "core/engine/fragment_session.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/faulty_runner.h"

#include <random>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::int32_t kLayers = 4;

/// Somebody who places runners that fail: the first few of them do.
struct FaultyPlaces {
    FragmentEngine& engine;
    SessionOptions options;
    std::mt19937 random;
    std::vector<Fault> faults;
    int placed = 0;
    int failing = 1;  // how many of the placed ones fail

    Result<PlacedRunner> place(LayerSpan span) {
        TESSERA_TRY(auto runner, engine.createRunner(span, options));
        const bool fails = placed++ < failing;
        const Fault fault = fails ? faults[random() % faults.size()] : Fault::None;
        const std::uint64_t at = random() % 14;
        return PlacedRunner{.runner = std::make_unique<FaultyRunner>(std::move(runner), fault, at),
                            .name = "test node",
                            .independent_rows = engine.hasIndependentRows()};
    }
};

class TestFailover : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = kLayers;
        options.embedding = 64;
        options.heads = 2;
        options.kv_heads = 1;
        options.feed_forward = 128;
        options.vocabulary = 400;
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "tiny.gguf";
        require(writeGeneratedModel(path, options, "q8_0"));
        m_source = require(openGgufSource(path));
        m_whole = load(std::nullopt);
        m_embedding = load(LayerSpan{0, -1});
        m_layers = load(LayerSpan{0, kLayers - 1, true});
        m_output = load(LayerSpan{kLayers, kLayers - 1});
        setLogLevel(LogLevel::Error);  // a line for each recovery would be thousands
    }

    void aThousandFailures() {
        constexpr int kRuns = 1000;
        const std::vector<Fault> faults{Fault::Crash, Fault::CrashAtSubmit, Fault::LostRows, Fault::LostCache};
        int recovered = 0;
        double lost = 0;
        double worst = 0;
        for (int seed = 0; seed < kRuns; ++seed) recovered += undisturbed(static_cast<unsigned>(seed), faults, 1 + seed % 2, &lost, &worst);
        qInfo("%d recoveries in %d answers, %.2f ms each, the longest %.2f ms", recovered, kRuns, 1e3 * lost / recovered, 1e3 * worst);
        QVERIFY(recovered > kRuns / 2);
    }

    void frozenNodesAreReplacedInTime() {
        int recovered = 0;
        double lost = 0;
        double worst = 0;
        for (unsigned seed = 0; seed < 20; ++seed) recovered += undisturbed(seed, {Fault::Freeze}, 1, &lost, &worst);
        QVERIFY(recovered > 5);
    }

    void wrongNumbersAreFoundBySecondMachines() {
        const auto options = sessionOptions();
        const auto prompt = somePrompt(100, 400);
        const auto expected = runGreedy(*require(m_whole->createSession(options)), prompt, 10);
        int found = 0;
        for (std::uint64_t at = 0; at < 11; ++at) {
            int placed = 0;
            const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
                const Fault fault = placed++ == 0 ? Fault::WrongNumbers : Fault::None;
                auto runner = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)), fault, at);
                return PlacedRunner{.runner = createCheckedRunner(std::move(runner), require(m_layers->createRunner(span, options)),
                                                                  {.rows = 256, .on_difference = [&] { ++found; }})};
            };
            const auto session = sessionOver(place, options, nullptr, nullptr, nullptr);
            QCOMPARE(largestDifference(expected, runGreedy(*session, prompt, 10)), 0.0f);
        }
        QCOMPARE(found, 11);
    }

    void aCheckerThatFailsStopsNobody() {
        const auto options = sessionOptions();
        const auto prompt = somePrompt(100, 400);
        const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
            auto checker = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)), Fault::Crash, 3);
            return PlacedRunner{.runner = createCheckedRunner(require(m_layers->createRunner(span, options)), std::move(checker), {.rows = 256})};
        };
        const auto session = sessionOver(place, options, nullptr, nullptr, nullptr);
        QCOMPARE(largestDifference(runGreedy(*require(m_whole->createSession(options)), prompt, 6), runGreedy(*session, prompt, 6)), 0.0f);
    }

    void withNobodyLeftItSaysSo() {
        auto options = sessionOptions();
        int calls = 0;
        const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
            if (calls++ > 0) return fail(ErrorKind::NotFound, "nobody has layers 0–3");
            return PlacedRunner{.runner = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)), Fault::Crash, 2)};
        };
        const auto session = sessionOver(place, options, nullptr, nullptr, nullptr);
        const auto prompt = somePrompt(5, 400);
        require(session->evaluate(prompt, Wanted::Last, {}));
        require(session->evaluate(prompt, Wanted::Last, {}));
        const auto failed = session->evaluate(prompt, Wanted::Last, {});
        QCOMPARE(failed.error().kind, ErrorKind::NotFound);
        QCOMPARE(session->length(), 10u);
    }

    void oneThatAlwaysFailsIsGivenUp() {
        auto options = sessionOptions();
        const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
            return PlacedRunner{.runner = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)), Fault::Crash, 0)};
        };
        const auto failed = sessionOver(place, options, nullptr, nullptr, nullptr)->evaluate(somePrompt(5, 400), Wanted::Last, {});
        QCOMPARE(failed.error().kind, ErrorKind::Network);
    }

    void aPromptThatWasCutIsReplayedWithItsOldCompany() {
        // 100 rows in tiles, of which 70 are then forgotten: alone the 30 would be computed row by row.
        const auto options = sessionOptions();
        for (int crash_at = 2; crash_at < 5; ++crash_at) {
            int placed = 0;
            const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
                const bool first = placed++ == 0;
                return PlacedRunner{.runner = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)),
                                                                             first ? Fault::Crash : Fault::None, crash_at),
                                    .independent_rows = m_layers->hasIndependentRows()};
            };
            const auto disturbed = sessionOver(place, options, nullptr, nullptr, nullptr);
            const auto plain = require(m_whole->createSession(options));
            for (Session* session : {disturbed.get(), plain.get()}) {
                require(session->evaluate(somePrompt(100, 400), Wanted::Last, {}));
                require(session->truncate(30));
            }
            const auto more = somePrompt(7, 300);
            QCOMPARE(largestDifference(runGreedy(*plain, more, 6), runGreedy(*disturbed, more, 6)), 0.0f);
            QCOMPARE(placed, 2);
        }
    }

    void historyBeyondMemoryGoesToAFile() {
        auto options = sessionOptions();
        int placed = 0;
        const auto place = [&](LayerSpan span, const std::stop_token&) -> Result<PlacedRunner> {
            const bool first = placed++ == 0;
            return PlacedRunner{.runner = std::make_unique<FaultyRunner>(require(m_layers->createRunner(span, options)),
                                                                         first ? Fault::Crash : Fault::None, 6)};
        };
        FailoverOptions failover = failoverOptions(options);
        failover.history_bytes = 100 * 64 * sizeof(float);  // 100 of the 200 rows
        const auto session = sessionWith(require(createFailoverRunner(place, failover, {})), options);
        const auto prompt = somePrompt(200, 400);
        QCOMPARE(largestDifference(runGreedy(*require(m_whole->createSession(options)), prompt, 8), runGreedy(*session, prompt, 8)), 0.0f);
        QCOMPARE(placed, 2);
    }

private:
    std::unique_ptr<FragmentEngine> load(std::optional<LayerSpan> span) const {
        return require(loadFragmentEngine(*m_source, {1, RepackPolicy::Off}, {}, span));
    }

    static SessionOptions sessionOptions() {
        SessionOptions options;
        options.context_tokens = 256;
        options.micro_batch = 64;
        return options;
    }
    static FailoverOptions failoverOptions(const SessionOptions& options) {
        FailoverOptions failover;
        failover.span = {0, kLayers - 1, true};
        failover.has_last_layer = true;
        failover.columns = 64;
        failover.session = options;
        return failover;
    }

    std::unique_ptr<Session> sessionWith(std::unique_ptr<LayerRunner> middle, const SessionOptions& options) const {
        std::vector<std::unique_ptr<LayerRunner>> runners;
        runners.push_back(require(m_embedding->createRunner(m_embedding->span(), options)));
        runners.push_back(std::move(middle));
        runners.push_back(require(m_output->createRunner(m_output->span(), options)));
        return createFragmentSession(createChainRunner(std::move(runners)), options, 3);
    }

    std::unique_ptr<Session> sessionOver(const PlaceSpan& place, const SessionOptions& options, int* recovered, double* lost, double* worst) const {
        FailoverOptions failover = failoverOptions(options);
        failover.step_floor = std::chrono::milliseconds(300);
        failover.on_failover = [=](const std::string&, double seconds) {
            if (!recovered) return;
            ++*recovered;
            *lost += seconds;
            *worst = std::max(*worst, seconds);
        };
        return sessionWith(require(createFailoverRunner(place, failover, {})), options);
    }

    /// Prompt, some tokens, a second short prompt, some tokens; returns how often somebody was replaced.
    int undisturbed(unsigned seed, const std::vector<Fault>& faults, int failing, double* lost, double* worst) {
        const auto options = sessionOptions();
        const std::size_t length = seed % 3 == 0 ? 20 : 70 + seed % 120;
        const auto prompt = somePrompt(length, 400);
        const auto second = somePrompt(9, 300);
        auto places = std::make_shared<FaultyPlaces>(*m_layers, options, std::mt19937(seed), faults);
        places->failing = failing;
        int recovered = 0;
        const auto place = [places](LayerSpan span, const std::stop_token&) { return places->place(span); };
        const auto disturbed = sessionOver(place, options, &recovered, lost, worst);
        auto got = runGreedy(*disturbed, prompt, 5);
        const auto more = runGreedy(*disturbed, second, 3);
        got.insert(got.end(), more.begin(), more.end());
        // The undisturbed answers repeat: the prompt's length says all.
        auto& expected = m_expected[length];
        if (expected.empty()) {
            const auto plain = require(m_whole->createSession(options));
            expected = runGreedy(*plain, prompt, 5);
            const auto rest = runGreedy(*plain, second, 3);
            expected.insert(expected.end(), rest.begin(), rest.end());
        }
        if (largestDifference(expected, got) != 0.0f) qFatal("seed %u: the answer differs", seed);
        return recovered;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole, m_embedding, m_layers, m_output;
    std::map<std::size_t, std::vector<float>> m_expected;
};

}  // namespace

QTEST_GUILESS_MAIN(TestFailover)
#include "tst_failover.moc"
