// SPDX-License-Identifier: GPL-3.0-or-later
// `tessera inspect` on the default model.
#include "tests/app/tessera_process.h"
#include "tests/support/test_model.h"

#include <QJsonArray>

using namespace tessera::test;

class TestInspectVerb : public QObject {
    Q_OBJECT
private:
    Sandbox m_sandbox;
    static constexpr const char* kModel = "model.gguf";
    static constexpr const char* kPrompt = "The capital of France is";

    Finished run(const QStringList& arguments) const {
        return m_sandbox.run(QStringList{"inspect", kModel, "--threads", "1"} + arguments);
    }

private slots:
    void initTestCase() {
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_sandbox.path(kModel)));
        COMPARE_CODE(m_sandbox.run({"fragment", kModel}), 0);
    }

    void theLensShowsParis() {
        const Finished seen = run({"-p", kPrompt, "--lens", "--follow", " Paris", "--json"});
        COMPARE_CODE(seen, 0);
        const QJsonObject json = seen.json();
        const QJsonArray cells = json["lens"].toArray();
        QCOMPARE(cells.size(), 30);  // one position of 30 layers
        const QJsonObject last = cells.last().toObject();
        QCOMPARE(last["layer"].toInt(), 29);
        QCOMPARE(last["top"].toArray()[0].toObject()["text"].toString(), QString(" Paris"));
        QCOMPARE(last["followed"].toArray()[0].toObject()["rank"].toInt(), 0);
        QVERIFY(cells.first().toObject()["followed"].toArray()[0].toObject()["rank"].toInt() > 100);
        QCOMPARE(json["next"].toArray()[0].toObject()["text"].toString(), QString(" Paris"));
        QVERIFY(!json.contains("norms"));
        const double held = json["held_bytes"].toDouble();
        QVERIFY(std::abs(json["estimated_bytes"].toDouble() - held) < 0.1 * held);

        const Finished text = run({"-p", kPrompt, "--lens", "--follow", " Paris"});
        COMPARE_CODE(text, 0);
        QVERIFY2(text.out.contains("rank of ' Paris'") && text.out.contains("Next token"), text.out.constData());
        const Finished grid = run({"-p", kPrompt, "--lens", "--last", "4"});
        COMPARE_CODE(grid, 0);
        QVERIFY2(grid.out.contains(" Paris") && grid.out.contains(" France"), grid.out.constData());
    }

    void everyLookHasItsTable() {
        const Finished seen = run({"-p", kPrompt, "--norms", "--heads", "5", "--heads", "7:2", "--neurons", "20",
                                   "--experts", "--capture", "ffn_out@3", "--position", "3"});
        COMPARE_CODE(seen, 0);
        for (const char* heading : {"Norms at position 3", "Attention of layer 5", "Attention of layer 7",
                                    "Neurons of layer 20", "this model has none", "ffn_out@3", "Next token"})
            QVERIFY2(seen.out.contains(heading), seen.out.constData());
        const QJsonObject plain = run({"-p", kPrompt, "--json"}).json();
        QCOMPARE(plain["norms"].toObject()["residual"].toArray().size(), 30);  // the default look
        QCOMPARE(plain["tokens"].toArray().size(), 5);
    }

    void ablationChangesTheAnswer() {
        const QJsonObject json = run({"-p", kPrompt, "--ablate", "layer:0", "--json"}).json();
        const QJsonObject change = json["change"].toObject();
        QVERIFY(change["kl"].toDouble() > 0.1);
        QCOMPARE(change["left_out"].toArray()[0].toString(), QString("layer:0"));
        const Finished bridge = run({"-p", kPrompt, "--ablate", "layer:0", "--engine", "llama.cpp"});
        COMPARE_CODE(bridge, 1);
        QVERIFY(bridge.err.contains("fragment engine"));
    }

    void bothEnginesSeeTheSame() {
        const QStringList looks{"-p", kPrompt, "--norms", "--capture", "l_out@12", "--repack", "off", "--json"};
        const QJsonObject ours = run(looks).json();
        const QJsonObject theirs = run(looks + QStringList{"--engine", "llama.cpp"}).json();
        QCOMPARE(theirs["engine"].toString(), QString("llama.cpp"));
        QCOMPARE(ours["norms"], theirs["norms"]);
        QCOMPARE(ours["captures"], theirs["captures"]);
        QCOMPARE(ours["next"], theirs["next"]);
    }

    void filesAndSessions() {
        COMPARE_CODE(run({"-p", kPrompt, "--capture", "ffn_out@3", "-o", "ffn.npy", "--session", "again.json"}), 0);
        QVERIFY(m_sandbox.read("ffn.npy").left(128).contains("(5, 576)"));
        COMPARE_CODE(run({"-p", kPrompt, "--heads", "2:0", "-o", "head.csv"}), 0);
        QVERIFY(m_sandbox.read("head.csv").startsWith("layer,head,from"));
        COMPARE_CODE(run({"-p", kPrompt, "-o", "all.json"}), 0);
        QVERIFY(QJsonDocument::fromJson(m_sandbox.read("all.json")).object().contains("norms"));
        const QByteArray first = m_sandbox.read("ffn.npy");
        COMPARE_CODE(run({"--repeat", "again.json", "-o", "repeated.npy"}), 0);
        QCOMPARE(m_sandbox.read("repeated.npy"), first);
    }

    void listsAndCosts() {
        const Finished list = run({"--list"});
        COMPARE_CODE(list, 0);
        QVERIFY(list.out.contains("ffn_swiglu") && list.out.contains("kq_soft_max") && list.out.contains("0 to 29"));
        const QJsonObject cost = run({"-p", kPrompt, "--lens", "--cost", "--json"}).json();
        QCOMPARE(cost["parts"].toArray()[0].toObject()["what"].toString(), QString("residual rows"));
        QCOMPARE(cost["parts"].toArray()[0].toObject()["bytes"].toInt(), 30 * 576 * 4);
    }

    void badCallsSayWhatIsWrong_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("heads") << QStringList{"-p", "x", "--heads", "3:"} << 2 << QByteArray("LAYER:HEAD");
        QTest::newRow("capture") << QStringList{"-p", "x", "--capture", "@3"} << 2 << QByteArray("NAME@LAYER");
        QTest::newRow("part") << QStringList{"-p", "x", "--ablate", "tail:3"} << 2 << QByteArray("head:LAYER:HEAD");
        QTest::newRow("ending") << QStringList{"-p", "x", "-o", "a.txt"} << 2 << QByteArray(".npy");
        QTest::newRow("two things in one array")
            << QStringList{"-p", "x", "--norms", "--lens", "-o", "a.npy"} << 2 << QByteArray("one thing");
        QTest::newRow("all heads in one array")
            << QStringList{"-p", "x", "--heads", "1", "-o", "a.npy"} << 2 << QByteArray("one head");
        QTest::newRow("follow without a lens") << QStringList{"-p", "x", "--follow", "y"} << 2 << QByteArray("--lens");
        QTest::newRow("follow two tokens")
            << QStringList{"-p", "x", "--lens", "--follow", "two tokens"} << 1 << QByteArray("must be one");
        QTest::newRow("layer") << QStringList{"-p", "x", "--heads", "30"} << 1 << QByteArray("layers 0–29");
        QTest::newRow("head") << QStringList{"-p", "x", "--heads", "3:9"} << 1 << QByteArray("heads 0 to 8");
        QTest::newRow("position") << QStringList{"-p", "x", "--position", "7"} << 1 << QByteArray("positions 0 to");
        QTest::newRow("unknown tensor") << QStringList{"-p", "x", "--capture", "nonsense@3"} << 1
                                        << QByteArray("ffn_out");
        QTest::newRow("session that is none")
            << QStringList{"--repeat", "model.gguf.manifest.json"} << 1 << QByteArray("tessera_inspection");
        QTest::newRow("two prompts") << QStringList{"--repeat", "x.json", "-p", "x"} << 2
                                     << QByteArray("its own prompt");
    }
    void badCallsSayWhatIsWrong() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const Finished done = run(arguments);
        COMPARE_CODE(done, code);
        QVERIFY2(done.err.contains(words), done.err.constData());
        QCOMPARE(done.out, QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestInspectVerb)
#include "tst_inspect_verb.moc"
