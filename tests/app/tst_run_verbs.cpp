// SPDX-License-Identifier: GPL-3.0-or-later
// run, bridge, chat, tokenize, perplexity, bench, validate on the default model.
#include "core/generate/generated_moe_model.h"
#include "tests/app/tessera_process.h"
#include "tests/support/generated_model.h"
#include "tests/support/test_model.h"

#include <QDir>
#include <QJsonArray>

#include <cmath>

using namespace tessera::test;

class TestRunVerbs : public QObject {
    Q_OBJECT
private:
    Sandbox m_sandbox;

    /// What every test needs is a file of its own beside which a manifest may stand.
    static constexpr const char* kModel = "modèle.gguf";

    /// The message under which this small model knows the answers.
    static constexpr const char* kSystem = "You are a helpful assistant.";

    /// One thread: two would wait for each other while other tests run beside.
    Finished run(const QStringList& arguments, const QByteArray& input = {}) const {
        static const QStringList kComputing{"run", "bridge", "chat", "perplexity", "bench"};
        return m_sandbox.run(kComputing.contains(arguments[0]) ? arguments + QStringList{"--threads", "1"} : arguments, input);
    }

private slots:
    void initTestCase() {
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_sandbox.path(kModel)));
        const Finished cut = run({"fragment", kModel});
        COMPARE_CODE(cut, 0);
        QVERIFY2(m_sandbox.files().contains(QString(kModel) + ".manifest.json"), "the manifest belongs beside the name the user gave");
    }

    void answersNameParis() {
        const Finished answer = run({"run", kModel, "-p", "What is the capital of France?", "--system", kSystem, "--greedy", "-n", "12", "--json"});
        COMPARE_CODE(answer, 0);
        const QJsonObject json = answer.json();
        QVERIFY2(json["text"].toString().contains("Paris"), answer.out.constData());
        QCOMPARE(json["token_ids"].toArray().size(), json["generated_tokens"].toInt());
        QVERIFY(json["prompt_tokens"].toInt() > 10);
        QVERIFY(json["stop_reason"].toString() == "end" || json["stop_reason"].toString() == "length");
        QVERIFY(json["load_s"].toDouble() > 0 && json["ttft_s"].toDouble() > 0);
        QVERIFY(json["prefill_tps"].toDouble() > 0 && json["decode_tps"].toDouble() > 0);
        QCOMPARE(json["engine"].toString(), QString("fragments"));
        QVERIFY(json.contains("seed") && json.contains("model"));
        QCOMPARE(answer.err, QByteArray());  // no terminal, no bar

        const Finished text = run({"run", kModel, "-p", "What is the capital of France?", "--system", kSystem, "--greedy", "-n", "12"});
        COMPARE_CODE(text, 0);
        QCOMPARE(QString::fromUtf8(text.out), json["text"].toString() + "\n");
        const Finished piped = run({"run", kModel, "--temp", "0", "-n", "12", "--system", kSystem}, "What is the capital of France?");
        QCOMPARE(piped.out, text.out);
        QCOMPARE(run({"run", kModel, "--temp", "0", "-n", "12", "--system", kSystem}, "What is the capital of France?\n").out, text.out);  // as echo pipes it
        m_sandbox.write("frage.txt", "What is the capital of France?\r\n");
        QCOMPARE(run({"run", kModel, "-f", "frage.txt", "--temp", "0", "-n", "12", "--system", kSystem}).out, text.out);
        QCOMPARE(run({"run", kModel, "-p", "What is the capital of France?", "--system", kSystem, "--greedy", "-n", "12", "--spans", "0-14,15-29"}).out, text.out);
    }

    /// The model guesses for itself here, so that nearly every guess is right.
    void aModelGuesses() {
        const QStringList rest{kModel, "-p", "Count from one to ten.", "--system", kSystem, "-n", "30", "--temp", "0.7", "--seed", "3", "--json"};
        const Finished plain = run(QStringList{"run"} + rest);
        const Finished guessed = run(QStringList{"run"} + rest + QStringList{"--draft", kModel, "--quiet"});
        COMPARE_CODE(plain, 0);
        COMPARE_CODE(guessed, 0);
        QCOMPARE(guessed.json()["token_ids"], plain.json()["token_ids"]);
        QCOMPARE(plain.json()["guessed_tokens"].toInt(), 0);
        QVERIFY(guessed.json()["right_guesses"].toInt() > 5);

        const QByteArray questions = "Say hello.\nSay it again.\n";
        const QStringList talk{"chat", kModel, "--greedy", "-n", "12"};
        const Finished chat = run(talk + QStringList{"--draft", kModel, "--quiet"}, questions);
        COMPARE_CODE(chat, 0);
        QCOMPARE(chat.out, run(talk, questions).out);
        COMPARE_CODE(run({"run", kModel, "-p", "Hi", "--draft", "nothing.gguf"}), 1);
        COMPARE_CODE(run({"run", kModel, "-p", "Hi", "--draft", kModel, "--memory", "4GiB"}), 2);
        COMPARE_CODE(run({"bridge", kModel, "-p", "Hi", "-n", "4", "--draft", kModel, "--quiet"}), 0);
    }

    /// The second run reads nothing and says the same; another engine's prompt is not taken, a damaged one said and read anew.
    void promptsAreKept() {
        const QString prompt = QString("The quick brown fox jumps over the lazy dog, and the dog does not mind. ").repeated(6);
        const QStringList rest{kModel, "--raw", "-p", prompt, "-n", "8", "--seed", "3", "--json", "--prompt-cache", "prompts"};
        const Finished first = run(QStringList{"run"} + rest);
        COMPARE_CODE(first, 0);
        QCOMPARE(first.json()["reused_tokens"].toInt(), 0);
        const Finished second = run(QStringList{"run"} + rest);
        COMPARE_CODE(second, 0);
        QVERIFY(second.json()["prompt_tokens"].toInt() > 64);
        QCOMPARE(second.json()["reused_tokens"], second.json()["prompt_tokens"]);
        QCOMPARE(second.json()["token_ids"], first.json()["token_ids"]);
        const QStringList kept = QDir(m_sandbox.path("prompts")).entryList(QDir::Files);
        QCOMPARE(kept.size(), 1);

        const Finished bridge = run(QStringList{"bridge"} + rest);
        COMPARE_CODE(bridge, 0);
        QCOMPARE(bridge.json()["reused_tokens"].toInt(), 0);
        QCOMPARE(run(QStringList{"bridge"} + rest).json()["token_ids"], bridge.json()["token_ids"]);

        QFile file(m_sandbox.path("prompts/" + kept.front()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() / 2) && file.putChar('x') && file.putChar('y') && file.putChar('z'));
        file.close();
        const Finished damaged = run(QStringList{"run"} + rest);
        COMPARE_CODE(damaged, 0);
        QVERIFY2(damaged.err.contains("is damaged"), damaged.err.constData());
        QCOMPARE(damaged.json()["reused_tokens"].toInt(), 0);
        QCOMPARE(damaged.json()["token_ids"], first.json()["token_ids"]);
    }

    void fullContextsGoOnWhenAsked() {
        const QStringList rest{"run", kModel, "-p", "Tell me a long story about a fox and a river.", "-n", "150", "--ctx", "100", "--greedy", "--json"};
        const Finished full = run(rest);
        COMPARE_CODE(full, 0);
        QCOMPARE(full.json()["stop_reason"].toString(), QString("context full"));
        const Finished shifted = run(rest + QStringList{"--context-shift"});
        COMPARE_CODE(shifted, 0);
        QCOMPARE(shifted.json()["stop_reason"].toString(), QString("length"));
        QVERIFY(shifted.json()["forgotten_tokens"].toInt() > 0);
        QVERIFY(shifted.json()["text"].toString().startsWith(full.json()["text"].toString()));
    }

    void theBridgeAnswersToo() {
        const QStringList rest{kModel, "-p", "What is the capital of France?", "--system", kSystem, "--greedy", "-n", "16", "--json"};
        const Finished bridge = run(QStringList{"bridge"} + rest);
        COMPARE_CODE(bridge, 0);
        QCOMPARE(bridge.json()["engine"].toString(), QString("llama.cpp"));
        QVERIFY(bridge.json()["text"].toString().contains("Paris"));
        const Finished chosen = run(QStringList{"run"} + rest + QStringList{"--engine", "llama.cpp"});
        COMPARE_CODE(chosen, 0);
        QCOMPARE(chosen.json()["token_ids"], bridge.json()["token_ids"]);
    }

    void unknownArchitecturesRunThroughTheBridge() {
        tessera::test::GeneratedModelOptions options;
        options.architecture = "xverse";  // known to libllama only
        QVERIFY(tessera::test::writeGeneratedModel(m_sandbox.path("xverse.gguf").toStdString(), options).has_value());
        const QStringList rest{"run", "xverse.gguf", "-p", "the", "-n", "2", "--json"};
        const Finished fallen = run(rest);
        COMPARE_CODE(fallen, 0);
        QCOMPARE(fallen.json()["engine"].toString(), QString("llama.cpp"));
        QVERIFY2(fallen.err.contains("llama.cpp computes this model: architecture 'xverse' is not known to this engine"), fallen.err.constData());
        for (const QStringList& ours : {QStringList{"--engine", "fragments"}, QStringList{"--spans", "0-0,1-2"}}) {
            const Finished refused = run(rest + ours);
            QVERIFY(refused.code != 0);
            QVERIFY2(refused.err.contains("use the llama.cpp engine"), refused.err.constData());
        }
    }

    void memoryIsLimitedAndExpertsAreTold() {
        tessera::MoeModelOptions options;
        options.vocabulary_of = m_sandbox.path(kModel).toStdString();
        QVERIFY(tessera::writeMoeModel(m_sandbox.path("experts.gguf").toStdString(), options).has_value());
        const QStringList rest{"run", "experts.gguf", "--raw", "-p", "the", "-n", "3", "--greedy", "--ctx", "256", "--json", "--expert-stats"};
        const QJsonObject plain = run(rest).json();
        const Finished limited = run(rest + QStringList{"--memory", "1 GB"});
        COMPARE_CODE(limited, 0);
        QCOMPARE(limited.json()["token_ids"], plain["token_ids"]);
        QCOMPARE(plain["experts"].toObject()["memory_bytes"].toInteger(), qint64(0));
        const QJsonObject experts = limited.json()["experts"].toObject();
        QVERIFY(experts["memory_bytes"].toInteger() > 0 && experts["memory_bytes"].toInteger() < 1'000'000'000);
        QCOMPARE(experts["uses"].toArray().size(), qsizetype(options.layers));
        QCOMPARE(experts["uses"].toArray()[0].toObject()["uses"].toArray().size(), qsizetype(options.experts));
        QVERIFY(experts["loads"].toInt() >= static_cast<int>(options.layers * options.experts_used));
        const Finished refused = run(rest + QStringList{"--memory", "1 MB"});
        COMPARE_CODE(refused, 1);
        QVERIFY2(refused.json()["error"].toObject()["message"].toString().contains("--memory"), refused.out.constData());
        COMPARE_CODE(run(rest + QStringList{"--memory", "1 GB", "--engine", "llama.cpp"}), 2);
    }

    void seedsRepeatAnAnswer() {
        const QStringList arguments{"run", kModel, "--raw", "-p", "Once upon a time", "-n", "12", "--temp", "1", "--json", "--seed"};
        const QJsonObject first = run(arguments + QStringList{"7"}).json();
        QCOMPARE(first["seed"].toInteger(), qint64(7));
        QCOMPARE(run(arguments + QStringList{"7"}).json()["token_ids"], first["token_ids"]);
        QVERIFY(run(arguments + QStringList{"8"}).json()["token_ids"] != first["token_ids"]);
    }

    void stopsWhereItShould() {
        const QStringList count{"run", kModel, "--raw", "-p", "1, 2, 3, 4,", "--greedy", "--json"};
        const QJsonObject length = run(count + QStringList{"-n", "5"}).json();
        QCOMPARE(length["stop_reason"].toString(), QString("length"));
        QCOMPARE(length["generated_tokens"].toInt(), 5);
        const QJsonObject stopped = run(count + QStringList{"-n", "20", "--stop", "9", "--stop", "8"}).json();
        QCOMPARE(stopped["stop_reason"].toString(), QString("stop string"));
        QVERIFY2(!stopped["text"].toString().contains('8') && stopped["text"].toString().contains('7'), qPrintable(stopped["text"].toString()));
        const QJsonObject full = run(count + QStringList{"--ctx", "32"}).json();
        QCOMPARE(full["stop_reason"].toString(), QString("context full"));
        const int first = length["token_ids"].toArray()[0].toInt();
        const QJsonObject biased = run(count + QStringList{"-n", "1", "--logit-bias", QString("%1=-inf").arg(first)}).json();
        QVERIFY(biased["token_ids"].toArray()[0].toInt() != first);
    }

    void badModelsAndPromptsAreErrors() {
        const Finished empty = run({"run", kModel, "-p", ""});
        COMPARE_CODE(empty, 1);
        QVERIFY(empty.err.contains("the prompt is empty"));
        COMPARE_CODE(run({"run", kModel}, "\n"), 1);
        const Finished missing = run({"run", kModel, "-f", "gibt es nicht.txt"});
        COMPARE_CODE(missing, 1);
        QVERIFY(missing.err.contains("gibt es nicht.txt"));
        const Finished long_prompt = run({"run", kModel, "--ctx", "64", "--raw", "-p", QString("word ").repeated(500)});
        COMPARE_CODE(long_prompt, 1);
        QVERIFY2(long_prompt.err.contains("--ctx"), long_prompt.err.constData());
        const Finished beyond = run({"run", kModel, "--ctx", "8193", "--raw", "-p", "word", "-n", "1"});
        COMPARE_CODE(beyond, 0);
        QVERIFY2(beyond.err.contains("trained with 8192 tokens"), beyond.err.constData());
    }

    void logitsAreWritten() {
        const Finished finished = run({"run", kModel, "--raw", "-p", "The sky is", "--greedy", "-n", "3", "--logits", "logits.npy", "--json"});
        COMPARE_CODE(finished, 0);
        const QJsonObject json = finished.json();
        const int rows = json["prompt_tokens"].toInt() + json["generated_tokens"].toInt();
        const QByteArray npy = m_sandbox.read("logits.npy");
        QVERIFY2(npy.contains(QString("'shape': (%1, 49152), ").arg(rows).toUtf8()), npy.left(128).constData());
        const int header = 10 + static_cast<unsigned char>(npy[8]) + 256 * static_cast<unsigned char>(npy[9]);
        QCOMPARE(npy.size(), header + rows * 49152 * 4);
        // Greedy: the likeliest of the last prompt row is the first token generated.
        const auto* row = reinterpret_cast<const float*>(npy.constData() + header) + (json["prompt_tokens"].toInt() - 1) * 49152;
        QCOMPARE(static_cast<int>(std::max_element(row, row + 49152) - row), json["token_ids"].toArray()[0].toInt());
        QCOMPARE(run({"run", kModel, "--raw", "-p", "The sky is", "--greedy", "-n", "3", "--json"}).json()["token_ids"], json["token_ids"]);
        const Finished nowhere = run({"run", kModel, "-p", "x", "-n", "1", "--logits", "no/such/folder/l.npy"});
        COMPARE_CODE(nowhere, 1);
    }

    void tokensThereAndBack() {
        const QString text = "Hello, Wörld! 你好 <|im_end|>";
        const QJsonObject json = run({"tokenize", kModel, text, "--json"}).json();
        QCOMPARE(json["ids"].toArray().size(), json["count"].toInt());
        QStringList ids;
        for (const QJsonValue& id : json["ids"].toArray()) ids << QString::number(id.toInt());
        QVERIFY(!ids.contains("2"));  // <|im_end|> was typed, so it is text
        const Finished decoded = run({"tokenize", kModel, "--decode", ids.join(',')});
        COMPARE_CODE(decoded, 0);
        QCOMPARE(QString::fromUtf8(decoded.out), text + "\n");
        const QJsonObject special = run({"tokenize", kModel, text, "--special", "--json"}).json();
        QCOMPARE(special["ids"].toArray().last().toInt(), 2);
        QCOMPARE(run({"tokenize", kModel, "--file", "-", "--json"}, text.toUtf8()).json()["ids"], json["ids"]);
        // A single argument is the text: who meant the set is told, as there is one to be found.
        const Finished mistaken = run({"tokenize", kModel}, text.toUtf8());
        COMPARE_CODE(mistaken, 0);
        QVERIFY2(mistaken.err.contains("is taken as the text"), mistaken.err.constData());
        const Finished outside = run({"tokenize", kModel, "--decode", "1,999999"});
        COMPARE_CODE(outside, 1);
        QVERIFY(outside.err.contains("tokens 0 to 49151"));
    }

    void chatRemembers() {
        const QByteArray lines = "My name is Zelda.\n\nWhat is my name?\n";
        const Finished chat = run({"chat", kModel, "--system", kSystem, "--greedy", "-n", "24", "--json"}, lines);
        COMPARE_CODE(chat, 0);
        const QJsonArray turns = chat.json()["turns"].toArray();
        QCOMPARE(turns.size(), 2);
        QCOMPARE(turns[0].toObject()["user"].toString(), QString("My name is Zelda."));
        // The first turn is part of the second prompt and still in the cache, so that only what is new is read.
        const int first = turns[0].toObject()["prompt_tokens"].toInt();
        const int second = turns[1].toObject()["prompt_tokens"].toInt();
        const int reused = turns[1].toObject()["reused_tokens"].toInt();
        QVERIFY2(reused >= first && reused < second, chat.out.constData());

        const Finished text = run({"chat", kModel, "--system", kSystem, "--greedy", "-n", "24"}, lines);
        COMPARE_CODE(text, 0);
        QCOMPARE(QString::fromUtf8(text.out), turns[0].toObject()["answer"].toString() + "\n\n" + turns[1].toObject()["answer"].toString() + "\n");
        QCOMPARE(text.err, QByteArray());
    }

    void chatKeepsTheTurnsBeforeAnError() {
        const QByteArray lines = "Hello.\n" + QByteArray("word ").repeated(200) + "\nNever asked.\n";
        const Finished chat = run({"chat", kModel, "--greedy", "-n", "4", "--ctx", "128", "--json"}, lines);
        COMPARE_CODE(chat, 1);
        QCOMPARE(chat.json()["turns"].toArray().size(), 1);
        const QString message = chat.json()["error"].toObject()["message"].toString();
        QVERIFY2(message.contains("the context is full") && chat.err.contains(message.toUtf8()), qPrintable(message));
    }

    void perplexityOfAText() {
        QByteArray text;
        for (int i = 0; i < 40; ++i) text += "The quick brown fox jumps over the lazy dog, and the dog sleeps on. ";
        m_sandbox.write("text.txt", text);
        const QStringList arguments{"perplexity", kModel, "--file", "text.txt", "--ctx", "64", "--chunks", "2", "--json"};
        const Finished ours = run(arguments);
        COMPARE_CODE(ours, 0);
        const QJsonObject json = ours.json();
        QCOMPARE(json["chunks"].toInt(), 2);
        QCOMPARE(json["running"].toArray().size(), 2);
        QVERIFY(json["perplexity"].toDouble() > 1 && json["perplexity"].toDouble() < 50);
        const QJsonObject theirs = run(arguments + QStringList{"--engine", "llama.cpp"}).json();
        QVERIFY(std::abs(theirs["perplexity"].toDouble() / json["perplexity"].toDouble() - 1) < 0.02);
        const Finished too_short = run({"perplexity", kModel}, "Hello.");
        COMPARE_CODE(too_short, 1);
    }

    void benchMeasures() {
        const Finished bench = run({"bench", kModel, "-p", "16", "-n", "4", "-r", "2", "--json"});
        COMPARE_CODE(bench, 0);
        for (const char* part : {"prefill", "decode"}) {
            const QJsonObject series = bench.json()[part].toObject();
            QCOMPARE(series["tps"].toArray().size(), 2);
            QVERIFY(series["median_tps"].toDouble() > 0);
        }
        const QJsonObject decode_only = run({"bench", kModel, "-p", "0", "-n", "2", "-r", "1", "--json"}).json();
        QVERIFY(decode_only["prefill"].isNull());
        QVERIFY(decode_only["decode_together"].isNull());
        const QJsonObject together = run({"bench", kModel, "-p", "0", "-n", "4", "-r", "1", "--sessions", "3", "--json"}).json();
        QCOMPARE(together["sessions"].toInt(), 3);
        QVERIFY(together["decode_together"].toObject()["median_tps"].toDouble() > 0);
        COMPARE_CODE(run({"bench", kModel, "-p", "8", "-n", "2", "-r", "1"}), 0);
        QVERIFY(together["guessing"].isNull());
    }

    /// With and without guesses in one run; the model that guesses for itself is nearly always right.
    void benchMeasuresGuesses() {
        const QStringList bench{"bench", kModel, "-p", "0", "-n", "24", "-r", "2", "--kernels", "own", "--json", "-q"};
        const Finished lookup = run(bench + QStringList{"--speculate", "8"});
        COMPARE_CODE(lookup, 0);
        const Finished drafted = run(bench + QStringList{"--draft", kModel, "--text", "One, two, three, four,"});
        COMPARE_CODE(drafted, 0);
        for (const Finished* told : {&lookup, &drafted}) {
            const QJsonObject guesses = told->json()["guessing"].toObject();
            for (const char* series : {"plain", "guessing"}) QCOMPARE(guesses[series].toObject()["tps"].toArray().size(), 2);
            const double plain = guesses["plain"].toObject()["median_tps"].toDouble(), guessing = guesses["guessing"].toObject()["median_tps"].toDouble();
            QVERIFY(plain > 0 && std::abs(guesses["ratio"].toDouble() - guessing / plain) < 1e-9);
            const int guessed = guesses["guessed_tokens"].toInt(), right = guesses["right_guesses"].toInt();
            QVERIFY(guessed > 0 && right <= guessed);
            QVERIFY(std::abs(guesses["acceptance"].toDouble() - static_cast<double>(right) / guessed) < 1e-9);
        }
        QVERIFY(drafted.json()["guessing"].toObject()["acceptance"].toDouble() > 0.8);
        const Finished text = run({"bench", kModel, "-p", "0", "-n", "16", "-r", "1", "--speculate", "4", "-q"});
        COMPARE_CODE(text, 0);
        QVERIFY2(text.out.contains("guesses right"), text.out.constData());
        COMPARE_CODE(run({"bench", kModel, "--text", "One"}), 2);
        COMPARE_CODE(run({"bench", kModel, "--speculate", "4", "-n", "1"}), 2);
    }

    void unitChecksNeedNoModel() {
        const Sandbox empty;
        const Finished units = empty.run({"validate", "--units-only", "--json"});
        COMPARE_CODE(units, 0);
        QVERIFY(units.json()["unit_checks"].toArray().size() > 5);
        const Finished text = empty.run({"validate", "--units-only", "-o", "bericht.md"});
        COMPARE_CODE(text, 0);
        QVERIFY(empty.read("bericht.md").startsWith("# "));
        QVERIFY(text.out.startsWith("# "));
        const Finished nowhere = empty.run({"validate", "--units-only", "-o", "none/report.md"});
        COMPARE_CODE(nowhere, 1);
        QVERIFY2(nowhere.err.contains("no such folder for the report"), nowhere.err.constData());
        QVERIFY(nowhere.out.isEmpty());
    }

    void generatedModelsAreValidated() {
        const Sandbox empty;
        const Finished end = empty.run({"validate", "--all-generated", "--architecture", "smollm3", "--threads", "1", "-o", "matrix.md", "--json"});
        COMPARE_CODE(end, 0);
        QVERIFY(end.json()["passed"].toBool());
        QCOMPARE(end.json()["checks"].toArray().size(), qsizetype{6});
        QVERIFY(empty.read("matrix.md").startsWith("# Generated models against llama.cpp: 6 of 6 bit-identical"));
        COMPARE_CODE(empty.run({"validate", "--all-generated", "--units-only"}), 2);
        COMPARE_CODE(empty.run({"validate", "--architecture", "llama"}), 2);
        COMPARE_CODE(empty.run({"validate", "set", "--all-generated"}), 2);
    }

    void verboseTellsButNotThePrompt() {
        const Finished verbose = run({"run", kModel, "-p", "mysecretword", "-n", "1", "-v"});
        COMPARE_CODE(verbose, 0);
        QVERIFY2(verbose.err.contains("[info] loaded"), verbose.err.constData());
        QVERIFY(!verbose.err.contains("mysecretword"));
    }
};

QTEST_GUILESS_MAIN(TestRunVerbs)
#include "tst_run_verbs.moc"
