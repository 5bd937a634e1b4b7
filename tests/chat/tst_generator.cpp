// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/generator.h"

#include "core/engine/bridge/llama_engine.h"
#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"
#include "tests/support/scripted_session.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tessera;
using namespace tessera::test;

namespace {

GenerateOptions greedy(int max_tokens = -1, std::vector<std::string> stops = {}) {
    return {.max_tokens = max_tokens,
            .sampler = {.temperature = 0, .seed = std::nullopt, .logit_bias = {}},
            .stop_strings = std::move(stops)};
}

std::vector<TokenId> bytes(std::string_view text) { return ByteTokenizer().encode(text, {}).value(); }

/// Runs generate() and collects what the callback got.
struct Run {
    Result<GenerateResult> result = tl::unexpected(Error{});
    std::vector<std::string> pieces;

    std::string shown() const {
        std::string text;
        for (const std::string& piece : pieces) text += piece;
        return text;
    }
};

Run run(Session& session, std::vector<TokenId>& cached, std::string_view prompt, const GenerateOptions& options,
        const Operation& operation = {}) {
    Run run;
    const ByteTokenizer tokenizer;
    run.result = generate(
        session, tokenizer, cached, bytes(prompt), options,
        [&](std::string_view piece) { run.pieces.emplace_back(piece); }, operation);
    return run;
}

}  // namespace

class GeneratorTest : public QObject {
    Q_OBJECT

private slots:
    /// What the prompt began of the answer belongs to its text, and so do the control tokens that are asked for.
    void textIsAllOfTheAnswer() {
        std::vector<TokenId> cached;
        ScriptedSession session([](const std::vector<TokenId>& tokens) {
            const std::vector<int> answer{'h', 258, 'x', 259, 256};
            return TokenId{answer[tokens.size() - 2]};
        });
        GenerateOptions options = greedy();
        options.text_before = "<think>\n";
        options.shown_tokens = {TokenId{258}};
        options.alternatives = 1;
        const Run shown = run(session, cached, "ab", options);
        QVERIFY(shown.result.has_value());
        QCOMPARE(shown.result->text, std::string("<think>\nh<258>x"));
        QCOMPARE(shown.shown(), shown.result->text);
        // Tokens are found in it.
        const TracedToken& marker = shown.result->trace.tokens[1];
        QCOMPARE(shown.result->text.substr(marker.begin, marker.end - marker.begin), std::string("<258>"));
        // Nothing said is nothing.
        cached.clear();
        ScriptedSession silent([](const std::vector<TokenId>&) { return TokenId{256}; });
        QCOMPARE(run(silent, cached, "ab", options).result->text, std::string());
    }

    /// Guesses change how often the session is asked, and nothing else.
    void guessedTokensGiveTheSameAnswer_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("speculate");
        QTest::addColumn<int>("max_tokens");
        QTest::addColumn<bool>("can_truncate");
        const QString again = QStringLiteral("one two three, one two three, one two four, one two three, one two four, one two three. ").repeated(3);
        for (const int most : {1, 4, 16, 62}) {
            QTest::addRow("repeats, %d", most) << again << most << -1 << true;
            QTest::addRow("ends early, %d", most) << again << most << 100 << true;
            QTest::addRow("cannot forget, %d", most) << again << most << -1 << false;
        }
        QTest::newRow("never repeats") << QStringLiteral("zyxwvutsrqponmlkjihgfe0123456789") << 16 << -1 << true;
    }
    void guessedTokensGiveTheSameAnswer() {
        QFETCH(QString, text);
        QFETCH(int, speculate);
        QFETCH(int, max_tokens);
        QFETCH(bool, can_truncate);
        for (const std::uint32_t context : {1000u, 150u}) {
            ScriptedSession plain(says(text.toStdString(), 3), context), guessing(says(text.toStdString(), 3), context);
            guessing.can_truncate = can_truncate;
            std::vector<TokenId> plain_cached, cached;
            GenerateOptions options = greedy(max_tokens);
            const Run expected = run(plain, plain_cached, "abc", options);
            options.speculate = speculate;
            const Run out = run(guessing, cached, "abc", options);
            QVERIFY(out.result.has_value());
            QCOMPARE(out.result->text, expected.result->text);
            QCOMPARE(out.result->tokens, expected.result->tokens);
            QCOMPARE(out.result->reason, expected.result->reason);
            QCOMPARE(out.shown(), expected.shown());
            QCOMPARE(guessing.tokens, cached);
            QVERIFY(cached.size() >= plain_cached.size() && std::equal(plain_cached.begin(), plain_cached.end(), cached.begin()));
            QVERIFY(out.result->right_guesses <= out.result->guessed_tokens);
            const bool repeats = text.contains(QStringLiteral("one two"));
            QCOMPARE(out.result->guessed_tokens > 0, repeats);
            if (repeats && can_truncate && speculate > 1) QVERIFY(guessing.evaluated.size() < plain.evaluated.size() * 3 / 4);
        }
    }

    /// The alphabet goes on, whatever is forgotten.
    void fullContextsAreShifted_data() {
        QTest::addColumn<bool>("can_remove");
        QTest::addColumn<bool>("can_truncate");
        QTest::addColumn<int>("speculate");
        for (const int most : {0, 8}) {
            QTest::addRow("moved, %d guesses", most) << true << true << most;
            QTest::addRow("read again, %d guesses", most) << false << true << most;
            QTest::addRow("all read again, %d guesses", most) << false << false << most;
        }
    }
    void fullContextsAreShifted() {
        QFETCH(bool, can_remove);
        QFETCH(bool, can_truncate);
        QFETCH(int, speculate);
        const auto next = [](const std::vector<TokenId>& tokens) { return TokenId{'a' + (toInt(tokens.back()) - 'a' + 1) % 26}; };
        for (const std::size_t keep : {std::size_t{0}, std::size_t{4}, std::size_t{1000}}) {
            ScriptedSession session(next, 40);
            session.can_remove = can_remove;
            session.can_truncate = can_truncate;
            std::vector<TokenId> cached;
            GenerateOptions options = greedy(200);
            options.context_shift = true;
            options.keep_tokens = keep;
            options.speculate = speculate;
            const Run out = run(session, cached, "rulez", options);
            QVERIFY(out.result.has_value());
            QCOMPARE(out.result->reason, StopReason::MaxTokens);
            QCOMPARE(out.result->tokens.size(), std::size_t{200});
            for (std::size_t i = 0; i < 200; ++i) QCOMPARE(toInt(out.result->tokens[i]), static_cast<int>('a' + i % 26));
            QVERIFY(out.result->forgotten_tokens >= 160);
            QCOMPARE(session.tokens, cached);
            const auto prompt = bytes("rulez");
            const std::size_t kept = std::min<std::size_t>(keep, 5);
            QVERIFY(std::equal(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(kept), cached.begin()));
        }
    }

    void generatesUntilTheModelEnds() {
        ScriptedSession session(says("Paris.", 3));
        std::vector<TokenId> cached;
        const Run out = run(session, cached, "abc", greedy());
        QVERIFY(out.result.has_value());
        QCOMPARE(out.result->text, std::string("Paris."));
        QCOMPARE(out.shown(), out.result->text);
        QCOMPARE(out.result->reason, StopReason::EndOfGeneration);
        QCOMPARE(stopReasonName(out.result->reason), std::string_view("end"));
        QCOMPARE(out.result->tokens, bytes("Paris."));
        QCOMPARE(out.result->prompt_tokens, std::size_t{3});
        QCOMPARE(out.result->reused_tokens, std::size_t{0});
        QCOMPARE(cached, bytes("abcParis."));
        QCOMPARE(session.tokens, cached);
        QVERIFY(out.result->first_token_seconds >= out.result->prefill_seconds);
    }

    void endsForEveryReason_data() {
        QTest::addColumn<QString>("says_text");
        QTest::addColumn<int>("max_tokens");
        QTest::addColumn<QStringList>("stops");
        QTest::addColumn<unsigned>("context");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("end") << "ab" << -1 << QStringList{} << 100u << "ab"
                             << "end";
        QTest::newRow("length") << "abcdef" << 3 << QStringList{} << 100u << "abc"
                                << "length";
        QTest::newRow("length of nothing") << "abcdef" << 0 << QStringList{} << 100u << ""
                                           << "length";
        QTest::newRow("end at the length") << "abc" << 3 << QStringList{} << 100u << "abc"
                                           << "length";
        QTest::newRow("stop string") << "hello\nUser: x" << -1 << QStringList{"\nUser:"} << 100u << "hello"
                                     << "stop string";
        QTest::newRow("beginning of a stop string at the end")
            << "hello\nUs" << -1 << QStringList{"\nUser:"} << 100u << "hello\nUs"
            << "end";
        QTest::newRow("stop string at the length") << "abc" << 3 << QStringList{"c"} << 100u << "ab"
                                                   << "stop string";
        QTest::newRow("context full") << "abcdefgh" << -1 << QStringList{} << 6u << "abcd"
                                      << "context full";
        QTest::newRow("context just right") << "abc" << -1 << QStringList{} << 6u << "abc"
                                            << "end";
        QTest::newRow("prompt fills the context") << "abc" << -1 << QStringList{} << 3u << "a"
                                                  << "context full";
    }
    void endsForEveryReason() {
        QFETCH(QString, says_text);
        QFETCH(int, max_tokens);
        QFETCH(QStringList, stops);
        QFETCH(unsigned, context);
        QFETCH(QString, text);
        QFETCH(QString, reason);
        std::vector<std::string> strings;
        for (const QString& stop : stops) strings.push_back(stop.toStdString());
        ScriptedSession session(says(says_text.toStdString(), 3), context);
        std::vector<TokenId> cached;
        const Run out = run(session, cached, "abc", greedy(max_tokens, strings));
        QVERIFY(out.result.has_value());
        QCOMPARE(QString::fromStdString(out.result->text), text);
        QCOMPARE(QString::fromStdString(out.shown()), text);
        QCOMPARE(QString::fromUtf8(stopReasonName(out.result->reason).data()), reason);
        QCOMPARE(cached, session.tokens);
        QVERIFY(session.tokens.size() <= context);
    }

    void goesOnPastTheEndWhenAsked() {
        ScriptedSession session(says("a", 3));
        std::vector<TokenId> cached;
        GenerateOptions options = greedy(4);
        options.ignore_end = true;
        const Run out = run(session, cached, "abc", options);
        QCOMPARE(out.result->tokens.size(), std::size_t{4});
        QCOMPARE(out.result->text, std::string("a"));
        QCOMPARE(out.result->reason, StopReason::MaxTokens);
    }

    void charactersAreNeverCut() {
        ScriptedSession session(says("é漢🙂\xe6", 3));
        std::vector<TokenId> cached;
        const Run out = run(session, cached, "abc", greedy());
        QCOMPARE(out.pieces, (std::vector<std::string>{"é", "漢", "🙂", "\xef\xbf\xbd"}));
    }

    void keepsTheLongestCommonPrefix_data() {
        QTest::addColumn<QString>("held");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<int>("reused");
        QTest::newRow("nothing held") << ""
                                      << "hello" << 0;
        QTest::newRow("grown prompt") << "hel"
                                      << "hello" << 3;
        QTest::newRow("another ending") << "help me"
                                        << "hello" << 3;
        QTest::newRow("nothing in common") << "world"
                                           << "hello" << 0;
        QTest::newRow("the same prompt") << "hello"
                                         << "hello" << 4;
        QTest::newRow("more held than asked") << "hello world"
                                              << "hello" << 4;
    }
    void keepsTheLongestCommonPrefix() {
        QFETCH(QString, held);
        QFETCH(QString, prompt);
        QFETCH(int, reused);
        ScriptedSession session(says("!", 5));
        session.tokens = bytes(held.toStdString());
        std::vector<TokenId> cached = session.tokens;
        const Run out = run(session, cached, prompt.toStdString(), greedy());
        QCOMPARE(out.result->reused_tokens, static_cast<std::size_t>(reused));
        QCOMPARE(session.evaluated.front(), static_cast<std::size_t>(5 - reused));
        QCOMPARE(out.result->text, std::string("!"));
        QCOMPARE(session.tokens, bytes("hello!"));
    }

    void readsAllWhenAPartCannotBeForgotten() {
        ScriptedSession session(says("!", 5));
        session.can_truncate = false;
        session.tokens = bytes("help");
        std::vector<TokenId> cached = session.tokens;
        const Run out = run(session, cached, "hello", greedy());
        QCOMPARE(out.result->reused_tokens, std::size_t{0});
        QCOMPARE(session.tokens, bytes("hello!"));
    }

    void stopWhileReadingThePrompt() {
        ScriptedSession session(says("abc", 5));
        std::stop_source stop;
        session.before_step = [&](std::size_t length) {
            if (length == 2) stop.request_stop();
        };
        std::vector<TokenId> cached;
        const Run out = run(session, cached, "hello", greedy(), {.stop = stop.get_token()});
        QVERIFY(out.result.has_value());
        QCOMPARE(out.result->reason, StopReason::Cancelled);
        QVERIFY(out.result->tokens.empty());
        QCOMPARE(cached, bytes("he"));
        QCOMPARE(session.tokens, cached);
    }

    void stopWithinOneToken() {
        ScriptedSession session(says("abcdef", 2));
        std::stop_source stop;
        std::vector<TokenId> cached;
        const ByteTokenizer tokenizer;
        std::string shown;
        const auto result = generate(session, tokenizer, cached, bytes("hi"), greedy(),
                                     [&](std::string_view piece) {
                                         shown += piece;
                                         if (shown.size() == 3) stop.request_stop();
                                     },
                                     {.stop = stop.get_token()});
        QCOMPARE(result->reason, StopReason::Cancelled);
        QCOMPARE(result->text, std::string("abc"));
        QCOMPARE(shown, result->text);
        QCOMPARE(cached, bytes("hiab"));  // the last token was chosen, not evaluated
    }

    void errorsAreExplicit() {
        ScriptedSession session(says("a", 3), 4);
        std::vector<TokenId> cached;
        const Run empty = run(session, cached, "", greedy());
        QCOMPARE(empty.result.error().kind, ErrorKind::InvalidArgument);
        const Run full = run(session, cached, "hello", greedy());
        QCOMPARE(full.result.error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(full.result.error().message.find("holds 4 tokens and the prompt has 5") != std::string::npos,
                 full.result.error().message.c_str());
        QVERIFY(session.evaluated.empty());
        GenerateOptions bad = greedy();
        bad.sampler.temperature = -1;
        QCOMPARE(run(session, cached, "abc", bad).result.error().kind, ErrorKind::InvalidArgument);
    }

    void logitsThatAreNotNumbersAreAnError() {
        ScriptedSession session(says("Paris.", 3));
        session.spoil = [](Rows& rows, std::size_t tokens) {
            if (tokens == 5) rows.values[7] = NAN;
        };
        std::vector<TokenId> cached;
        const Run out = run(session, cached, "abc", greedy());
        QVERIFY(!out.result.has_value());
        QCOMPARE(out.result.error().kind, ErrorKind::Corrupt);
        QVERIFY2(out.result.error().message.find("NaN") != std::string::npos, out.result.error().message.c_str());
        QCOMPARE(out.shown(), std::string("Pa"));
        QCOMPARE(session.tokens, cached);
    }

    void seedRepeatsTheRun() {
        const auto random = [](const std::vector<TokenId>&) { return TokenId{65}; };
        ScriptedSession session(random);
        std::vector<TokenId> cached;
        GenerateOptions options = greedy(3);
        options.sampler = {.temperature = 1, .seed = 42, .logit_bias = {}};
        QCOMPARE(run(session, cached, "a", options).result->seed, 42u);
    }

    /// A real model on both engines: the text after a reused prefix is the text of a fresh session.
    void reusedPrefixGivesTheSameText_data() {
        QTest::addColumn<bool>("ours");
        QTest::newRow("fragments") << true;
        QTest::newRow("llama.cpp") << false;
    }
    void reusedPrefixGivesTheSameText() {
        QFETCH(bool, ours);
        QTemporaryDir folder;
        const auto path = writeLlama(std::filesystem::path(folder.path().toStdString()) / "model.gguf", {});
        const auto source = openGgufSource(path).value();
        std::unique_ptr<Engine> engine;
        if (ours) {
            engine = loadFragmentEngine(*source, {.threads = 1}, {}).value();
        } else {
            engine = loadLlamaEngine(*source, {path}, {.threads = 1}, {}).value();
        }
        GenerateOptions options = greedy(20);
        options.ignore_end = true;

        const auto session = engine->createSession({.context_tokens = 200}).value();
        std::vector<TokenId> cached;
        const Run first = run(*session, cached, "The first question?", options);
        QVERIFY(first.result.has_value());
        const std::string second_prompt = "The first question? And another one, which begins alike.";
        const Run reused = run(*session, cached, second_prompt, options);
        QCOMPARE(reused.result->reused_tokens, std::size_t{19});

        const auto fresh_session = engine->createSession({.context_tokens = 200}).value();
        std::vector<TokenId> nothing;
        const Run fresh = run(*fresh_session, nothing, second_prompt, options);
        QCOMPARE(fresh.result->reused_tokens, std::size_t{0});
        QCOMPARE(reused.result->tokens, fresh.result->tokens);
        QVERIFY(first.result->tokens != fresh.result->tokens);
    }

    void guessingLeavesTheBits_data() {
        QTest::addColumn<float>("temperature");
        QTest::newRow("greedy") << 0.0f;
        QTest::newRow("drawn") << 0.4f;
    }
    void guessingLeavesTheBits() {
        QFETCH(float, temperature);
        QTemporaryDir folder;
        const auto path = writeLlama(std::filesystem::path(folder.path().toStdString()) / "model.gguf", {.type = TensorType{8}});  // Q8_0
        const auto source = openGgufSource(path).value();
        const auto engine = loadFragmentEngine(*source, {.threads = 2, .repack = RepackPolicy::Off}, {}).value();
        QVERIFY(engine->hasIndependentRows());
        GenerateOptions options = greedy(300);
        options.sampler.temperature = temperature;
        options.sampler.seed = 11;
        options.ignore_end = true;
        options.alternatives = 2;  // the trace holds probabilities
        std::vector<GenerateResult> results;
        for (const int most : {0, 24}) {
            options.speculate = most;
            const auto session = engine->createSession({.context_tokens = 700}).value();
            std::vector<TokenId> cached;
            results.push_back(run(*session, cached, "one two three one two three one two three one two", options).result.value());
        }
        QCOMPARE(results[1].tokens, results[0].tokens);
        QVERIFY(results[1].trace == results[0].trace);
        QVERIFY(results[1].guessed_tokens > 0);
    }
};

QTEST_GUILESS_MAIN(GeneratorTest)
#include "tst_generator.moc"
