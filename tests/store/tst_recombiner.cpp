// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/recombiner.h"
#include "tests/support/memory_store.h"
#include "tests/support/self_process.h"

#include <QtTest>

#include <csignal>
#include <sys/resource.h>

using namespace tessera;
using namespace tessera::test;

namespace {

/// The child: rebuilds under a limit of the file size, as on a disk that becomes full.
int rebuildUnderLimit(const std::filesystem::path& output) {
    const Sample sample;
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{sample.gguf.size() / 2, sample.gguf.size() / 2};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto done = recombine(MemoryStore(sample), output, {});
    if (done) return 1;
    std::fputs(done.error().message.c_str(), stdout);
    return done.error().kind == ErrorKind::Io ? 0 : 2;
}

}  // namespace

class TestRecombiner : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path output() const { return pathOf(*m_folder) / fromUtf8("neu é.gguf"); }
    std::filesystem::path part() const {
        return unfinishedPath(output());
    }
    bool isThere(const std::filesystem::path& path) const { return std::filesystem::exists(path); }
    void compare() const {
        QVERIFY(must(readFile(output(), 1 << 26)) == m_sample.gguf);
        QVERIFY(!isThere(part()));
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void rebuildsByteForByte() {
        must(recombine(MemoryStore(m_sample), output(), {}));
        compare();
    }
    void replacesAnOldOutput() {
        must(writeFileAtomically(output(), std::vector<std::byte>(9999999, std::byte{1})));
        must(recombine(MemoryStore(m_sample), output(), {}));
        compare();
    }
    void tellsHowFarItIs() {
        Progress last;
        Operation operation;
        operation.progress = [&](const Progress& progress) { last = progress; };
        must(recombine(MemoryStore(m_sample), output(), operation));
        QCOMPARE(last.done, m_sample.gguf.size());
        QCOMPARE(last.total, m_sample.gguf.size());
    }
    void stopsAndGoesOn() {
        std::stop_source source;
        MemoryStore store(m_sample);
        store.on_read = [&](FragmentIndex index) {
            if (toInt(index) == 12) source.request_stop();
        };
        QCOMPARE(recombine(store, output(), {source.get_token(), {}}).error().kind, ErrorKind::Cancelled);
        QVERIFY(!isThere(output()));
        QVERIFY(isThere(part()));
        MemoryStore again(m_sample);
        must(recombine(again, output(), {}));
        compare();
        QVERIFY2(again.reads < int(m_sample.manifest.fragments.size()) - 8, qPrintable(QString::number(again.reads)));
    }
    void keepsOnlyWhatIsRightOfAnOldPart_data() {
        QTest::addColumn<int>("extra");
        QTest::newRow("same size") << 0;
        QTest::newRow("shorter") << -1000;
        QTest::newRow("longer") << 5000;
    }
    void keepsOnlyWhatIsRightOfAnOldPart() {
        QFETCH(int, extra);
        auto old = m_sample.gguf;
        // One wrong byte in a fragment, one in the padding between two tensors, and another size.
        const Fragment* padded = nullptr;
        for (std::size_t i = 1; i < m_sample.manifest.fragments.size(); ++i) {
            const Fragment& before = m_sample.manifest.fragments[i - 1];
            if (before.offset + before.size_bytes < m_sample.manifest.fragments[i].offset) padded = &before;
        }
        QVERIFY(padded != nullptr);
        old[padded->offset + padded->size_bytes] = std::byte{0xff};
        old[m_sample.manifest.fragments[3].offset + 5] ^= std::byte{1};
        old.resize(std::size_t(std::int64_t(old.size()) + extra), std::byte{0xee});
        must(writeFileAtomically(part(), old));
        MemoryStore store(m_sample);
        must(recombine(store, output(), {}));
        compare();
        QCOMPARE(store.reads.load(), extra < 0 ? 2 : 1);
    }
    void missingFragmentsAreNamed() {
        MemoryStore store(m_sample);
        for (std::uint32_t i = 3; i < 18; ++i) store.setState(FragmentIndex{i}, FragmentState::Missing);
        const auto error = recombine(store, output(), {}).error();
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY2(error.message.find("15 of ") != std::string::npos, error.message.c_str());
        QVERIFY(error.message.find(m_sample.manifest.fragments[3].id) != std::string::npos);
        QVERIFY(error.message.find(m_sample.manifest.fragments[12].id) != std::string::npos);
        QVERIFY(error.message.find(m_sample.manifest.fragments[13].id) == std::string::npos);
        QVERIFY(error.message.find("5 more") != std::string::npos);
        QVERIFY(!isThere(output()) && !isThere(part()));
    }
    void aBadFragmentIsNamedAndRepairedLater() {
        MemoryStore store(m_sample);
        store.flipped[FragmentIndex{8}] = 77;
        const auto error = recombine(store, output(), {}).error();
        QCOMPARE(error.kind, ErrorKind::Corrupt);
        QVERIFY2(error.message.find(m_sample.manifest.fragments[8].id) != std::string::npos, error.message.c_str());
        QVERIFY(!isThere(output()));
        store.flipped.clear();
        must(recombine(store, output(), {}));
        compare();
    }
    void aLyingManifestIsFoundOut() {
        MemoryStore store(m_sample);
        store.changeManifest().files[0].sha256[0] ^= std::byte{1};
        const auto error = recombine(store, output(), {}).error();
        QCOMPARE(error.kind, ErrorKind::Corrupt);
        QVERIFY2(error.message.find(toHex(m_sample.manifest.files[0].sha256)) != std::string::npos, error.message.c_str());
        QVERIFY(!isThere(output()) && !isThere(part()));
    }
    void aFullDiskLeavesNothing() {
        QByteArray message;
        QCOMPARE(runSelf({"--rebuild-under-limit", QString::fromStdString(toUtf8(output()))}, &message), 0);
        QVERIFY2(message.contains("neu") && message.contains("larger files"), message.constData());
        QVERIFY(!isThere(output()) && !isThere(part()));
    }
    void anErrorOfTheDiskLeavesNothing() {
        MemoryStore store(m_sample);
        store.fails[FragmentIndex{4}] = ErrorKind::Io;
        QCOMPARE(recombine(store, output(), {}).error().kind, ErrorKind::Io);
        QVERIFY(!isThere(output()) && !isThere(part()));
    }
    void twoRunsDoNotMix() {
        File held = must(File::open(part(), File::Mode::Create));
        QVERIFY(must(held.tryLock(true)));
        const auto error = recombine(MemoryStore(m_sample), output(), {}).error();
        QCOMPARE(error.kind, ErrorKind::Io);
        QVERIFY2(error.message.find("another run") != std::string::npos, error.message.c_str());
        QVERIFY(isThere(part()));  // it is the other run's
        held.unlock();
        must(recombine(MemoryStore(m_sample), output(), {}));
        compare();
    }
    void refusesOutputs() {
        QCOMPARE(recombine(MemoryStore(m_sample), pathOf(*m_folder), {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(recombine(MemoryStore(m_sample), output() / "", {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(recombine(MemoryStore(m_sample), output() / "x.gguf", {}).error().kind, ErrorKind::NotFound);
        MemoryStore plain(m_sample);
        plain.changeManifest().set_id = {};
        QCOMPARE(recombine(plain, output(), {}).error().kind, ErrorKind::InvalidArgument);
        MemoryStore evil(m_sample);
        evil.changeManifest().files.push_back({"../evil", 0, {}});
        QCOMPARE(recombine(evil, output(), {}).error().kind, ErrorKind::Corrupt);
    }
};

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--rebuild-under-limit") return rebuildUnderLimit(fromUtf8(argv[2]));
    QCoreApplication application(argc, argv);
    TestRecombiner test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_recombiner.moc"
