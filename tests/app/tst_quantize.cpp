// SPDX-License-Identifier: GPL-3.0-or-later
// `tessera quantize`: from a file and from fragments the same model, whole or not at all.
#include "tests/app/tessera_process.h"
#include "tests/support/test_model.h"

#include <QTest>

using namespace tessera::test;

class TestQuantize : public QObject {
    Q_OBJECT
    Sandbox m_here;

    QStringList toQ8(const QString& set, const QString& file) const { return {"quantize", set, "--type", "Q8_0", "-o", file}; }

private slots:
    void initTestCase() {
        const QString original = QString::fromStdString(defaultModel().string());
        QVERIFY2(QFile::exists(original), qPrintable(original + " is missing: scripts/test fetches it"));
        QVERIFY(QFile::link(original, m_here.path("model.gguf")));
        COMPARE_CODE(m_here.run({"fragment", "model.gguf", "-o", "folder"}), 0);
    }

    void whatWouldLoseMoreIsAskedFor() {
        const Finished refused = m_here.run(toQ8("model.gguf", "refused.gguf"));
        COMPARE_CODE(refused, 1);
        QVERIFY2(refused.err.contains("--requantize"), refused.err.constData());
        QVERIFY(QDir(m_here.path("")).entryList({"refused*"}).isEmpty());
    }

    void unknownTypesAreNamed() {
        const Finished refused = m_here.run({"quantize", "model.gguf", "--type", "q9", "-o", "q9.gguf"});
        COMPARE_CODE(refused, 2);
        QVERIFY2(refused.err.contains("q4_k_m"), refused.err.constData());
    }

    void fragmentsAndFileGiveOneModel() {
        const Finished made = m_here.run(toQ8("model.gguf", "a.gguf") + QStringList{"--requantize", "--json"});
        COMPARE_CODE(made, 0);
        QVERIFY(made.json()["size_bytes"].toDouble() > made.json()["size_bytes_before"].toDouble());
        QVERIFY2(made.err.contains("quantised already (Q4_1)") && made.err.contains("larger than what it was made from"), made.err.constData());
        COMPARE_CODE(m_here.run(toQ8("folder", "b.gguf") + QStringList{"--requantize"}), 0);
        QVERIFY(m_here.read("a.gguf") == m_here.read("b.gguf"));
        COMPARE_CODE(m_here.run({"verify", "a.gguf"}), 0);
        const Finished answer = m_here.run({"run", "b.gguf", "--greedy", "-n", "8", "--system", "You are a helpful assistant.", "-p", "What is the capital of France?"});
        COMPARE_CODE(answer, 0);
        QVERIFY2(answer.out.contains("Paris"), answer.out.constData());

        QVERIFY(m_here.run(toQ8("model.gguf", "a.gguf") + QStringList{"--requantize"}).code != 0);  // it is there
        QVERIFY(m_here.run(toQ8("a.gguf", "a.gguf") + QStringList{"--force"}).code != 0);           // it is read
        COMPARE_CODE(m_here.run({"verify", "a.gguf"}), 0);
    }
};

QTEST_GUILESS_MAIN(TestQuantize)
#include "tst_quantize.moc"
