// SPDX-License-Identifier: GPL-3.0-or-later
// What the exact rules promise: bits do not depend on how rows were batched.
#include "tests/engine/engine_fixture.h"

using namespace tessera;
using namespace tessera::test;

class TestExact : public QObject {
    Q_OBJECT
private slots:
    void independentOfBatching_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<bool>("repacks");
        for (const auto* type : {"q4_1", "q5_0", "q8_0", "q6_k", "q3_k", "q5_k", "iq4_xs", "f16", "bf16", "f32"})
            QTest::addRow("%s", type) << type << false;
        for (const auto* type : {"q4_0", "q4_k_m", "q2_k", "iq4_nl"}) QTest::addRow("%s", type) << type << true;
    }
    void independentOfBatching() {
        QFETCH(QString, type);
        QFETCH(bool, repacks);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(path, {}, type.toStdString()));
        compare(path, RepackPolicy::Off);
        if (repacks) compare(path, RepackPolicy::On);
    }
    void defaultModelIsIndependentOfBatching() { compare(defaultModel(), RepackPolicy::Auto); }

    /// Small steps may be computed by fewer threads beside other programs (TeamSize).
    void smallStepsAreIndependentOfThreads_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<bool>("repacks");
        for (const auto* type : {"q4_1", "q8_0", "q6_k", "f16"}) QTest::addRow("%s", type) << type << false;
        QTest::addRow("q4_k_m") << "q4_k_m" << true;
    }
    void smallStepsAreIndependentOfThreads() {
        QFETCH(QString, type);
        QFETCH(bool, repacks);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(path, {}, type.toStdString()));
        const auto decode = [&](int threads, std::size_t prompt_tokens) {
            const auto loaded = loadEngine(path, threads, repacks ? RepackPolicy::On : RepackPolicy::Off);
            auto options = plainOptions();
            options.exact = ExactPolicy::Auto;
            const auto session = require(loaded->createSession(options));
            return runGreedy(*session, somePrompt(prompt_tokens, loaded->facts().vocabulary), 4);
        };
        // Beyond 512 cells ggml's own choice splits attention by threads. The prompts are large steps: one more thread.
        for (const std::size_t prompt : {std::size_t{20}, std::size_t{520}})
            QCOMPARE(largestDifference(decode(1, prompt), decode(3, prompt)), 0.0f);
    }

    void autoReplaysFromOtherPieces() {
        // The prompt's pieces stay, what was decoded is replayed in larger ones.
        const auto loaded = loadEngine(defaultModel());
        auto options = plainOptions();
        options.exact = ExactPolicy::Auto;
        const auto prompt = somePrompt(150, loaded->facts().vocabulary);
        const auto session = require(loaded->createSession(options));
        std::vector<TokenId> chosen;
        const auto straight = runGreedy(*session, prompt, 40, &chosen);
        const std::span<const float> last = std::span(straight).last(loaded->facts().vocabulary);

        options.micro_batch = 64;
        const auto replayed = require(loaded->createSession(options));
        require(replayed->evaluate(prompt, Wanted::None, {}));
        require(replayed->evaluate(std::span(chosen).first(25), Wanted::None, {}));
        const auto rows = require(replayed->evaluate(std::span(chosen).subspan(25), Wanted::Last, {}));
        QCOMPARE(largestDifference(last, rows.values), 0.0f);
    }

private:
    static void compare(const std::filesystem::path& path, RepackPolicy repack) {
        const auto loaded = loadEngine(path, 2, repack);
        auto options = plainOptions();
        options.exact = ExactPolicy::On;
        const auto tokens = somePrompt(90, loaded->facts().vocabulary);
        const auto whole = require(require(loaded->createSession(options))->evaluate(tokens, Wanted::Last, {}));
        for (const std::vector<std::size_t>& pieces : {std::vector<std::size_t>{89, 1}, {13, 77}, {5, 64, 3, 8, 1, 1, 2, 6}}) {
            const auto session = require(loaded->createSession(options));
            std::size_t done = 0;
            Rows rows;
            for (const auto size : pieces) {
                rows = require(session->evaluate(std::span(tokens).subspan(done, size), Wanted::Last, {}));
                done += size;
            }
            QCOMPARE(largestDifference(whole.values, rows.values), 0.0f);
        }
        const auto one = loadEngine(path, 1, repack);
        const auto other = require(require(one->createSession(options))->evaluate(tokens, Wanted::Last, {}));
        QCOMPARE(largestDifference(whole.values, other.values), 0.0f);
    }
};

QTEST_GUILESS_MAIN(TestExact)
#include "tst_exact.moc"
