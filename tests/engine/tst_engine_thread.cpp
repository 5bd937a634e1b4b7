// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_thread.h"

#include <QTest>

#include <stdexcept>
#include <thread>
#include <vector>

using tessera::EngineThread;

class EngineThreadTest : public QObject {
    Q_OBJECT

private slots:
    void runsEverythingOnOneOtherThread() {
        EngineThread& engine = EngineThread::instance();
        const auto first = engine.run([] { return std::this_thread::get_id(); });
        std::thread::id second;
        std::thread([&] { second = engine.run([] { return std::this_thread::get_id(); }); }).join();
        QVERIFY(first != std::this_thread::get_id());
        QVERIFY(first == second);
        QVERIFY(!engine.isCurrent());
        QVERIFY(engine.run([&] { return engine.isCurrent(); }));
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

    void isBusyWhileWorking() {
        EngineThread& engine = EngineThread::instance();
        QVERIFY(engine.run([&] { return engine.isBusy(); }));
    }
};

QTEST_GUILESS_MAIN(EngineThreadTest)
#include "tst_engine_thread.moc"
