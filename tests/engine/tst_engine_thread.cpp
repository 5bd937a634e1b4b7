// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_thread.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

using tessera::EngineThread;

class EngineThreadTest : public QObject {
    Q_OBJECT

private slots:
    void aWaitingCallerDoesItsTurn() {
        EngineThread& engine = EngineThread::instance();
        const auto here = std::this_thread::get_id();
        const auto where = [&] { return engine.run([] { return std::this_thread::get_id(); }); };
        QVERIFY(where() == here);
        std::thread([&] { engine.run([] {}); }).join();
        QVERIFY(where() != here);  // two threads call
        QTRY_VERIFY(where() == here);  // only this one does
        QVERIFY(!engine.isCurrent());
        QVERIFY(engine.run([&] { return engine.isCurrent(); }));
        std::promise<std::thread::id> untaken;
        engine.post([&] { untaken.set_value(std::this_thread::get_id()); });
        QVERIFY(untaken.get_future().get() != here);
    }

    void neverTwoAtOnce() {
        EngineThread& engine = EngineThread::instance();
        std::atomic<int> inside{0};
        std::atomic<int> most{0};
        const auto work = [&] {
            most = std::max(most.load(), ++inside);
            std::this_thread::yield();
            --inside;
        };
        std::vector<std::thread> callers;
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back([&] {
                for (int n = 0; n < 500; ++n) n % 3 == 0 ? (void)engine.post(work) : engine.run(work);
            });
        }
        for (std::thread& caller : callers) caller.join();
        engine.run([] {});
        QCOMPARE(most.load(), 1);
    }

    void onlyTheNextTurnIsTaken() {
        EngineThread& engine = EngineThread::instance();
        std::promise<void> begun;
        std::promise<void> go;
        engine.post([&] {
            begun.set_value();
            go.get_future().wait();
        });
        begun.get_future().wait();
        std::atomic<int> done{0};
        const EngineThread::Turn second = engine.post([&] { ++done; });
        const EngineThread::Turn third = engine.post([&] { ++done; });
        QVERIFY(!engine.takeTurn(second));  // something is being done
        QVERIFY(!engine.takeTurn(third));
        go.set_value();
        engine.run([] {});
        QCOMPARE(done.load(), 2);
        QVERIFY(!engine.takeTurn(third));  // over
    }

    void nestedRunDoesNotWaitForItself() {
        EngineThread& engine = EngineThread::instance();
        QCOMPARE(engine.run([&] { return engine.run([] { return 7; }); }), 7);
    }

    void keepsTheOrderOfPosting() {
        EngineThread& engine = EngineThread::instance();
        std::vector<int> order;
        for (int i = 0; i < 100; ++i) engine.post([&order, i] { order.push_back(i); });
        engine.run([] {});
        QCOMPARE(order.size(), std::size_t{100});
        for (int i = 0; i < 100; ++i) QCOMPARE(order[static_cast<std::size_t>(i)], i);
    }

    void passesExceptionsToTheCaller() {
        const auto failing = []() -> int { throw std::runtime_error("wrong"); };
        QVERIFY_EXCEPTION_THROWN(EngineThread::instance().run(failing), std::runtime_error);
        QCOMPARE(EngineThread::instance().run([] { return 1; }), 1);
    }
};

QTEST_GUILESS_MAIN(EngineThreadTest)
#include "tst_engine_thread.moc"
