// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "tests/support/self_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

using namespace tessera;

namespace {

std::vector<std::byte> bytesOf(std::string_view text) {
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

std::string contentOf(const std::filesystem::path& path) { return readTextFile(path, 1 << 24).value(); }

std::size_t filesIn(const std::filesystem::path& folder) {
    return std::size_t(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

/// The child of the tests below: writes under a file-size limit, which acts like a disk that is full.
int writeUnderLimit(const std::filesystem::path& target) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto done = writeFileAtomically(target, std::vector<std::byte>(2 << 20, std::byte{'n'}));
    if (done) return 1;
    std::fputs(done.error().message.c_str(), stdout);
    return done.error().kind == ErrorKind::Io ? 0 : 2;
}

/// Children that end by SIGBUS although a FileMapping's handler is installed: the signal sent from outside, and memory
/// that vanished but belongs to no FileMapping.
int foreignSignal(const std::filesystem::path& path, void (*previous)(int) = SIG_DFL) {
    std::signal(SIGBUS, previous);  // a sanitizer may have put its own
    const auto mapped = FileMapping::map(File::open(path, File::Mode::Read).value());
    std::raise(SIGBUS);
    return mapped ? 0 : 1;
}
int foreignFault(const std::filesystem::path& path) {
    std::signal(SIGBUS, SIG_DFL);
    auto file = File::open(path, File::Mode::ReadWrite).value();
    const auto mapped = FileMapping::map(file);
    void* own = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file.descriptor(), 0);
    if (!mapped || own == MAP_FAILED || !file.resize(0)) return 1;
    return *static_cast<volatile const char*>(own);
}
/// A handler that was there before ours is asked about what is not ours.
int chainedSignal(const std::filesystem::path& path) {
    return foreignSignal(path, [](int) { ::_exit(42); });
}

}  // namespace

class TestFile : public QObject {
    Q_OBJECT

    std::filesystem::path inFolder(const char* name) const { return fromUtf8(m_folder->path().toStdString()) / fromUtf8(name); }
    std::unique_ptr<QTemporaryDir> m_folder;

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void openModes() {
        const auto path = inFolder("a");
        const auto missing = File::open(path, File::Mode::Read);
        QCOMPARE(missing.error().kind, ErrorKind::NotFound);
        QVERIFY2(missing.error().message.starts_with(toUtf8(path)), missing.error().message.c_str());
        QVERIFY(!File::open(path, File::Mode::ReadWrite));
        QVERIFY(File::open(path, File::Mode::CreateNew)->writeAt(0, bytesOf("kept")));
        QVERIFY(!File::open(path, File::Mode::CreateNew));
        QCOMPARE(File::open(path, File::Mode::Create)->size().value(), 4u);
        QCOMPARE(File::open(path, File::Mode::Read)->writeAt(0, bytesOf("x")).error().kind, ErrorKind::Io);
    }
    void refusesWhatIsNoFile() {
        QCOMPARE(File::open(inFolder(""), File::Mode::Read).error().kind, ErrorKind::InvalidArgument);
        const auto pipe = inFolder("pipe");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QCOMPARE(File::open(pipe, File::Mode::Read).error().kind, ErrorKind::InvalidArgument);
    }
    void readsExactlyOrSaysSo() {
        auto file = File::open(inFolder("a"), File::Mode::CreateNew).value();
        QVERIFY(file.writeAt(3, bytesOf("defg")));
        std::vector<std::byte> out(4);
        QVERIFY(file.readAt(3, out));
        QCOMPARE(out, bytesOf("defg"));
        QVERIFY(file.readAt(0, std::span(out).first(3)));
        QVERIFY(out[0] == std::byte{0});  // a gap reads as zeros
        for (const std::uint64_t offset : {std::uint64_t{4}, std::uint64_t{7}, std::uint64_t{1} << 40}) {
            const auto beyond = file.readAt(offset, out);
            QCOMPARE(beyond.error().kind, ErrorKind::Corrupt);
            QVERIFY2(beyond.error().message.find("cut short") != std::string::npos, beyond.error().message.c_str());
        }
        QVERIFY(file.readAt(1000, {}));
    }
    void pastTheCacheGivesTheSameFile_data() {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("size");
        const int page = 4096, piece = 1 << 20;
        for (const int offset : {0, 1, page - 1, page, page + 7})
            for (const int size : {0, 1, page - 1, page, 2 * page + 5, piece + page, 3 * piece - 1}) QTest::addRow("%d at %d", size, offset) << offset << size;
    }
    void pastTheCacheGivesTheSameFile() {
        QFETCH(int, offset);
        QFETCH(int, size);
        // In /dev/shm it may be refused, and is written all the same.
        for (const QString& where : {m_folder->path(), QStringLiteral("/dev/shm")}) {
            const QTemporaryDir folder(where + QStringLiteral("/tessera-XXXXXX"));
            if (!folder.isValid()) continue;
            const auto path = std::filesystem::path(folder.filePath("f").toStdString());
            auto file = File::open(path, File::Mode::CreateNew).value();
            std::vector<std::byte> expected(std::size_t(offset + size + 9000));
            for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = std::byte(i * 131 % 251);
            QVERIFY(file.writeAt(0, expected));
            std::vector<std::byte> written(static_cast<std::size_t>(size));
            for (std::size_t i = 0; i < written.size(); ++i) written[i] = std::byte(i * 37 % 241);
            std::ranges::copy(written, expected.begin() + offset);
            QVERIFY(file.writePastCache(std::uint64_t(offset), written));
            QCOMPARE(readFile(path, 1 << 24).value(), expected);
        }
    }
    /// Where the file system lets us (a mapping's pages tell what the cache holds).
    void pastTheCacheIsPastTheCache() {
#ifdef O_DIRECT
        const auto path = std::filesystem::path(m_folder->filePath("f").toStdString());
        constexpr std::size_t kSize = 1 << 20;
        auto file = File::open(path, File::Mode::CreateNew).value();
        QVERIFY(file.resize(kSize));
        const int direct = ::open(path.c_str(), O_WRONLY | O_DIRECT);
        if (direct < 0) QSKIP("this file system has no direct writes");
        ::close(direct);
        QVERIFY(file.writePastCache(100, std::vector<std::byte>(kSize - 200, std::byte{7})));
        void* mapped = ::mmap(nullptr, kSize, PROT_READ, MAP_SHARED, file.descriptor(), 0);
        QVERIFY(mapped != MAP_FAILED);
        std::vector<unsigned char> cached(kSize / std::size_t(::sysconf(_SC_PAGESIZE)));
        QCOMPARE(::mincore(mapped, kSize, cached.data()), 0);
        ::munmap(mapped, kSize);
        QVERIFY2((cached[cached.size() / 2] & 1) == 0, "the middle of the file is in the cache");
#else
        QSKIP("this system has no direct writes");
#endif
    }
    void identityNoticesChanges() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("one")));
        const auto before = File::open(path, File::Mode::Read)->identity().value();
        QVERIFY(before == File::open(path, File::Mode::Read)->identity().value());
        QVERIFY(writeFileAtomically(path, bytesOf("two")));  // same size, perhaps the same clock tick: another inode
        QVERIFY(!(before == File::open(path, File::Mode::Read)->identity().value()));
    }
    void identityNoticesAReusedNumber() {
        const auto path = inFolder("a");
        const std::filesystem::file_time_type time = std::chrono::file_clock::now();
        std::optional<FileIdentity> before;
        for (int i = 0; i < 20; ++i) {  // file systems give a removed file's number to the next one
            QVERIFY(File::open(path, File::Mode::CreateNew)->writeAt(0, bytesOf("same size")));
            std::filesystem::last_write_time(path, time);
            const auto now = File::open(path, File::Mode::Read)->identity().value();
            QVERIFY(before != now);
            before = now;
            std::filesystem::remove(path);
            QTest::qSleep(5);
        }
    }
    void locksBetweenHandles() {
        const auto path = inFolder("a");
        auto first = File::open(path, File::Mode::Create).value();
        auto second = File::open(path, File::Mode::ReadWrite).value();
        QVERIFY(first.tryLock(false).value());
        QVERIFY(second.tryLock(false).value());   // readers share
        QVERIFY(!first.tryLock(true).value());    // no writer beside a reader
        second.unlock();
        QVERIFY(first.tryLock(true).value());
        QVERIFY(!second.tryLock(false).value());
        { const File closed = std::move(first); }
        QVERIFY(second.tryLock(true).value());    // closing gives the lock back
    }
    void sparseAndPunched() {
        constexpr std::uint64_t kSize = 64 << 20;
        auto file = File::open(inFolder("sparse"), File::Mode::CreateNew).value();
        QVERIFY(file.resize(kSize));
        QCOMPARE(file.size().value(), kSize);
        struct stat status {};
        QCOMPARE(::fstat(file.descriptor(), &status), 0);
        QVERIFY2(std::uint64_t(status.st_blocks) * 512 < kSize / 2, "the file system of the temporary folder keeps no sparse files");
        QVERIFY(file.writeAt(0, std::vector<std::byte>(1 << 20, std::byte{7})));
        QVERIFY(file.punchHole(1000, 500'000));
        QVERIFY(file.punchHole(0, 0));
        std::vector<std::byte> all(1 << 20);
        QVERIFY(file.readAt(0, all));
        for (std::size_t i = 0; i < all.size(); ++i) {
            QVERIFY2(all[i] == (i >= 1000 && i < 501'000 ? std::byte{0} : std::byte{7}), qPrintable(QString::number(i)));
        }
        QCOMPARE(file.size().value(), kSize);
    }
    void anonymousFilesCanBeOpenedAgain() {
        auto file = File::anonymous("a label").value();
        QVERIFY(file.writeAt(0, bytesOf("hello")));
        std::ifstream again(file.reopenPath());
        std::string text;
        again >> text;
        QCOMPARE(text, std::string("hello"));
    }
    void namesInEveryScript_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"with space", "accénts ñ", "日本語モデル", "модель", "emoji 😀", "quote'\"", "-dash", "100%"}) {
            QTest::newRow(name) << QByteArray(name);
        }
    }
    void namesInEveryScript() {
        QFETCH(QByteArray, name);
        const auto folder = inFolder(name.constData());
        std::filesystem::create_directory(folder);
        const auto path = folder / fromUtf8(name.toStdString());
        QVERIFY(writeFileAtomically(path, bytesOf("text")));
        QCOMPARE(contentOf(path), std::string("text"));
        QVERIFY(toUtf8(path).ends_with(name.toStdString()));
        QCOMPARE(filesIn(folder), std::size_t{1});
    }
    void readFileHasALimit() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("12345")));
        QCOMPARE(readFile(path, 5).value(), bytesOf("12345"));
        QCOMPARE(readFile(path, 4).error().kind, ErrorKind::InvalidArgument);
        QVERIFY(writeFileAtomically(path, bytesOf("")));
        QVERIFY(readFile(path, 0)->empty());
    }
    void atomicWriteReplaces() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("first")));
        QVERIFY(writeFileAtomically(path, bytesOf("second")));
        QCOMPARE(contentOf(path), std::string("second"));
        QCOMPARE(filesIn(path.parent_path()), std::size_t{1});
        const auto nowhere = writeFileAtomically(inFolder("missing") / "b", bytesOf("x"));
        QCOMPARE(nowhere.error().kind, ErrorKind::NotFound);
    }
    void fullDiskKeepsTheOldFile() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("old")));
        QByteArray message;
        QCOMPARE(test::runSelf({"--write-under-limit", QString::fromStdString(toUtf8(path))}, &message), 0);
        QVERIFY2(message.contains("does not allow larger files"), message.constData());
        QCOMPARE(contentOf(path), std::string("old"));
        QCOMPARE(filesIn(path.parent_path()), std::size_t{1});
    }
    void fullDiskSaysWhatToDo() {
        auto full = File::open("/dev/full", File::Mode::ReadWrite).value();
        const auto error = full.writeAt(0, bytesOf("x")).error();
        QCOMPARE(error.kind, ErrorKind::Io);
        QVERIFY2(error.message.find("the disk is full: free some space") != std::string::npos, error.message.c_str());
    }
    void staleTemporariesGoLiveOnesStay() {
        const auto folder = inFolder("");
        const auto stale = folder / ".0123456789abcdef.tessera-tmp";
        QVERIFY(File::open(stale, File::Mode::CreateNew));
        auto live = File::open(folder / ".fedcba9876543210.tessera-tmp", File::Mode::CreateNew).value();
        QVERIFY(live.tryLock(true).value());
        QVERIFY(writeFileAtomically(folder / "kept", bytesOf("")));
        removeStaleTemporaries(folder);
        QVERIFY(!std::filesystem::exists(stale));
        QVERIFY(std::filesystem::exists(live.path()));
        QVERIFY(std::filesystem::exists(folder / "kept"));
        removeStaleTemporaries(folder / "missing");
    }

    void mapsTheWholeFile() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("mapped")));
        const auto mapping = FileMapping::map(File::open(path, File::Mode::Read).value()).value();
        QCOMPARE(std::string(reinterpret_cast<const char*>(mapping.bytes().data()), mapping.bytes().size()), std::string("mapped"));
        mapping.adviseSequential();
        mapping.adviseWillNeed(0, 6);
        mapping.adviseWillNeed(2, 1 << 30);
        mapping.adviseWillNeed(100, 1);
        QVERIFY(mapping.takeFault());
        QVERIFY(writeFileAtomically(path, bytesOf("")));
        QVERIFY(FileMapping::map(File::open(path, File::Mode::Read).value())->bytes().empty());
    }
    void truncationUnderAMappingGivesZerosAndAFault() {
        constexpr std::size_t kSize = 8 << 20;
        const auto path = inFolder("a");
        const auto other_path = inFolder("b");
        QVERIFY(writeFileAtomically(path, std::vector<std::byte>(kSize, std::byte{9})));
        QVERIFY(writeFileAtomically(other_path, std::vector<std::byte>(kSize, std::byte{9})));
        auto file = File::open(path, File::Mode::ReadWrite).value();
        const auto mapping = FileMapping::map(file).value();
        const auto other = FileMapping::map(File::open(other_path, File::Mode::Read).value()).value();
        QVERIFY(file.resize(1 << 20));
        QVERIFY(mapping.bytes()[100] == std::byte{9});
        QVERIFY(mapping.takeFault());
        std::atomic<std::uint64_t> sum{0};
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t) {  // all read the same vanished pages at once
            threads.emplace_back([&] {
                std::uint64_t mine = 0;
                for (std::size_t i = 1 << 20; i < kSize; i += 512) mine += std::to_integer<unsigned>(mapping.bytes()[i]);
                sum += mine;
            });
        }
        threads.clear();
        QCOMPARE(sum.load(), 0u);
        const auto fault = mapping.takeFault();
        QCOMPARE(fault.error().kind, ErrorKind::Io);
        QVERIFY2(fault.error().message.find(toUtf8(path)) != std::string::npos, fault.error().message.c_str());
        QVERIFY(mapping.takeFault());  // told once
        QVERIFY(other.takeFault());    // and of the right mapping
    }
    void mappingsComeAndGoOnManyThreads() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, std::vector<std::byte>(1 << 16, std::byte{5})));
        const auto truncated = inFolder("b");
        QVERIFY(writeFileAtomically(truncated, std::vector<std::byte>(1 << 16, std::byte{5})));
        std::atomic<int> wrong{0};
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    const auto mapping = FileMapping::map(File::open(path, File::Mode::Read).value()).value();
                    if (mapping.bytes()[1 << 15] != std::byte{5} || !mapping.takeFault()) ++wrong;
                }
            });
        }
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                auto file = File::open(truncated, File::Mode::ReadWrite).value();
                if (!file.resize(1 << 16)) ++wrong;
                const auto mapping = FileMapping::map(file).value();
                if (!file.resize(0)) ++wrong;
                if (mapping.bytes()[1 << 15] != std::byte{0} || mapping.takeFault()) ++wrong;
            }
        });
        threads.clear();
        QCOMPARE(wrong.load(), 0);
    }
    void foreignSignalsAreNotHidden() {
        const auto path = inFolder("a");
        QVERIFY(writeFileAtomically(path, bytesOf("x")));
        const QString name = QString::fromStdString(toUtf8(path));
        QCOMPARE(test::runSelf({"--foreign-signal", name}), -1);
        QCOMPARE(test::runSelf({"--foreign-fault", name}), -1);
        QVERIFY(writeFileAtomically(path, bytesOf("x")));
        QCOMPARE(test::runSelf({"--chained-signal", name}), 42);
    }
};

int main(int argc, char** argv) {
    const std::string_view job = argc == 3 ? argv[1] : "";
    if (job == "--write-under-limit") return writeUnderLimit(fromUtf8(argv[2]));
    if (job == "--foreign-signal") return foreignSignal(fromUtf8(argv[2]));
    if (job == "--foreign-fault") return foreignFault(fromUtf8(argv[2]));
    if (job == "--chained-signal") return chainedSignal(fromUtf8(argv[2]));
    QCoreApplication application(argc, argv);
    TestFile test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_file.moc"
