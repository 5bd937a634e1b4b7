// SPDX-License-Identifier: GPL-3.0-or-later
// A second model guesses: the answer is the one without it, whatever it guesses and however it fails.
#include "core/chat/model_draft.h"

#include "core/chat/generator.h"
#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"
#include "tests/support/scripted_session.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::size_t kVocabulary = 288;
const std::string kPrompt = "abc";
const std::string kText = "The quick brown fox jumps over the lazy dog; 0123456789 !?";

GenerateOptions greedy(int max_tokens = -1) {
    GenerateOptions options;
    options.max_tokens = max_tokens;
    options.sampler.temperature = 0;
    return options;
}

/// A draft over a scripted session, which stays visible.
struct Guesser {
    ScriptedSession* session;
    ModelDraft draft;

    Guesser(ScriptedSession::Script script, std::uint32_t context = 1000, std::size_t most = 8)
        : Guesser(std::make_unique<ScriptedSession>(std::move(script), context), most) {}
    std::size_t read() const { return std::accumulate(session->evaluated.begin(), session->evaluated.end(), std::size_t{0}); }

private:
    Guesser(std::unique_ptr<ScriptedSession> owned, std::size_t most) : session(owned.get()), draft(std::move(owned), kVocabulary, most) {}
};

Result<GenerateResult> answer(Session& session, std::vector<TokenId>& cached, const std::string& prompt, GenerateOptions options, ModelDraft* draft,
                              const Operation& operation = {}, const TextCallback& on_text = {}) {
    if (draft) {
        options.speculate = 8;
        options.draft = draft;
    }
    const ByteTokenizer tokenizer;
    return generate(session, tokenizer, cached, tokenizer.encode(prompt, {}).value(), options, on_text, operation);
}

/// Right but for every `period`th token; 0: always right.
ScriptedSession::Script mistaken(std::size_t period) {
    return [right = says(kText, kPrompt.size()), period](const std::vector<TokenId>& tokens) {
        if (period > 0 && tokens.size() % period == 0) return TokenId{'#'};
        return right(tokens);
    };
}

TokenId nextLetter(const std::vector<TokenId>& tokens) { return TokenId{'a' + (toInt(tokens.back()) - 'a' + 1) % 26}; }

}  // namespace

class ModelDraftTest : public QObject {
    Q_OBJECT

private slots:
    void answersAreThoseWithoutIt_data() {
        QTest::addColumn<int>("period");
        QTest::addColumn<int>("max_tokens");
        QTest::addColumn<unsigned>("context");
        for (const unsigned context : {1000u, 40u})
            for (const int max_tokens : {-1, 30, 1, 0})
                for (const int period : {0, 1, 2, 5}) QTest::addRow("mistakes every %d, %d tokens, context %u", period, max_tokens, context) << period << max_tokens << context;
    }
    void answersAreThoseWithoutIt() {
        QFETCH(int, period);
        QFETCH(int, max_tokens);
        QFETCH(unsigned, context);
        ScriptedSession plain(says(kText, kPrompt.size()), context), guessed(says(kText, kPrompt.size()), context);
        std::vector<TokenId> plain_cached, cached;
        const auto expected = answer(plain, plain_cached, kPrompt, greedy(max_tokens), nullptr);
        Guesser guesser(mistaken(static_cast<std::size_t>(period)), context);
        const auto out = answer(guessed, cached, kPrompt, greedy(max_tokens), &guesser.draft);
        QVERIFY(out.has_value());
        QCOMPARE(out->text, expected->text);
        QCOMPARE(out->tokens, expected->tokens);
        QCOMPARE(out->reason, expected->reason);
        QCOMPARE(guessed.tokens, cached);
        QVERIFY(guesser.session->tokens.size() <= context);
        QVERIFY(out->right_guesses <= out->guessed_tokens);
        if (period == 0) QVERIFY(out->guessed_tokens - out->right_guesses <= 1);  // the end of the answer is guessed, too, and is no token of it
        if (period == 1) QCOMPARE(out->right_guesses, std::size_t{0});
        if (period == 0 && max_tokens == -1) QVERIFY(guessed.evaluated.size() < plain.evaluated.size() / 3);
    }

    /// Whoever is mostly wrong is asked less and less.
    void badGuessesAreMadeRarely() {
        const std::string text(200, 'x');
        ScriptedSession session(says(text, kPrompt.size()));
        std::vector<TokenId> cached;
        Guesser guesser([](const std::vector<TokenId>&) { return TokenId{'#'}; });
        const auto out = answer(session, cached, kPrompt, greedy(), &guesser.draft);
        QCOMPARE(out->text, text);
        QVERIFY(out->guessed_tokens > 0 && out->guessed_tokens < 20);
    }

    /// It says nothing where it knows nothing.
    void unsureGuessesAreNotMade() {
        ScriptedSession session(says(kText, kPrompt.size()));
        std::vector<TokenId> cached;
        Guesser guesser(mistaken(0));
        guesser.session->spoil = [](Rows& rows, std::size_t tokens) {
            if (tokens % 2 == 0) std::ranges::fill(rows.values, 1.0f);
            if (tokens % 5 == 0) std::ranges::fill(rows.values, NAN);
        };
        const auto out = answer(session, cached, kPrompt, greedy(), &guesser.draft);
        QCOMPARE(out->text, kText);
        QVERIFY(out->guessed_tokens > 0 && out->guessed_tokens < kText.size() / 2);
        QVERIFY(out->guessed_tokens - out->right_guesses <= 1);
    }

    void fullContextsAreShifted_data() {
        QTest::addColumn<unsigned>("draft_context");
        QTest::newRow("as large") << 40u;
        QTest::newRow("larger") << 1000u;
        QTest::newRow("smaller") << 16u;
        QTest::newRow("tiny") << 1u;
    }
    void fullContextsAreShifted() {
        QFETCH(unsigned, draft_context);
        ScriptedSession session(nextLetter, 40);
        session.can_remove = true;
        std::vector<TokenId> cached;
        Guesser guesser(nextLetter, draft_context);
        GenerateOptions options = greedy(200);
        options.context_shift = true;
        options.keep_tokens = 4;
        const auto out = answer(session, cached, "rulez", options, &guesser.draft);
        QCOMPARE(out->tokens.size(), std::size_t{200});
        for (std::size_t i = 0; i < 200; ++i) QCOMPARE(toInt(out->tokens[i]), static_cast<int>('a' + i % 26));
        QVERIFY(out->forgotten_tokens >= 160);
        QCOMPARE(session.tokens, cached);
        QVERIFY(guesser.session->tokens.size() <= draft_context);
        if (draft_context > 1) QVERIFY(out->right_guesses > 100);
    }

    /// The next turn reads what is new.
    void turnsReuseWhatWasRead() {
        ScriptedSession session(nextLetter);
        std::vector<TokenId> cached;
        Guesser guesser(nextLetter);
        const std::string first = "hello";
        const auto one = answer(session, cached, first, greedy(50), &guesser.draft);
        QVERIFY(one.has_value());
        const std::size_t before = guesser.read();
        const auto two = answer(session, cached, first + one->text + "xyz", greedy(8), &guesser.draft);
        QVERIFY(two.has_value());
        QCOMPARE(two->text, std::string("abcdefgh"));
        QVERIFY2(guesser.read() - before < 30, qPrintable(QString::number(guesser.read() - before)));
        // Another conversation begins anew.
        const auto other = answer(session, cached, "wxyz", greedy(8), &guesser.draft);
        QCOMPARE(other->text, std::string("abcdefgh"));
        QVERIFY(std::ranges::equal(guesser.session->tokens | std::views::take(4), ByteTokenizer().encode("wxyz", {}).value()));
    }

    void stopsWhileItGuesses_data() {
        QTest::addColumn<int>("at");
        for (const int at : {3, 4, 9, 20}) QTest::addRow("%d tokens", at) << at;
    }
    void stopsWhileItGuesses() {
        QFETCH(int, at);
        ScriptedSession session(says(kText, kPrompt.size()));
        std::vector<TokenId> cached;
        Guesser guesser(mistaken(0));
        std::stop_source stop;
        guesser.session->before_step = [&](std::size_t length) {
            if (length == static_cast<std::size_t>(at)) stop.request_stop();
        };
        const auto out = answer(session, cached, kPrompt, greedy(), &guesser.draft, {.stop = stop.get_token()});
        QVERIFY(out.has_value());
        QCOMPARE(out->reason, StopReason::Cancelled);
        QVERIFY(kText.starts_with(out->text) && out->text.size() < kText.size());
        QCOMPARE(session.tokens, cached);
        // And goes on with the next.
        guesser.session->before_step = {};
        const auto again = answer(session, cached, kPrompt, greedy(), &guesser.draft);
        QCOMPARE(again->text, kText);
        QVERIFY(again->right_guesses > kText.size() / 2);
    }

    void failuresLeaveTheAnswer_data() {
        QTest::addColumn<bool>("draft_truncates");
        QTest::addColumn<bool>("model_truncates");
        QTest::newRow("the draft cannot forget") << false << true;
        QTest::newRow("the model cannot forget") << true << false;
    }
    void failuresLeaveTheAnswer() {
        QFETCH(bool, draft_truncates);
        QFETCH(bool, model_truncates);
        ScriptedSession session(says(kText, kPrompt.size()));
        session.can_truncate = model_truncates;
        std::vector<TokenId> cached;
        Guesser guesser(mistaken(5));
        guesser.session->can_truncate = draft_truncates;
        const auto out = answer(session, cached, kPrompt, greedy(), &guesser.draft);
        QVERIFY(out.has_value());
        QCOMPARE(out->text, kText);
        QVERIFY(out->guessed_tokens > 0);
        QCOMPARE(session.tokens, cached);
    }

    /// Real models: bits and draws are those of the answer without guesses.
    void bitsAreThoseWithoutIt_data() {
        QTest::addColumn<float>("temperature");
        QTest::addColumn<bool>("itself");
        for (const float temperature : {0.0f, 0.7f})
            for (const bool itself : {true, false})
                QTest::addRow("temperature %.1f, %s", static_cast<double>(temperature), itself ? "the model itself guesses" : "another guesses") << temperature << itself;
    }
    void bitsAreThoseWithoutIt() {
        QFETCH(float, temperature);
        QFETCH(bool, itself);
        QTemporaryDir folder;
        const auto load = [&](const char* name, std::uint32_t seed) {
            const auto path = writeLlama(std::filesystem::path(folder.path().toStdString()) / name, {.type = TensorType{8}, .seed = seed});  // Q8_0
            auto source = openGgufSource(path).value();
            auto engine = loadFragmentEngine(*source, {.threads = 1, .repack = RepackPolicy::Off}, {}).value();
            return std::pair(std::move(source), std::move(engine));
        };
        const auto large = load("large.gguf", 1);
        const auto small = load("small.gguf", itself ? 1 : 2);
        QVERIFY(large.second->hasIndependentRows());
        GenerateOptions options = greedy(150);
        options.sampler.temperature = temperature;
        options.sampler.top_k = 4;
        options.sampler.seed = 5;
        options.ignore_end = true;
        options.alternatives = 2;
        const auto plain_session = large.second->createSession({.context_tokens = 300}).value();
        const auto guessed_session = large.second->createSession({.context_tokens = 300}).value();
        std::vector<TokenId> plain_cached, cached;
        const auto plain = answer(*plain_session, plain_cached, "one two three", options, nullptr);
        // Random weights are never sure.
        ModelDraft draft(small.second->createSession({.context_tokens = 300}).value(), kVocabulary, 8, 0);
        const auto guessed = answer(*guessed_session, cached, "one two three", options, &draft);
        QVERIFY(plain.has_value() && guessed.has_value());
        QCOMPARE(guessed->tokens, plain->tokens);
        QVERIFY(guessed->trace == plain->trace);
        QVERIFY(guessed->guessed_tokens >= 10);
        if (itself) QVERIFY(guessed->right_guesses > 10);
        if (itself && temperature == 0) QVERIFY(guessed->right_guesses > 100);
    }
};

QTEST_GUILESS_MAIN(ModelDraftTest)
#include "tst_model_draft.moc"
