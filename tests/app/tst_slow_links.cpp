// SPDX-License-Identifier: GPL-3.0-or-later
// Three nodes behind long, slow and lossy cables: the answer of one machine, bit for bit, and nobody is taken for dead.
// The speed is printed beside the physical floor: two one-way delays per span, the time that a row's bytes take, and
// what the same nodes take without any delay.
#include "tests/app/node_process.h"
#include "tests/support/test_model.h"

using namespace tessera::test;
using namespace std::chrono_literals;

class TestSlowLinks : public QObject {
    Q_OBJECT
private:
    static constexpr int kNodes = 3;
    static constexpr double kRowBits = 8.0 * 576 * 4;  // of the default model, float32

    Finished atHub(const QStringList& arguments) const { return runAtHub(m_network, m_client, arguments); }
    QStringList answer(const QString& set, const QString& logits) const {
        return {"run", set, "--raw", "--greedy", "-p", "The quick brown fox", "-n", "6", "--threads", "1", "--ctx", "512", "--logits", logits, "--json"};
    }
    QJsonObject decode(int tokens) const {
        const Finished run = atHub({"bench", "ends", "-p", "0", "-n", QString::number(tokens), "-r", "1", "--threads", "1", "--nodes", m_addresses, "--json"});
        if (run.code != 0) qWarning("no speed was measured, bench ended with %d: %s", run.code, run.err.constData());
        return run.code == 0 ? run.json()["decode"].toObject() : QJsonObject();
    }

private slots:
    void initTestCase() {
        if (!m_network.permitted()) QSKIP("no right to make network namespaces and TUN devices");
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_client.path("model.gguf")));
        COMPARE_CODE(m_client.run({"fragment", "model.gguf", "-o", "whole"}), 0);
        for (int i = 0; i < kNodes; ++i)
            copyFragments(m_client.path("whole"), m_client.path("part%1").arg(i), [i](int layer) { return layer >= 10 * i && layer < 10 * (i + 1); });
        copyFragments(m_client.path("whole"), m_client.path("ends"), [](int layer) { return layer < 0; });
        const QString id = QString::fromUtf8(m_client.run({"id"}).out).trimmed();
        QStringList addresses;
        for (int i = 0; i < kNodes; ++i) {
            m_nodes.push_back(std::make_unique<NodeProcess>(m_network, i, m_client.path("part%1").arg(i), "auto", id));
            addresses << m_nodes.back()->address();
        }
        m_addresses = addresses.join(',');
        COMPARE_CODE(m_client.run(answer("whole", "here.npy")), 0);
        const QJsonObject calm = decode(24);
        QVERIFY(!calm.isEmpty());
        m_calm_ms = 1e3 / calm["mean_tps"].toDouble();
        qInfo("without delay: %.1f ms a token", m_calm_ms);
    }

    void sameAnswer_data() {
        QTest::addColumn<int>("delay_ms");
        QTest::addColumn<double>("loss");
        QTest::addColumn<double>("megabits");
        QTest::newRow("5 ms") << 5 << 0.0 << 0.0;
        QTest::newRow("50 ms") << 50 << 0.0 << 0.0;
        QTest::newRow("50 ms, 1 % lost") << 50 << 0.01 << 0.0;
        QTest::newRow("20 Mbit/s") << 0 << 0.0 << 20.0;
    }
    void sameAnswer() {
        QFETCH(int, delay_ms);
        QFETCH(double, loss);
        QFETCH(double, megabits);
        m_network.setConditions({std::chrono::milliseconds(delay_ms), loss, megabits * 1e6});
        const auto lost_before = m_network.lostPackets();
        const Finished there = atHub(answer("ends", "there.npy") + QStringList{"--nodes", m_addresses});
        COMPARE_CODE(there, 0);
        QVERIFY(m_client.read("there.npy").size() > 1'000'000);
        QVERIFY(m_client.read("here.npy") == m_client.read("there.npy"));
        QVERIFY2(!there.err.contains("goes on for"), there.err.constData());  // nobody was replaced

        const QJsonObject measured = decode(delay_ms >= 50 ? 20 : 40);
        m_network.setConditions({});
        QCOMPARE(m_network.lostPackets() > lost_before, loss > 0);
        if (measured.isEmpty()) return;  // a connection may fail on such cables; the answer above is what counts
        const double sending_ms = megabits > 0 ? kRowBits / (megabits * 1e3) : 0;
        const double floor_ms = m_calm_ms + kNodes * 2 * (delay_ms + sending_ms);
        const double mean_ms = 1e3 / measured["mean_tps"].toDouble(), median_ms = measured["token_ms"]["median"].toDouble();
        qInfo("%s: floor %.1f ms a token, mean %.1f = %.3f of it, median %.1f = %.3f, %llu packets lost", QTest::currentDataTag(), floor_ms, mean_ms,
              mean_ms / floor_ms, median_ms, median_ms / floor_ms, static_cast<unsigned long long>(m_network.lostPackets() - lost_before));
    }

private:
    NetworkNamespaces m_network{kNodes, NetworkNamespaces::Cables::Emulated};
    Sandbox m_client;
    std::vector<std::unique_ptr<NodeProcess>> m_nodes;
    QString m_addresses;
    double m_calm_ms = 0;
};

QTEST_GUILESS_MAIN(TestSlowLinks)
#include "tst_slow_links.moc"
