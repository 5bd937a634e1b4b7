// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace tessera;
using namespace tessera::ui;

namespace {

JobInfo named(const char* title, JobPool pool = JobPool::Disk) {
    JobInfo info;
    info.title = QString::fromLatin1(title);
    info.pool = pool;
    return info;
}

/// Works until it is stopped.
Result<int> untilStopped(const Operation& operation) {
    while (!operation.stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return fail(ErrorKind::Cancelled, "stopped");
}

}  // namespace

class TestJobs : public QObject {
    Q_OBJECT
private slots:
    void resultComesToTheUiThread() {
        JobRunner runner;
        std::optional<int> got;
        const auto ui_thread = std::this_thread::get_id();
        bool other_thread = false;
        Job* job = runner.start(named("add"), [&](const Operation&) -> Result<int> {
            other_thread = std::this_thread::get_id() != ui_thread;
            return 42;
        }, this, [&](Result<int> result) {
            got = *result;
            QCOMPARE(std::this_thread::get_id(), ui_thread);
        });
        QTRY_VERIFY(got.has_value());
        QCOMPARE(*got, 42);
        QVERIFY(other_thread);
        QCOMPARE(job->state(), JobState::Done);
        QCOMPARE(job->fraction(), 1.0);
    }

    void failureKeepsItsWords() {
        JobRunner runner;
        std::optional<Error> got;
        Job* job = runner.start(named("fail"), [](const Operation&) -> Result<void> { return fail(ErrorKind::Io, "disk full"); }, this,
                                [&](Result<void> result) { got = result.error(); });
        QTRY_VERIFY(got.has_value());
        QCOMPARE(job->state(), JobState::Failed);
        QVERIFY(jobStatusText(*job).contains(QStringLiteral("disk full")));
    }

    void progressArrives() {
        JobRunner runner;
        bool over = false;
        Job* job = runner.start(named("progress"), [](const Operation& operation) -> Result<void> {
            operation.progress({25, 100, "hashing"});
            while (!operation.stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return {};
        }, this, [&](Result<void>) { over = true; });
        QTRY_COMPARE(job->fraction(), 0.25);
        QCOMPARE(job->stage(), QStringLiteral("hashing"));
        QCOMPARE(job->state(), JobState::Running);
        job->cancel();
        QTRY_VERIFY(over);
    }

    void runningJobIsCancelled() {
        JobRunner runner;
        std::optional<ErrorKind> kind;
        Job* job = runner.start(named("long"), untilStopped, this, [&](Result<int> result) { kind = result.error().kind; });
        QTRY_COMPARE(job->state(), JobState::Running);
        job->cancel();
        QTRY_VERIFY(kind.has_value());
        QCOMPARE(*kind, ErrorKind::Cancelled);
        QCOMPARE(job->state(), JobState::Cancelled);
    }

    void queuedJobIsCancelledAtOnceAndNeverRuns() {
        JobRunner runner;
        std::vector<Job*> busy;
        for (int i = 0; i < 2; ++i) busy.push_back(runner.start(named("busy"), untilStopped, this, [](Result<int>) {}));
        std::atomic<bool> ran{false};
        bool told = false;
        Job* queued = runner.start(named("queued"), [&](const Operation&) -> Result<void> {
            ran = true;
            return {};
        }, this, [&](Result<void> result) { told = !result; });
        QTRY_COMPARE(busy[1]->state(), JobState::Running);
        QCOMPARE(queued->state(), JobState::Queued);
        queued->cancel();
        QVERIFY(told);
        QCOMPARE(queued->state(), JobState::Cancelled);
        for (Job* job : busy) job->cancel();
        QTRY_VERIFY(busy[0]->isOver() && busy[1]->isOver());
        QTest::qWait(30);
        QVERIFY(!ran);
    }

    void poolsDoNotStarveEachOther() {
        JobRunner runner;
        for (int i = 0; i < 2; ++i) runner.start(named("busy"), untilStopped, this, [](Result<int>) {});
        bool done = false;
        runner.start(named("network", JobPool::Network), [](const Operation&) -> Result<void> { return {}; }, this, [&](Result<void>) { done = true; });
        QTRY_VERIFY(done);
    }

    void goneReceiverIsNotCalled() {
        JobRunner runner;
        auto receiver = std::make_unique<QObject>();
        bool called = false;
        Job* job = runner.start(named("late"), [](const Operation&) -> Result<void> { return {}; }, receiver.get(), [&](Result<void>) { called = true; });
        receiver.reset();
        QTRY_VERIFY(job->isOver());
        QVERIFY(!called);
    }

    void destructionStopsEverything() {
        std::atomic<int> started{0};
        std::atomic<int> stopped{0};
        {
            JobRunner runner;
            for (int i = 0; i < 4; ++i)  // the pool may run them all at once or keep some waiting
                runner.start(named("long", JobPool::Compute), [&](const Operation& operation) {
                    ++started;
                    auto result = untilStopped(operation);
                    ++stopped;
                    return result;
                }, this, [](Result<int>) {});
            QTRY_VERIFY(started > 0);
        }
        QCOMPARE(stopped.load(), started.load());
    }

    void modelFollows() {
        JobRunner runner;
        JobModel model(runner);
        QAbstractItemModelTester tester(&model);
        Job* job = runner.start(named("first"), [](const Operation&) -> Result<void> { return {}; }, this, [](Result<void>) {});
        runner.start(named("second"), [](const Operation&) -> Result<void> { return {}; }, this, [](Result<void>) {});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("first"));
        QTRY_VERIFY(job->isOver() && runner.activeJobs().empty());
        runner.clearFinished();
        QCOMPARE(model.rowCount(), 0);
    }

    void quietJobsAreNotListed() {
        JobRunner runner;
        JobInfo info = named("quiet");
        info.quiet = true;
        bool done = false;
        runner.start(info, [](const Operation&) -> Result<void> { return {}; }, this, [&](Result<void>) { done = true; });
        QVERIFY(runner.jobs().empty());
        QTRY_VERIFY(done);
    }
};

QTEST_MAIN(TestJobs)
#include "tst_jobs.moc"
