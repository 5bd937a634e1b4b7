// SPDX-License-Identifier: GPL-3.0-or-later
// Three node processes with only their own fragments on disk, a client with none but embedding and output: the logits of
// the whole model on one machine, bit for bit, also when nodes are killed and frozen in mid-answer.
#include "tests/app/node_process.h"
#include "tests/support/generated_model.h"
#include "tests/support/test_model.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <random>

using namespace tessera::test;

class TestNodeVerbs : public QObject {
    Q_OBJECT
private:
    static constexpr int kAttempts = 5;  // to fail before the answer is complete

    QStringList runArguments(const QString& set, const QString& prompt, const QString& logits, int tokens) const {
        return {"run", set, "--raw", "--greedy", "-p", prompt, "-n", QString::number(tokens), "--threads", "1", "--batch", "64", "--ctx", "1024",
                "--logits", logits, "--json"};
    }
    /// Lets the machine that computes the middle layers fail once so much of the answer has come. Not `in_time`: the answer
    /// was complete before.
    void failInMidAnswer(const QString& failure, int after, bool& in_time) {
        constexpr int kMachines[] = {1, 3};
        for (int i = 0; i < 2; ++i)
            if (!m_middle[i]) m_middle[i] = std::make_unique<NodeProcess>(m_network, kMachines[i], m_client.path("part1"), "auto", m_id);
        auto arguments = runArguments("ends", promptOf(80), "storm.npy", 24);
        arguments.removeAll("--json");  // text comes token by token
        QProcess client;
        startAtHub(client, m_network, m_client, arguments + QStringList{"--nodes", QStringList{m_nodes[0]->address(), m_middle[0]->address(), m_nodes[2]->address(),
                                                                               m_middle[1]->address()}.join(',')});
        QByteArray seen;
        while (seen.size() < after && client.waitForReadyRead(60'000)) seen += client.readAllStandardOutput();
        const QByteArray told = client.readAllStandardError();
        // Of what was told only the plan says who is in use.
        const qsizetype plan = told.indexOf("layers 10–");  // both may have a share of them
        QVERIFY2(plan >= 0, told.constData());
        const QByteArray line = told.mid(plan, told.indexOf('\n', plan) - plan);
        const int used = line.contains(m_middle[0]->address().section('@', 1).toUtf8()) ? 0 : 1;
        QElapsedTimer timer;
        timer.start();
        if (failure == "killed") m_middle[used]->signal(SIGKILL);
        if (failure == "frozen") m_middle[used]->signal(SIGSTOP);
        if (failure == "cut off") m_network.setCable(kMachines[used], false);
        const Finished end = Sandbox::finish(client);
        m_network.setCable(kMachines[used], true);
        COMPARE_CODE(end, 0);
        QVERIFY2(m_client.read("storm.npy") == m_client.read("calm.npy"), end.err.constData());
        in_time = (told + end.err).contains("goes on for");
        qInfo("%s: the answer was complete %.1f s later%s", qPrintable(failure), static_cast<double>(timer.elapsed()) / 1e3, in_time ? "" : ", before the failure");
        m_middle[used].reset();
    }

    QString nodeList() const {
        QStringList all;
        for (const auto& node : m_nodes) all << node->address();
        return all.join(',');
    }

private slots:
    void initTestCase() {
        qInfo(m_network.permitted() ? "each node has a network namespace of its own" : "no right to make network namespaces: everything over loopback");
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_client.path("model.gguf")));
        COMPARE_CODE(m_client.run({"fragment", "model.gguf", "-o", "whole"}), 0);
        const QString whole = m_client.path("whole");
        for (int i = 0; i < 3; ++i)
            copyFragments(whole, m_client.path("part%1").arg(i), [i](int layer) { return layer >= 10 * i && layer < 10 * (i + 1); });
        copyFragments(whole, m_client.path("ends"), [](int layer) { return layer < 0; });
        const Finished id = m_client.run({"id"});
        COMPARE_CODE(id, 0);
        m_id = QString::fromUtf8(id.out).trimmed();
        QCOMPARE(m_id.size(), 64);
        for (int i = 0; i < 3; ++i)
            m_nodes.push_back(std::make_unique<NodeProcess>(m_network, i, m_client.path("part%1").arg(i), "auto", m_id));
    }

    void theKeyIsPrivateAndStays() {
        QFile key(m_client.path("data/tessera/identity/key.pem"));
        QVERIFY(key.exists());
        QCOMPARE(key.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
        QCOMPARE(QString::fromUtf8(m_client.run({"id"}).out).trimmed(), m_id);
    }

    void sameLogits_data() {
        QTest::addColumn<int>("words_in_prompt");
        QTest::newRow("a short prompt") << 10;
        QTest::newRow("more than 64 tokens") << 150;
    }
    void sameLogits() {
        QFETCH(int, words_in_prompt);
        const QString prompt = promptOf(words_in_prompt);
        const Finished here = m_client.run(runArguments("whole", prompt, "here.npy", 6));
        COMPARE_CODE(here, 0);
        const Finished there = runAtHub(m_network, m_client, runArguments("ends", prompt, "there.npy", 6) + QStringList{"--nodes", nodeList()});
        COMPARE_CODE(there, 0);
        QCOMPARE(there.json()["token_ids"], here.json()["token_ids"]);
        QCOMPARE(there.json()["engine"].toString(), QString("nodes"));
        QCOMPARE(here.json()["prompt_tokens"].toInt() >= 64, words_in_prompt > 64);
        QVERIFY(m_client.read("here.npy").size() > 1'000'000);
        QVERIFY(m_client.read("here.npy") == m_client.read("there.npy"));
        for (int i = 0; i < 3; ++i) QVERIFY2(there.err.contains(qPrintable(QString("layers %1–%2").arg(10 * i).arg(10 * i + 9))), there.err.constData());
    }

    /// A draft computes here, whole, while nodes compute the model that it guesses for: the text is the same. Rows that are
    /// guessed go to the nodes together, so that an answer takes fewer round trips.
    void aModelGuessesForNodes() {
        const QStringList rest{"--raw", "--greedy", "-p", promptOf(20), "-n", "24", "--threads", "1", "--json", "-q", "--nodes", nodeList()};
        const Finished plain = runAtHub(m_network, m_client, QStringList{"run", "ends"} + rest);
        COMPARE_CODE(plain, 0);
        const Finished guessed = runAtHub(m_network, m_client, QStringList{"run", "ends"} + rest + QStringList{"--draft", "model.gguf"});
        COMPARE_CODE(guessed, 0);
        QCOMPARE(guessed.json()["engine"].toString(), QString("nodes"));
        QCOMPARE(guessed.json()["token_ids"], plain.json()["token_ids"]);
        QCOMPARE(plain.json()["guessed_tokens"].toInt(), 0);
        QVERIFY(guessed.json()["right_guesses"].toInt() > 5);
    }

    void layersAreLookedInto() {
        const QStringList look{"-p", promptOf(80), "--threads", "1", "--batch", "64", "--lens", "--norms", "--json"};
        QJsonObject here = runAtHub(m_network, m_client, QStringList{"inspect", "whole"} + look).json();
        const Finished run = runAtHub(m_network, m_client, QStringList{"inspect", "ends", "--nodes", nodeList()} + look);
        COMPARE_CODE(run, 0);
        QJsonObject there = run.json();
        QCOMPARE(there["engine"].toString(), QString("nodes"));
        QCOMPARE(here["norms"].toObject()["residual"].toArray().size(), 30);
        for (const char* key : {"norms", "next", "lens", "tokens"}) {
            QVERIFY2(here.contains(key), key);
            QVERIFY2(there[key] == here[key], key);
        }
        const Finished heads = runAtHub(m_network, m_client, {"inspect", "ends", "--nodes", nodeList(), "-p", "x", "--heads", "3"});
        COMPARE_CODE(heads, 1);
        QVERIFY2(heads.err.contains("residual stream alone"), heads.err.constData());
    }

    void twoChatsAtOnce() {
        QProcess processes[2];
        for (int i = 0; i < 2; ++i) {
            startAtHub(processes[i], m_network, m_client, runArguments("ends", promptOf(20 + 60 * i), QString("both%1.npy").arg(i), 8) + QStringList{"--nodes", nodeList()});
        }
        for (int i = 0; i < 2; ++i) {
            COMPARE_CODE(Sandbox::finish(processes[i]), 0);
            COMPARE_CODE(m_client.run(runArguments("whole", promptOf(20 + 60 * i), "alone.npy", 8)), 0);
            QVERIFY(m_client.read(QString("both%1.npy").arg(i)) == m_client.read("alone.npy"));
        }
    }

    void killedFrozenAndCutOffInMidAnswer() {
        // Two machines have the middle layers; the one that is in use fails at some token. On a busy machine the answer may
        // be complete before this test gets to it: then again.
        COMPARE_CODE(m_client.run(runArguments("whole", promptOf(80), "calm.npy", 24)), 0);
        std::mt19937 random(7);
        QStringList failures{"killed", "frozen", "killed", "frozen"};
        if (m_network.permitted()) failures << "cut off" << "cut off";
        for (const QString& failure : failures) {
            const int after = 1 + static_cast<int>(random() % 30);  // bytes of the answer
            bool in_time = false;
            for (int attempt = 0; attempt < kAttempts && !in_time; ++attempt) {
                failInMidAnswer(failure, after, in_time);
                if (QTest::currentTestFailed()) return;
            }
            QVERIFY2(in_time, qPrintable(failure + ": the answer was always complete before"));
        }
    }

    void withNobodyLeftItSaysSo() {
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            auto failing = std::make_unique<NodeProcess>(m_network, 1, m_client.path("part1"), "auto", m_id);
            QProcess client;
            auto arguments = runArguments("ends", promptOf(80), "lost.npy", 800);
            arguments.removeAll("--json");
            startAtHub(client, m_network, m_client, arguments + QStringList{"--nodes", m_nodes[0]->address() + "," + failing->address() + "," + m_nodes[2]->address()});
            QVERIFY2(client.waitForReadyRead(60'000), client.readAllStandardError().constData());
            failing.reset();
            const Finished end = Sandbox::finish(client);
            if (end.code == 0) continue;  // the answer was complete before
            COMPARE_CODE(end, 1);
            QVERIFY2(end.err.contains("nobody has layers 10–19"), end.err.constData());
            return;  // with the fragments at hand this machine goes on itself
        }
        QFAIL("the answer was always complete before");
    }

    void validationHoldsNodesAgainstThisMachine() {
        GeneratedModelOptions tiny;
        tiny.layers = 4;
        QVERIFY(writeGeneratedModel(m_client.path("tiny.gguf").toStdString(), tiny, "q8_0"));
        COMPARE_CODE(m_client.run({"fragment", "tiny.gguf", "-o", "tiny"}), 0);
        NodeProcess node(m_network, 0, m_client.path("tiny"), "1-2", m_id);
        const Finished end = runAtHub(m_network, m_client, {"validate", "tiny", "-p", "a b c d e f g h", "-n", "3", "--threads", "1", "--nodes", node.address(), "--json"});
        COMPARE_CODE(end, 0);
        QVERIFY2(end.out.contains("nodes against this machine alone"), end.out.constData());
        const QJsonArray conditions = end.json()["comparison"].toObject()["conditions"].toArray();
        QVERIFY(conditions.last().toObject()["passed"].toBool());
    }

    void aStrangerIsRefused() {
        Sandbox stranger;
        const Finished run = runAtHub(m_network, stranger, {"run", m_client.path("ends"), "--raw", "-p", "x", "-n", "1", "--nodes", nodeList()});
        COMPARE_CODE(run, 1);
        QVERIFY2(run.err.contains("has no right to compute"), run.err.constData());
    }

    /// Whoever names nodes wants them; whoever says "known" wants those that are there.
    void namedNodesThatCannotBeUsedAreAnError() {
        GeneratedModelOptions tiny;
        tiny.layers = 2;
        QVERIFY(writeGeneratedModel(m_client.path("alone.gguf").toStdString(), tiny, "q8_0"));
        COMPARE_CODE(m_client.run({"fragment", "alone.gguf"}), 0);
        const QString dead = QString(64, 'a') + "@127.0.0.1:1";
        const QStringList run{"run", "alone.gguf", "--raw", "-p", "x", "-n", "1", "--threads", "1", "--nodes"};
        const Finished named = runAtHub(m_network, m_client, run + QStringList{dead + "," + m_nodes[0]->address()});
        COMPARE_CODE(named, 1);
        for (const char* reason : {"none of the nodes that were named can be used", "nothing listens there", "another model", "Without --nodes"})
            QVERIFY2(named.err.contains(reason), named.err.constData());
        QVERIFY2(!named.err.contains("ipv4:"), named.err.constData());

        m_client.write("data/tessera/identity/peers.json",
                       R"({"peers": [{"id": ")" + QByteArray(64, 'a') + R"(", "name": "attic", "rights": "", "endpoint": "127.0.0.1:1"}]})");
        const Finished known = runAtHub(m_network, m_client, run + QStringList{"known"});
        COMPARE_CODE(known, 0);
        QVERIFY2(known.err.contains("nothing listens there") && known.err.contains("this machine computes alone"), known.err.constData());
        QVERIFY(QFile::remove(m_client.path("data/tessera/identity/peers.json")));
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("no id") << QStringList{"run", "--nodes", "host:1", "-p", "x"} << 2 << "ID@HOST:PORT";
        QTest::newRow("short id") << QStringList{"run", "--nodes", "abcd@host:1", "-p", "x"} << 2 << "64 hexadecimal";
        QTest::newRow("bridge") << QStringList{"run", "--engine", "llama.cpp", "--nodes", QString(64, 'a') + "@host:1", "-p", "x"} << 2 << "--engine fragments";
        QTest::newRow("rows with our own kernels") << QStringList{"node", m_client.path("whole"), "--layers", "none", "--kernels", "own"} << 2 << "--layers none";
        QTest::newRow("listen") << QStringList{"node", "--listen", "nowhere:x"} << 2 << "HOST:PORT";
        QTest::newRow("peers") << QStringList{"peers", "invent"} << 2 << "allow";
        QTest::newRow("revoke") << QStringList{"peers", "revoke", QString(64, 'b')} << 1 << "no peer";
        QTest::newRow("layers that are not here") << QStringList{"node", m_client.path("part1"), "--layers", "0-9", "--listen", "127.0.0.1:0"} << 1 << "0–9";
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, message);
        const Finished run = m_client.run(arguments);
        COMPARE_CODE(run, code);
        QVERIFY2(run.err.contains(message.toUtf8()), run.err.constData());
    }

    void aListedPeerIsNamedByItsFirstDigits() {
        Sandbox owner;
        const QString one = "abcd1" + QString(59, '1'), two = "abcd2" + QString(59, '2');
        for (const auto& [id, name] : {std::pair(one, "attic"), std::pair(two, "cellar")}) COMPARE_CODE(owner.run({"peers", "allow", id, "--name", name}), 0);
        const Finished both = owner.run({"peers", "revoke", "abcd"});
        COMPARE_CODE(both, 1);
        for (const QString& part : {one + " (attic)", two + " (cellar)"}) QVERIFY2(both.err.contains(part.toUtf8()), both.err.constData());
        const Finished nobody = owner.run({"peers", "revoke", "abcd3"});
        COMPARE_CODE(nobody, 1);
        QVERIFY2(nobody.err.contains("no peer has the id abcd3"), nobody.err.constData());
        const Finished revoked = owner.run({"peers", "revoke", "ABCD2", "--json"});
        COMPARE_CODE(revoked, 0);
        QCOMPARE(revoked.json()["id"].toString(), two);
        const QJsonArray left = owner.run({"peers", "--json"}).json()["peers"].toArray();
        QCOMPARE(left.size(), 1);
        QCOMPARE(left[0]["id"].toString(), one);
    }

    void aNodeEndsWhenAsked() {
        NodeProcess node(m_network, 2, m_client.path("part2"), "22-25", m_id);
        const Finished end = node.terminate();
        QVERIFY2(end.err.contains("computed") || end.signalled, end.err.constData());
    }

private:
    NetworkNamespaces m_network{4};
    Sandbox m_client;
    QString m_id;
    std::vector<std::unique_ptr<NodeProcess>> m_nodes;
    std::unique_ptr<NodeProcess> m_middle[2];  // beside m_nodes[1]
};

QTEST_GUILESS_MAIN(TestNodeVerbs)
#include "tst_node_verbs.moc"
