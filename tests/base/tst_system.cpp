// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/base/platform/system.h"
#include "core/base/platform/zeroed_memory.h"
#include "tests/support/self_process.h"

#include <QtTest>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>
#include <unistd.h>

using namespace tessera;

namespace {

/// The child: the first signal asks to stop, the second one ends it.
int interruptTwice() {
    std::stop_source source;
    const InterruptGuard guard(source);
    std::raise(SIGINT);
    while (!source.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::puts("stopping");
    std::fflush(stdout);
    std::raise(SIGTERM);
    return 0;
}

}  // namespace

class TestSystem : public QObject {
    Q_OBJECT
private slots:
    void zeroedMemoryCostsWhatIsWritten() {
        constexpr std::size_t size = std::size_t{512} << 20;
        auto memory = ZeroedMemory::reserve(size);
        QVERIFY(memory);
        auto* bytes = static_cast<unsigned char*>(memory->data());
        QCOMPARE(int(bytes[0]), 0);
        QCOMPARE(int(bytes[size - 1]), 0);
        bytes[size / 2] = 7;
        QVERIFY(peakResidentBytes() < size);
        ZeroedMemory moved = std::move(*memory);
        QCOMPARE(int(static_cast<unsigned char*>(moved.data())[size / 2]), 7);
        QVERIFY(!ZeroedMemory::reserve(std::size_t{1} << 62));
    }

    void theMachineIsPlausible() {
        QVERIFY(processorCount() >= 1);
        QVERIFY(processorName().find('\n') == std::string::npos);
#if defined(__x86_64__)
        QVERIFY(!processorName().empty());
#endif
        QVERIFY(totalMemoryBytes() > (64u << 20));
        QVERIFY(availableMemoryBytes() > 0 && availableMemoryBytes() <= totalMemoryBytes());
        QVERIFY(terminalColumns() >= 1);
    }
    void peakMemoryGrowsWithUse() {
        const auto before = peakResidentBytes();
        constexpr std::size_t kSize = 64 << 20;
        const auto block = std::make_unique<char[]>(kSize);
        std::memset(block.get(), 1, kSize);
        QVERIFY(peakResidentBytes() >= before + kSize / 2);
    }
    void aFileIsNoTerminal() {
        std::FILE* file = std::tmpfile();
        QVERIFY(!isTerminal(file));
        std::fclose(file);
    }
    void firstInterruptStops() {
        for (const int signal : {SIGINT, SIGTERM}) {
            std::stop_source source;
            const InterruptGuard guard(source);
            QVERIFY(!source.stop_requested());
            std::raise(signal);
            QTRY_VERIFY(source.stop_requested());
        }
    }
    void guardGivesTheOldHandlerBack() {
        static std::atomic<int> seen{0};
        std::signal(SIGINT, [](int) { ++seen; });
        { const InterruptGuard guard{std::stop_source{}}; }
        std::raise(SIGINT);
        QCOMPARE(seen.load(), 1);
        std::signal(SIGINT, SIG_DFL);
    }
    void secondInterruptEnds() {
        QByteArray output;
        QCOMPARE(test::runSelf({"--interrupt-twice"}, &output), -1);
        QCOMPARE(output, QByteArray("stopping\n"));
    }

    void userFolders() {
        qputenv("XDG_DATA_HOME", "/x/dàta");
        QCOMPARE(toUtf8(dataFolder()), std::string("/x/dàta/tessera"));
        qputenv("XDG_DATA_HOME", "relative");
        qputenv("HOME", "/home/somebody");
        QCOMPARE(toUtf8(dataFolder()), std::string("/home/somebody/.local/share/tessera"));
        qunsetenv("XDG_DATA_HOME");
        qunsetenv("XDG_CONFIG_HOME");
        qunsetenv("XDG_CACHE_HOME");
        QCOMPARE(toUtf8(dataFolder()), std::string("/home/somebody/.local/share/tessera"));
        QCOMPARE(toUtf8(configFolder()), std::string("/home/somebody/.config/tessera"));
        QCOMPARE(toUtf8(cacheFolder()), std::string("/home/somebody/.cache/tessera"));
        qunsetenv("HOME");
        QVERIFY(dataFolder().is_absolute());
    }
    void pathsKeepTheirText() {
        for (const char* text : {"", "a/b", "日本語/модель é😀.gguf"}) QCOMPARE(toUtf8(fromUtf8(text)), std::string(text));
    }
};

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--interrupt-twice") return interruptTwice();
    QCoreApplication application(argc, argv);
    TestSystem test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_system.moc"
