// SPDX-License-Identifier: GPL-3.0-or-later
// Two node processes and a client that each have only the fragments of their own rows: the logits of the whole model in
// one process, and llama.cpp's, byte for byte, also when a node is killed or frozen in mid-answer and somebody has its rows.
#include "tests/app/node_process.h"
#include "tests/support/generated_model.h"
#include "tests/support/test_model.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <algorithm>

using namespace tessera::test;

class TestRowNodesVerb : public QObject {
    Q_OBJECT
private:
    static constexpr int kParts = 3;

    /// As core/engine/row_workers.h cuts: whole tiles of 32 rows.
    static qint64 cut(qint64 rows, int part) { return rows / 32 * part / kParts * 32; }

    /// Copies the header, what is not cut, and the fragments that hold rows of the part.
    void copyPart(int part) const {
        const QString from = m_client.path("whole");
        const QString to = m_client.path(QString("part%1").arg(part));
        QVERIFY(QDir().mkpath(to + "/fragments"));
        QVERIFY(QFile::copy(from + "/manifest.json", to + "/manifest.json"));
        QFile manifest(from + "/manifest.json");
        QVERIFY(manifest.open(QIODevice::ReadOnly));
        const QJsonArray fragments = QJsonDocument::fromJson(manifest.readAll()).object()["fragments"].toArray();
        qint64 copied = 0;
        qint64 all = 0;
        for (const QJsonValue& fragment : fragments) {
            const qint64 rows = fragment["shape"][1].toInteger(1);
            const qint64 first = fragment["first_row"].toInteger();
            const qint64 end = first + fragment["row_count"].toInteger();
            const bool matrix = fragment["kind"] == "tensor" && rows >= 32 * kParts;
            const bool embedding = part == 0 && fragment["tensor_name"] == "token_embd.weight";  // looked up by the client
            all += fragment["size_bytes"].toInteger();
            if (matrix && !embedding && (end <= cut(rows, part) || first >= cut(rows, part + 1))) continue;
            if (!matrix && fragment["kind"] == "tensor" && part > 0) continue;  // norms are the client's
            copied += fragment["size_bytes"].toInteger();
            const QString name = "/fragments/" + fragment["fragment_id"].toString() + ".dat";
            QVERIFY2(QFile::copy(from + name, to + name), qPrintable(name));
        }
        QVERIFY(copied > 0 && copied < all * 2 / 3);
    }

    static QStringList runArguments(const QString& set, const QString& prompt, const QString& logits, int tokens) {
        return {"run", set, "--raw", "--greedy", "-p", prompt, "-n", QString::number(tokens), "--threads", "1", "--ctx", "1024", "--logits", logits};
    }
    static QStringList exactlyAsLlama() { return {"--exact", "off"}; }

    std::unique_ptr<NodeProcess> node(int part) const {
        return std::make_unique<NodeProcess>(m_network, part, m_client.path(QString("part%1").arg(part)), "none", m_id);
    }
    Finished atHub(const QStringList& arguments) const { return runAtHub(m_network, m_client, arguments); }
    QStringList both() const { return {"--row-nodes", m_nodes[0]->address() + "," + m_nodes[1]->address()}; }

private slots:
    void initTestCase() {
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_client.path("model.gguf")));
        COMPARE_CODE(m_client.run({"fragment", "model.gguf", "-o", "whole", "--size", "64KiB"}), 0);
        for (int part = 0; part < kParts; ++part) copyPart(part);
        const Finished id = m_client.run({"id"});
        COMPARE_CODE(id, 0);
        m_id = QString::fromUtf8(id.out).trimmed();
        for (int part = 1; part < kParts; ++part) m_nodes.push_back(node(part));
    }

    void sameLogits_data() {
        QTest::addColumn<int>("words_in_prompt");
        QTest::newRow("a short prompt") << 10;
        QTest::newRow("more than 64 tokens") << 150;
    }
    void sameLogits() {
        QFETCH(int, words_in_prompt);
        const QString prompt = promptOf(words_in_prompt);
        COMPARE_CODE(m_client.run(runArguments("whole", prompt, "here.npy", 6)), 0);
        const Finished there = atHub(runArguments("part0", prompt, "there.npy", 6) + both());
        COMPARE_CODE(there, 0);
        QVERIFY(m_client.read("here.npy").size() > 1'000'000);
        QVERIFY(m_client.read("here.npy") == m_client.read("there.npy"));

        COMPARE_CODE(m_client.run(runArguments("whole", prompt, "llama.npy", 6) + QStringList{"--engine", "llama.cpp"}), 0);
        COMPARE_CODE(atHub(runArguments("part0", prompt, "as_llama.npy", 6) + both() + exactlyAsLlama()), 0);
        QVERIFY(m_client.read("llama.npy") == m_client.read("as_llama.npy"));
    }

    void withoutItsPartNothingWorks() {
        const Finished alone = m_client.run(runArguments("part0", "x", "alone.npy", 1));
        COMPARE_CODE(alone, 1);
        // A node that has another part's rows says what it lacks.
        const Finished swapped = atHub(runArguments("part0", "x", "swapped.npy", 1) +
                                       QStringList{"--row-nodes", m_nodes[1]->address() + "," + m_nodes[0]->address()});
        COMPARE_CODE(swapped, 1);
        QVERIFY2(swapped.err.contains("missing") && swapped.err.contains(".weight"), swapped.err.constData());
    }

    void killedAndFrozenInMidAnswer_data() {
        QTest::addColumn<int>("signal");
        QTest::addColumn<QString>("helper");
        QTest::newRow("killed, and this machine has its rows") << SIGKILL << "client";
        QTest::newRow("frozen, and this machine has its rows") << SIGSTOP << "client";
        QTest::newRow("killed, and another node has its rows") << SIGKILL << "node";
        QTest::newRow("frozen, and another node has its rows") << SIGSTOP << "node";
        QTest::newRow("killed, and nobody has its rows") << SIGKILL << "";
        QTest::newRow("frozen, and nobody has its rows") << SIGSTOP << "";
    }
    void killedAndFrozenInMidAnswer() {
        QFETCH(int, signal);
        QFETCH(QString, helper);
        const auto failing = node(2);
        std::unique_ptr<NodeProcess> with_all;
        if (helper == "node") with_all = std::make_unique<NodeProcess>(m_network, 1, m_client.path("whole"), "none", m_id);
        const QString other = with_all ? with_all->address() : m_nodes[0]->address();
        const QString set = helper == "client" ? "whole" : "part0";
        const int tokens = helper.isEmpty() ? 500 : 60;
        if (!m_client.files().contains("calm.npy")) COMPARE_CODE(m_client.run(runArguments("whole", promptOf(30), "calm.npy", 60)), 0);
        QProcess client;
        startAtHub(client, m_network, m_client, runArguments(set, promptOf(30), "storm.npy", tokens) + QStringList{"--row-nodes", other + "," + failing->address()});
        QByteArray seen;
        while (seen.size() < 12 && client.waitForReadyRead(60'000)) seen += client.readAllStandardOutput();
        QVERIFY2(seen.size() >= 12, client.readAllStandardError().constData());
        QElapsedTimer timer;
        timer.start();
        failing->signal(signal);
        const Finished end = Sandbox::finish(client);
        QVERIFY2(end.err.contains(failing->address().section('@', 1).toUtf8()), end.err.constData());
        if (helper.isEmpty()) {
            COMPARE_CODE(end, 1);
            QVERIFY2(timer.elapsed() < 30'000, end.err.constData());  // what it takes to see that it is frozen, and 10 s to ask it again
            qInfo("the error came %.1f s later", static_cast<double>(timer.elapsed()) / 1e3);
        } else {
            COMPARE_CODE(end, 0);
            QVERIFY(m_client.read("storm.npy") == m_client.read("calm.npy"));
            const QList<QByteArray> lines = end.err.split('\n');
            const auto told = std::ranges::find_if(lines, [](const QByteArray& line) { return line.contains("goes on for"); });
            QVERIFY2(told != lines.end(), end.err.constData());
            qInfo("%s", told->constData());
        }
        // The other node goes on for others.
        COMPARE_CODE(atHub(runArguments("part0", "x", "after.npy", 1) + both()), 0);
    }

    void aNodeWithoutLayersSaysSo() {
        const Finished run = atHub({"run", "part0", "--raw", "-p", "x", "-n", "1", "--nodes", m_nodes[0]->address()});
        COMPARE_CODE(run, 1);
        QVERIFY2(run.err.contains("--row-nodes"), run.err.constData());
    }

    void validationHoldsThemAgainstLlama() {
        QVERIFY(writeGeneratedModel(m_client.path("tiny.gguf").toStdString(), {}, "q8_0"));
        COMPARE_CODE(m_client.run({"fragment", "tiny.gguf", "-o", "tiny"}), 0);
        const NodeProcess node(m_network, 0, m_client.path("tiny"), "none", m_id);
        const Finished end = atHub({"validate", "tiny", "-p", "a b c d e f g h", "-n", "3", "--threads", "1", "--row-nodes", node.address(), "--json"});
        COMPARE_CODE(end, 0);
        const QJsonObject condition = end.json()["comparison"].toObject()["conditions"].toArray().last().toObject();
        QCOMPARE(condition["name"].toString(), QString("rows on nodes against llama.cpp"));
        QVERIFY2(condition["passed"].toBool(), end.out.constData());
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const QString someone = QString(64, 'a') + "@host:1";
        QTest::newRow("no id") << QStringList{"--row-nodes", "host:1"} << "ID@HOST:PORT";
        QTest::newRow("layers and rows") << QStringList{"--row-nodes", someone, "--nodes", someone} << "--nodes";
        QTest::newRow("bridge") << QStringList{"--row-nodes", someone, "--engine", "llama.cpp"} << "--engine fragments";
        QTest::newRow("repacked") << QStringList{"--row-nodes", someone, "--repack", "on"} << "--repack";
        QTest::newRow("our own kernels") << QStringList{"--row-nodes", someone, "--kernels", "own"} << "--kernels";
        QTest::newRow("large pieces") << QStringList{"--row-nodes", someone, "--batch", "4096"} << "2048";
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const Finished run = m_client.run(QStringList{"run", "whole", "-p", "x"} + arguments);
        COMPARE_CODE(run, 2);
        QVERIFY2(run.err.contains(message.toUtf8()), run.err.constData());
    }

private:
    NetworkNamespaces m_network{kParts};
    Sandbox m_client;
    QString m_id;
    std::vector<std::unique_ptr<NodeProcess>> m_nodes;
};

QTEST_GUILESS_MAIN(TestRowNodesVerb)
#include "tst_row_nodes.moc"
