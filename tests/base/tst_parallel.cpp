// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <QtTest>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

using namespace tessera;

class TestParallel : public QObject {
    Q_OBJECT
private slots:
    void callsEveryIndexOnce_data() {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("threads");
        for (const int count : {0, 1, 2, 1000}) {
            for (const int threads : {0, 1, 3, 5000}) QTest::addRow("%d on %d", count, threads) << count << threads;
        }
    }
    void callsEveryIndexOnce() {
        QFETCH(int, count);
        QFETCH(int, threads);
        std::vector<std::atomic<int>> calls(std::size_t(count) + 1);
        QVERIFY(parallelFor(std::size_t(count), threads, {}, [&](std::size_t i) -> Result<void> {
            ++calls[i];
            return {};
        }));
        for (int i = 0; i < count; ++i) QCOMPARE(calls[std::size_t(i)].load(), 1);
        QCOMPARE(calls[std::size_t(count)].load(), 0);
    }
    void usesSeveralThreads() {
        std::mutex mutex;
        std::set<std::thread::id> ids;
        std::atomic<int> inside{0};
        QVERIFY(parallelFor(3, 3, {}, [&](std::size_t) -> Result<void> {
            ++inside;
            while (inside < 3) std::this_thread::yield();  // all three are here at once
            const std::lock_guard lock(mutex);
            ids.insert(std::this_thread::get_id());
            return {};
        }));
        QCOMPARE(ids.size(), std::size_t{3});
    }
    void firstErrorEndsIt() {
        std::atomic<int> calls{0};
        const auto done = parallelFor(100'000, 4, {}, [&](std::size_t i) -> Result<void> {
            ++calls;
            if (i >= 7) return fail(ErrorKind::Corrupt, std::to_string(i));
            return {};
        });
        QCOMPARE(done.error().kind, ErrorKind::Corrupt);
        QCOMPARE(done.error().message, std::string("7"));  // the lowest, whichever thread was first
        QVERIFY(calls < 100);
    }
    void stops() {
        std::stop_source source;
        std::atomic<int> calls{0};
        const auto done = parallelFor(100'000, 2, source.get_token(), [&](std::size_t) -> Result<void> {
            if (++calls == 10) source.request_stop();
            return {};
        });
        QCOMPARE(done.error().kind, ErrorKind::Cancelled);
        QVERIFY(calls < 100);
    }
    void outOfMemoryIsAnError() {
        const auto done = parallelFor(4, 2, {}, [](std::size_t) -> Result<void> { throw std::bad_alloc(); });
        QCOMPARE(done.error().kind, ErrorKind::OutOfMemory);
    }
    void metersWithinPace() {
        std::vector<std::uint64_t> told;
        Operation operation;
        operation.progress = [&](const Progress& progress) {
            QCOMPARE(progress.total, 4000u);
            QCOMPARE(std::string(progress.stage), std::string("counting"));
            told.push_back(progress.done);
        };
        ProgressMeter meter(operation, 4000, "counting");
        QVERIFY(parallelFor(4000, 4, {}, [&](std::size_t) -> Result<void> {
            meter.add(1);
            return {};
        }));
        meter.finish();
        QCOMPARE(told.back(), 4000u);
        QVERIFY(std::is_sorted(told.begin(), told.end()));
        QVERIFY(told.size() < 2000);
    }
};

QTEST_APPLESS_MAIN(TestParallel)
#include "tst_parallel.moc"
