// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/perplexity.h"

#include "tests/support/byte_tokenizer.h"

#include <QTest>

#include <cmath>

using namespace tessera;
using namespace tessera::test;

namespace {

/// Remembers what it was asked and gives the logit ln(weight) to each token: weight 1, and 2 for the token after the
/// last one read (65 after 64).
class SuccessorEngine : public Engine {
public:
    struct Step {
        std::vector<TokenId> tokens;
        Wanted wanted;
    };
    std::vector<Step> steps;
    SessionOptions options;

    SuccessorEngine() { m_facts.vocabulary = 288; }
    std::string_view kind() const override { return "test"; }
    const ModelFacts& facts() const override { return m_facts; }
    int threads() const override { return 1; }
    Result<std::unique_ptr<Session>> createSession(const SessionOptions& session_options) override {
        options = session_options;
        return std::make_unique<SuccessorSession>(*this);
    }

private:
    class SuccessorSession : public Session {
    public:
        explicit SuccessorSession(SuccessorEngine& engine) : m_engine(engine) {}
        std::uint32_t contextTokens() const override { return m_engine.options.context_tokens; }
        std::uint32_t length() const override { return m_length; }
        Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override {
            TESSERA_CHECK(operation.checkStop());
            m_engine.steps.push_back({{tokens.begin(), tokens.end()}, wanted});
            m_length += static_cast<std::uint32_t>(tokens.size());
            Rows rows{.rows = 0, .columns = 288, .values = {}};
            if (wanted != Wanted::All) return rows;
            for (const TokenId token : tokens) {
                std::vector<float> row(288, 0.0f);
                row[static_cast<std::size_t>(toInt(token) + 1) % 288] = std::log(2.0f);
                rows.values.insert(rows.values.end(), row.begin(), row.end());
                ++rows.rows;
            }
            return rows;
        }
        Result<void> truncate(std::uint32_t length) override {
            m_length = length;
            return {};
        }

    private:
        SuccessorEngine& m_engine;
        std::uint32_t m_length = 0;
    };

    ModelFacts m_facts;
};

const double kExpected = -std::log(2.0 / 289.0);  // of a token that follows
const double kOther = -std::log(1.0 / 289.0);     // of any other

}  // namespace

class PerplexityTest : public QObject {
    Q_OBJECT

private slots:
    void likelihoodOfOneToken() {
        const std::vector<float> logits{0.0f, std::log(3.0f), -1e30f};
        QVERIFY(std::abs(negativeLogLikelihood(logits, TokenId{0}) - std::log(4.0)) < 1e-6);
        QVERIFY(std::abs(negativeLogLikelihood(logits, TokenId{1}) - std::log(4.0 / 3.0)) < 1e-6);
        // Large logits do not overflow.
        const std::vector<float> large{1e4f, 1e4f};
        QVERIFY(std::abs(negativeLogLikelihood(large, TokenId{1}) - std::log(2.0)) < 1e-6);
    }

    /// By hand: chunks of 8 bytes; the tokens at 5, 6 and 7 of each are scored. "abcdefgh": all three follow their
    /// predecessor. "aaaaaabz": after a comes a (other), b (follows a), z (other).
    void handCalculation() {
        SuccessorEngine engine;
        std::vector<double> seen;
        const auto on_chunk = [&](std::size_t chunk, std::size_t chunks, double perplexity) {
            QCOMPARE(chunk, seen.size() + 1);
            QCOMPARE(chunks, std::size_t{2});
            seen.push_back(perplexity);
        };
        const auto result = measurePerplexity(engine, ByteTokenizer(), "abcdefghaaaaaabz!",
                                              {.context = 8, .session = {}}, on_chunk, {});
        QVERIFY(result.has_value());
        QCOMPARE(result->tokens, std::size_t{17});
        QCOMPARE(result->chunks, std::size_t{2});
        QCOMPARE(result->scored_tokens, std::size_t{6});
        const double mean = (4 * kExpected + 2 * kOther) / 6;
        QVERIFY(std::abs(result->mean_nll - mean) < 1e-6);
        QVERIFY(std::abs(result->perplexity - std::exp(mean)) < 1e-4);
        QVERIFY(std::abs(result->running[0] - std::exp(kExpected)) < 1e-4);
        QCOMPARE(result->running[1], result->perplexity);
        QCOMPARE(seen, result->running);
        // Variance of {4 × expected, 2 × other} over n, then the standard error with n − 1, times the perplexity.
        const double variance = (4 * kExpected * kExpected + 2 * kOther * kOther) / 6 - mean * mean;
        QVERIFY(std::abs(result->uncertainty - std::sqrt(variance / 5) * std::exp(mean)) < 1e-3);
        QCOMPARE(engine.options.context_tokens, 8u);
    }

    void bosReplacesTheFirstTokenOfEachChunk() {
        SuccessorEngine engine;
        const auto result =
            measurePerplexity(engine, ByteTokenizer(true), "bcdefghabcdefghi", {.context = 8, .session = {}}, {}, {});
        QVERIFY(result.has_value());
        QCOMPARE(result->tokens, std::size_t{17});  // with BOS before the text
        QCOMPARE(engine.steps.size(), std::size_t{2});
        QCOMPARE(engine.steps[0].tokens[0], ByteTokenizer::kBegin);
        QCOMPARE(engine.steps[1].tokens[0], ByteTokenizer::kBegin);
        QCOMPARE(engine.steps[1].tokens[1], TokenId{'b'});
        QVERIFY(addsBos(ByteTokenizer(true)));
        QVERIFY(!addsBos(ByteTokenizer(false)));
    }

    void onlyTheSecondHalfNeedsLogits() {
        SuccessorEngine engine;
        PerplexityOptions options{.context = 8, .max_chunks = 1, .session = {.context_tokens = 0, .micro_batch = 2}};
        QVERIFY(measurePerplexity(engine, ByteTokenizer(), "abcdefghabcdefgh", options, {}, {}).has_value());
        QCOMPARE(engine.steps.size(), std::size_t{4});
        QCOMPARE(engine.steps[0].wanted, Wanted::None);
        QCOMPARE(engine.steps[1].wanted, Wanted::None);
        QCOMPARE(engine.steps[2].wanted, Wanted::All);
        QCOMPARE(engine.steps[3].wanted, Wanted::All);
    }

    void badRequests_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<unsigned>("context");
        QTest::addColumn<int>("chunks");
        QTest::addColumn<QString>("message");
        QTest::newRow("text too short") << "abcdefghabcdefg" << 8u << -1 << "at least 16; this one has 15";
        QTest::newRow("no text") << "" << 8u << -1 << "has 0";
        QTest::newRow("chunks too small") << "abcdefgh" << 3u << -1 << "at least 4 tokens";
        QTest::newRow("no chunks") << "abcdefghabcdefgh" << 8u << 0 << "at least one chunk";
    }
    void badRequests() {
        QFETCH(QString, text);
        QFETCH(unsigned, context);
        QFETCH(int, chunks);
        QFETCH(QString, message);
        SuccessorEngine engine;
        const auto result = measurePerplexity(engine, ByteTokenizer(), text.toStdString(),
                                              {.context = context, .max_chunks = chunks, .session = {}}, {}, {});
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(QString::fromStdString(result.error().message).contains(message), result.error().message.c_str());
    }

    void stops() {
        SuccessorEngine engine;
        std::stop_source stop;
        const auto on_chunk = [&](std::size_t, std::size_t, double) { stop.request_stop(); };
        const auto result = measurePerplexity(engine, ByteTokenizer(), "abcdefghabcdefgh",
                                              {.context = 8, .session = {}}, on_chunk, {.stop = stop.get_token()});
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(engine.steps.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(PerplexityTest)
#include "tst_perplexity.moc"
