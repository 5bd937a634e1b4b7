// SPDX-License-Identifier: GPL-3.0-or-later
// Help, versions, completion, and every way to use the command line wrongly.
#include "tests/app/tessera_process.h"

using namespace tessera::test;

class TestUsage : public QObject {
    Q_OBJECT
private slots:
    void wrongUsage_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QStringList& arguments, const QString& message) {
            QTest::newRow(name) << arguments << message;
        };
        row("no verb", {}, "Usage: tessera VERB");
        row("unknown verb", {"lst"}, "there is no verb 'lst'; did you mean list?");
        row("unknown option", {"run", "--tmep", "1"}, "there is no option --tmep; did you mean --temp?");
        row("unknown option of the program", {"--versoin"}, "there is no option --versoin");
        row("one argument too many", {"list", "a", "b"}, "'b' is one argument too many");
        row("missing model", {"fragment"}, "MODEL.gguf is required");
        row("missing value", {"run", "-p"}, "--prompt needs a value");
        row("missing output", {"recombine", "a"}, "--output is required");
        row("temperature too high", {"run", "-p", "x", "--temp", "500"}, "--temp: 500 is out of range; give a number from 0 to 100");
        row("temperature below zero", {"run", "-p", "x", "--temp", "-1"}, "--temp: -1 is out of range");
        row("temperature not a number", {"run", "-p", "x", "--temp", "warm"}, "--temp: 'warm' is not a number; give one from 0 to 100");
        row("temperature nan", {"run", "-p", "x", "--temp", "nan"}, "--temp: 'nan' is not a number");
        row("top-p above one", {"run", "-p", "x", "--top-p", "1.5"}, "--top-p: 1.5 is out of range; give a number from 0 to 1");
        row("threads too many", {"run", "-p", "x", "--threads", "100000"}, "--threads: 100000 is out of range; give a number from 0 to 512");
        row("tokens with rest", {"run", "-p", "x", "-n", "12x"}, "--tokens: '12x' is not a whole number; give one from -1 to");
        row("tokens beyond 64 bits", {"run", "-p", "x", "-n", "99999999999999999999"}, "--tokens: 99999999999999999999 is out of range");
        row("seed negative", {"run", "-p", "x", "--seed", "-3"}, "--seed: -3 is out of range; give a number from 0 to 4294967295");
        row("unknown number format", {"run", "-p", "x", "--kv-type", "q4_0"}, "--kv-type: 'q4_0' is not one of f16, f32, q8_0");
        row("unknown engine", {"run", "-p", "x", "--engine", "gpu"}, "--engine: 'gpu' is not one of auto, fragments, llama.cpp");
        row("bad spans", {"run", "-p", "x", "--spans", "0-3,5-9"}, "leaves out or repeats layers: a span should begin at 4");
        row("spans for llama.cpp", {"run", "-p", "x", "--engine", "llama.cpp", "--spans", "0-9"}, "--spans is for --engine fragments");
        row("bad bias", {"run", "-p", "x", "--logit-bias", "5"}, "--logit-bias: '5' is no bias");
        row("empty stop", {"run", "-p", "x", "--stop", ""}, "--stop: an empty text would stop at once");
        row("penalties over too many", {"run", "-p", "x", "--repeat-last-n", "1000001"}, "--repeat-last-n: 1000001 is out of range; give a number from 0 to 1000000");
        row("chunks too small", {"perplexity", "--file", "x", "--ctx", "2"}, "--ctx: 2 is out of range; give a number from 4");
        row("two prompts", {"run", "-p", "x", "-f", "y"}, "cannot be used together with");
        row("chat and raw", {"run", "-p", "x", "--chat", "--raw"}, "cannot be used together with");
        row("raw with system", {"run", "-p", "x", "--raw", "--system", "y"}, "--system cannot be used together with --raw");
        row("greedy with temperature", {"run", "-p", "x", "--greedy", "--temp", "1"}, "cannot be used together with");
        row("size too small", {"fragment", "m.gguf", "--size", "1KiB"}, "--size: 1KiB is out of range; give a size from 64KiB to 100MiB");
        row("size not a size", {"fragment", "m.gguf", "--size", "big"}, "--size: 'big' is not a size");
        row("format 1 in place", {"fragment", "m.gguf", "--format", "1"}, "--format 1 is a folder of fragments; name it with -o DIR");
        row("format 1 with size", {"fragment", "m.gguf", "--format", "1", "-o", "d", "--size", "1MiB"}, "format 1 always cuts at 10 MiB");
        row("in place with folder", {"fragment", "m.gguf", "--in-place", "-o", "d"}, "cannot be used together with");
        row("format 3", {"fragment", "m.gguf", "--format", "3"}, "--format: '3' is not one of 1, 2");
        row("no tensor", {"tensor"}, "NAME is required");
        row("bad rows", {"tensor", "x", "--rows", "9:3"}, "--rows: '9:3' is no range of rows");
        row("rows not numbers", {"tensor", "x", "--rows", "a:b"}, "--rows: 'a:b' is no range of rows");
        row("bad ids", {"tokenize", "--decode", "1,two"}, "--decode: 'two' is no token id");
        row("text and ids", {"tokenize", "set", "text", "--decode", "1"}, "TEXT cannot be used together with");
        row("nothing to measure", {"bench", "-p", "0", "-n", "0"}, "leave nothing to measure");
        row("layer out of range", {"list", "--layer", "-4"}, "--layer: -4 is out of range; give a number from -3 to");
        row("quiet and verbose", {"version", "-q", "-v"}, "cannot be used together with");
        row("unknown shell", {"completion", "tcsh"}, "there is completion for bash, zsh and fish, not for 'tcsh'");
        row("help for no verb", {"help", "nonsense"}, "there is no verb 'nonsense'");
        row("unknown type", {"quantize", "m.gguf", "--type", "q9", "-o", "out.gguf"}, "--type: 'q9' is no type; there are ");
        row("no architecture", {"validate", "--all-generated", "--architecture", "eliza"}, "no models of architecture 'eliza' are generated");
        row("no link", {"fetch", "ftp://example.org/m.gguf"}, "only http and https");
        row("no layers of a node", {"node", "--layers", "5-3"}, "--layers: '5-3' is no span of layers");
        row("no invitation", {"join", "somebody"}, "'somebody' is not ID@HOST:PORT");
        row("no id", {"peers", "revoke", "attic"}, "'attic' is no id");
        row("too few digits of an id", {"peers", "allow", "3f2"}, "'3f2' is no id");
        row("value for a flag", {"version", "--json=perhaps"}, "perhaps");
    }
    void wrongUsage() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const Sandbox sandbox;
        const Finished finished = sandbox.run(arguments);
        COMPARE_CODE(finished, 2);
        QVERIFY2(QString::fromUtf8(finished.err).contains(message), finished.err.constData());
        QCOMPARE(finished.out, QByteArray());
        QCOMPARE(sandbox.files(), QStringList());
    }

    void wrongUsageAsJson() {
        const Sandbox sandbox;
        for (const QStringList& arguments : {QStringList{"list", "--json", "--nonsense"}, {"run", "--temp", "x", "--json"}, {"frobnicate", "--json"}}) {
            const Finished finished = sandbox.run(arguments);
            COMPARE_CODE(finished, 2);
            const QJsonObject error = finished.json()["error"].toObject();
            QCOMPARE(error["kind"].toString(), QString("usage"));
            QVERIFY(finished.err.contains(error["message"].toString().toUtf8()));
        }
    }

    void failuresAreOneJsonObject_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("list") << QStringList{"list", "no such set"};
        QTest::newRow("verify") << QStringList{"verify", "no such set"};
        QTest::newRow("tensor") << QStringList{"tensor", "no such set", "x"};
        QTest::newRow("run") << QStringList{"run", "no such set", "-p", "x"};
        QTest::newRow("bridge") << QStringList{"bridge", "no such set", "-p", "x"};
        QTest::newRow("fragment") << QStringList{"fragment", "no such.gguf"};
        QTest::newRow("recombine") << QStringList{"recombine", "no such set", "-o", "out.gguf"};
        QTest::newRow("tokenize") << QStringList{"tokenize", "no such set", "x"};
        QTest::newRow("bench") << QStringList{"bench", "no such set"};
        QTest::newRow("chat") << QStringList{"chat", "no such set"};
        QTest::newRow("validate") << QStringList{"validate", "no such set"};
    }
    void failuresAreOneJsonObject() {
        QFETCH(QStringList, arguments);
        const Sandbox sandbox;
        const Finished finished = sandbox.run(arguments + QStringList{"--json"});
        COMPARE_CODE(finished, 1);
        const QJsonObject error = finished.json()["error"].toObject();
        QCOMPARE(error["kind"].toString(), QString("not found"));
        QVERIFY2(error["message"].toString().contains("no such"), qPrintable(error["message"].toString()));
        QVERIFY(finished.err.contains(error["message"].toString().toUtf8()));
        QCOMPARE(sandbox.files(), QStringList());
    }

    /// A file's name must not name the terminal's window or wipe what was said.
    void messagesDoNotDriveTheTerminal() {
        const Sandbox sandbox;
        const Finished finished = sandbox.run({"verify", "\x1b]0;evil\x07.gguf"});
        COMPARE_CODE(finished, 1);
        QVERIFY2(finished.err.contains("\\x1b]0;evil\\x07.gguf") && !finished.err.contains('\x1b'), finished.err.constData());
    }

    void withoutASetThePlacesAreNamed() {
        const Sandbox sandbox;
        const Finished finished = sandbox.run({"list"});
        COMPARE_CODE(finished, 1);
        QVERIFY2(finished.err.contains("models"), finished.err.constData());
    }

    void everyVerbHasHelp() {
        const Sandbox sandbox;
        const Finished program = sandbox.run({"--help"});
        COMPARE_CODE(program, 0);
        QCOMPARE(program.err, QByteArray());
        for (const char* verb : {"fetch", "serve", "fragment", "recombine", "verify", "list", "tensor", "tokenize", "run", "bridge", "chat", "perplexity",
                                 "validate", "bench", "completion", "version"}) {
            QVERIFY2(program.out.contains(QByteArray("\n  ") + verb + " "), verb);
            const Finished help = sandbox.run({verb, "--help"});
            COMPARE_CODE(help, 0);
            QVERIFY2(help.out.contains(QByteArray("Usage: tessera ") + verb), verb);
            QVERIFY2(help.out.contains("Examples:") || qstrcmp(verb, "version") == 0, verb);
            for (const QByteArray& line : help.out.split('\n')) QVERIFY2(QString::fromUtf8(line).size() <= 110, line.constData());
            QCOMPARE(sandbox.run({"help", verb}).out, help.out);
        }
        QVERIFY(!program.out.contains("manual"));
        QVERIFY(sandbox.run({"run", "--help"}).out.simplified().contains("(default: 0.8)"));
    }

    void versions() {
        const Sandbox sandbox;
        const Finished flag = sandbox.run({"--version"});
        COMPARE_CODE(flag, 0);
        QVERIFY(flag.out.startsWith("tessera "));
        QCOMPARE(sandbox.run({"version"}).out, flag.out);
        const QJsonObject json = sandbox.run({"version", "--json"}).json();
        QCOMPARE("tessera " + json["version"].toString() + "\n", QString::fromUtf8(flag.out));
    }

    void bashCompletes_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("offered");
        QTest::newRow("verbs") << "tessera per" << QByteArray("perplexity");
        QTest::newRow("options") << "tessera run --flash" << QByteArray("--flash-attention");
        QTest::newRow("values") << "tessera run --kv-type q" << QByteArray("q8_0");
        QTest::newRow("shells") << "tessera completion z" << QByteArray("zsh");
        QTest::newRow("files with spaces") << "tessera list my" << QByteArray("my model.gguf");
    }
    void bashCompletes() {
        QFETCH(QString, typed);
        QFETCH(QByteArray, offered);
        const Sandbox sandbox;
        sandbox.write("my model.gguf", "x");
        const Finished script = sandbox.run({"completion", "bash"});
        COMPARE_CODE(script, 0);
        sandbox.write("completion.bash", script.out + R"(
            compopt() { :; }
            IFS=' ' read -ra COMP_WORDS <<< "$1"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _tessera
            printf '%s\n' "${COMPREPLY[@]}"
        )");
        QProcess bash;
        bash.setWorkingDirectory(sandbox.path());
        bash.start("bash", {"completion.bash", typed});
        const Finished finished = Sandbox::finish(bash);
        QCOMPARE(finished.err, QByteArray());
        QCOMPARE(finished.out.trimmed(), offered);
    }
    void otherShellsAndTheManualKnowEveryVerb() {
        const Sandbox sandbox;
        for (const QStringList& arguments : {QStringList{"completion", "zsh"}, {"completion", "fish"}, {"manual"}}) {
            const Finished finished = sandbox.run(arguments);
            COMPARE_CODE(finished, 0);
            for (const char* word : {"fragment", "recombine", "perplexity", "presence", "q8_0"}) {
                QVERIFY2(finished.out.contains(word), word);
            }
        }
        QVERIFY(sandbox.run({"manual"}).out.startsWith(".TH TESSERA 1"));
    }

    void fullOutputIsAFailure() {
        QProcess process;
        const Sandbox sandbox;
        sandbox.prepare(process, {"--help"});
        process.setStandardOutputFile("/dev/full");
        process.start();
        QCOMPARE(Sandbox::finish(process).code, 1);
    }
    void closedPipeIsNoNoise() {
        QProcess shell;
        shell.start("bash", {"-c", "{ sleep 0.3; '" + tesseraBinary() + "' manual; echo $? >&2; } | { exec <&-; sleep 1; }"});
        QCOMPARE(Sandbox::finish(shell).err, QByteArray("141\n"));  // ended by SIGPIPE, without a word
    }
};

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
