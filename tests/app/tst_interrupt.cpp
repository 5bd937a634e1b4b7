// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C in the middle: the program ends at once, as an interrupted one, and leaves nothing half-written.
#include "core/base/platform/paths.h"
#include "tests/app/tessera_process.h"
#include "tests/support/llama_model.h"
#include "tests/support/test_model.h"

#include <signal.h>

using namespace tessera;
using namespace tessera::test;

class TestInterrupt : public QObject {
    Q_OBJECT
private:
    static void interrupt(const QProcess& process, int signal = SIGINT) { ::kill(static_cast<pid_t>(process.processId()), signal); }

    /// Interrupts once standard output has something.
    static Finished interruptedAfterOutput(const Sandbox& sandbox, const QStringList& arguments, int signal) {
        QProcess process;
        sandbox.prepare(process, arguments);
        process.start();
        process.closeWriteChannel();
        if (!process.waitForReadyRead(120'000)) qWarning("no output");
        interrupt(process, signal);
        return Sandbox::finish(process);
    }

private slots:
    void generationStops_data() {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<int>("signal");
        QTest::newRow("run, Ctrl-C") << "run" << SIGINT;
        QTest::newRow("run, SIGTERM") << "run" << SIGTERM;
        QTest::newRow("bridge, Ctrl-C") << "bridge" << SIGINT;
    }
    void generationStops() {
        QFETCH(QString, verb);
        QFETCH(int, signal);
        const Sandbox sandbox;
        const QString model = QString::fromStdString(defaultModel().string());
        const Finished finished = interruptedAfterOutput(
            sandbox, {verb, model, "--raw", "-p", "1, 2, 3, 4, 5,", "--greedy", "--ctx", "4000", "--threads", "1", "--logit-bias", "0=-inf", "-q"}, signal);
        QVERIFY2(finished.signalled && finished.code == signal, finished.err.constData());
        QVERIFY(!finished.out.isEmpty());          // what was generated stays
        QVERIFY(finished.out.size() < 4000);       // and not much more was
        QVERIFY(!finished.err.contains("Error"));
    }

    void interruptedJsonIsStillOneObject() {
        const Sandbox sandbox;
        const QString model = QString::fromStdString(defaultModel().string());
        QProcess process;
        sandbox.prepare(process, {"run", model, "--raw", "-p", "1, 2, 3, 4, 5,", "--greedy", "--ctx", "8000", "--threads", "1", "--logit-bias", "0=-inf", "--json", "-v"});
        process.start();
        process.closeWriteChannel();
        QByteArray log;
        while (!log.contains("loaded") && process.waitForReadyRead(120'000)) log += process.readAllStandardError();
        QTest::qWait(300);
        interrupt(process);
        const Finished finished = Sandbox::finish(process);
        QVERIFY2(finished.signalled, finished.err.constData());
        const QJsonObject json = finished.json();
        QVERIFY2(json["stop_reason"].toString() == "cancelled" || json["error"].toObject()["kind"].toString() == "cancelled", finished.out.constData());
    }

    void cuttingLeavesNoManifest() {
        const Sandbox sandbox;
        LlamaShape shape;
        shape.embedding = 1024;
        shape.feed_forward = 4096;
        shape.layers = 2;
        writeLlama(fromUtf8(sandbox.path("groß.gguf").toStdString()), shape);
        const QByteArray original = sandbox.read("groß.gguf");
        bool interrupted_once = false;
        for (const int wait : {0, 5, 20, 60}) {
            QProcess process;
            sandbox.prepare(process, {"fragment", "groß.gguf", "-o", "set"});
            process.start();
            QVERIFY(process.waitForStarted());
            QTest::qWait(20 + wait);
            interrupt(process);
            const Finished finished = Sandbox::finish(process);
            if (!finished.signalled) {
                QVERIFY(QFile::exists(sandbox.path("set/manifest.json")));  // it was faster
                QVERIFY(QDir(sandbox.path("set")).removeRecursively());
                continue;
            }
            interrupted_once = true;
            QVERIFY(!QFile::exists(sandbox.path("set/manifest.json")));
        }
        QVERIFY(interrupted_once);
        QVERIFY(sandbox.read("groß.gguf") == original);
        COMPARE_CODE(sandbox.run({"fragment", "groß.gguf", "-o", "set"}), 0);  // goes on where it stopped
        COMPARE_CODE(sandbox.run({"verify", "set"}), 0);
        COMPARE_CODE(sandbox.run({"recombine", "set", "-o", "neu.gguf"}), 0);
        QVERIFY(sandbox.read("neu.gguf") == original);
    }
};

QTEST_GUILESS_MAIN(TestInterrupt)
#include "tst_interrupt.moc"
