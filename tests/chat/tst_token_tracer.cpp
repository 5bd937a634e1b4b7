// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/token_tracer.h"

#include "core/chat/generator.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/scripted_session.h"

#include <QTest>

#include <cmath>

using namespace tessera;
using namespace tessera::test;

namespace {

GenerateOptions traced(std::vector<std::string> stops = {}) {
    GenerateOptions options;
    options.sampler.temperature = 0;
    options.stop_strings = std::move(stops);
    options.alternatives = 3;
    return options;
}

Result<GenerateResult> run(std::string text, const GenerateOptions& options, std::string_view prompt = "abc") {
    const ByteTokenizer tokenizer;
    ScriptedSession session(says(std::move(text), prompt.size()));
    std::vector<TokenId> cached;
    return generate(session, tokenizer, cached, tokenizer.encode(prompt, {}).value(), options, {}, {});
}

}  // namespace

class TokenTracerTest : public QObject {
    Q_OBJECT
private slots:
    void probabilitiesAreTheSoftmax() {
        std::vector<float> logits(288, -30.0f);
        logits['a'] = 2.0f;
        logits['b'] = 1.0f;
        logits['c'] = 1.0f;
        logits[256] = 0.0f;
        const TracedToken traced = traceToken(logits, TokenId{'b'}, 3, ByteTokenizer());
        const double sum = std::exp(2.0) + 2 * std::exp(1.0) + 1 + 284 * std::exp(-30.0);
        QVERIFY(std::abs(double(traced.probability) - std::exp(1.0) / sum) < 1e-6);
        QCOMPARE(traced.alternatives.size(), std::size_t{3});
        QCOMPARE(traced.alternatives[0].text, std::string("a"));
        QVERIFY(std::abs(double(traced.alternatives[0].probability) - std::exp(2.0) / sum) < 1e-6);
        // Of equals the first stays first.
        QCOMPARE(traced.alternatives[1].id, TokenId{'b'});
        QCOMPARE(traced.alternatives[2].id, TokenId{'c'});
    }

    void controlTokensAreNamed() {
        std::vector<float> logits(288, 0.0f);
        logits[256] = 5.0f;
        QCOMPARE(traceToken(logits, TokenId{'x'}, 1, ByteTokenizer()).alternatives.front().text, std::string("<256>"));
    }

    void moreThanThereAre() {
        const std::vector<float> logits(288, 0.0f);
        const TracedToken traced = traceToken(logits, TokenId{0}, 1000, ByteTokenizer());
        QCOMPARE(traced.alternatives.size(), std::size_t{288});
        QVERIFY(std::abs(double(traced.probability) - 1.0 / 288) < 1e-6);
    }

    void costOfALargeVocabulary() {
        std::vector<float> logits(49152);
        for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = static_cast<float>((i * 7919) % 1000) / 100.0f;
        TracedToken traced;
        QBENCHMARK { traced = traceToken(logits, TokenId{5}, 8, ByteTokenizer()); }
        QCOMPARE(traced.alternatives.size(), std::size_t{8});
        for (std::size_t i = 1; i < traced.alternatives.size(); ++i) QVERIFY(traced.alternatives[i - 1].probability >= traced.alternatives[i].probability);
    }

    void rangesCoverTheText() {
        const auto result = run("Où ça", traced());
        QVERIFY(result.has_value());
        QCOMPARE(result->text, std::string("Où ça"));
        QCOMPARE(result->trace.tokens.size(), result->tokens.size());
        std::string joined;
        std::uint32_t at = 0;
        for (std::size_t i = 0; i < result->tokens.size(); ++i) {
            const TracedToken& token = result->trace.tokens[i];
            QCOMPARE(token.id, result->tokens[i]);
            QCOMPARE(token.begin, at);
            at = token.end;
            joined += result->text.substr(token.begin, token.end - token.begin);
            QVERIFY(token.probability > 0.99f);
        }
        QCOMPARE(joined, result->text);
        // The first byte of a character shows nothing yet.
        QCOMPARE(result->trace.tokens[1].begin, result->trace.tokens[1].end);
    }

    void aStopStringCutsRangesToo() {
        const auto result = run("yes END no", traced({"END"}));
        QVERIFY(result.has_value());
        QCOMPARE(result->text, std::string("yes "));
        QCOMPARE(result->trace.tokens.size(), result->tokens.size());
        for (const TracedToken& token : result->trace.tokens) QVERIFY(token.begin <= token.end && token.end <= 4);
    }

    void nothingIsRecordedUnasked() {
        GenerateOptions options = traced();
        options.alternatives = 0;
        const auto result = run("yes", options);
        QVERIFY(result->trace.tokens.empty());
        QCOMPARE(result->text, run("yes", traced())->text);
    }

    void aContinuedAnswerCompletesItsCharacter() {
        // "é" is two tokens; the prompt ends in the middle of it.
        const std::string text = "\xC3\xA9t\xC3\xA9", prompt = "abc\xC3";
        const ByteTokenizer tokenizer;
        ScriptedSession session(says(text.substr(1), prompt.size()));
        std::vector<TokenId> cached;
        GenerateOptions options = traced();
        options.answer_so_far = {TokenId{0xC3}};
        const auto result = generate(session, tokenizer, cached, tokenizer.encode(prompt, {}).value(), options, {}, {});
        QVERIFY(result.has_value());
        QCOMPARE(result->text, text);
    }
};

QTEST_GUILESS_MAIN(TokenTracerTest)
#include "tst_token_tracer.moc"
