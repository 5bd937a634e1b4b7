// SPDX-License-Identifier: GPL-3.0-or-later
// Replays what the fuzzers found interesting in the ordinary build.
#include "tests/fuzz/compute_target.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/serve_target.h"

#include "tests/support/paths.h"

#include <QDirIterator>
#include <QtTest>

using namespace tessera;

class TestCorpus : public QObject {
    Q_OBJECT

    static int replay(const char* folder, void (*target)(std::span<const std::byte>)) {
        int count = 0;
        QDirIterator files(QString::fromStdString(test::sourceDir() + "/tests/fuzz/corpus/" + folder), QDir::Files);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly)) qFatal("cannot open %s", qPrintable(file.fileName()));
            const QByteArray bytes = file.readAll();
            target(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
            ++count;
        }
        return count;
    }

private slots:
    void gguf() { QVERIFY(replay("gguf", fuzz::gguf) > 10); }
    void compute() { QVERIFY(replay("compute", fuzz::compute) > 10); }
    void serve() { QVERIFY(replay("serve", fuzz::serve) > 10); }
    void manifest() { QVERIFY(replay("manifest", fuzz::manifest) > 10); }
    void chats() { QVERIFY(replay("chats", fuzz::chats) > 10); }
    void downloadState() { QVERIFY(replay("download_state", fuzz::downloadState) > 10); }
    void answer() { QVERIFY(replay("answer", fuzz::answer) > 10); }
    void markdown() { QVERIFY(replay("markdown", fuzz::markdown) > 10); }
};

QTEST_APPLESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
