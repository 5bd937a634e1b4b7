// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_runner.h"

#include "ui/jobs/job_shared.h"
#include "ui/widgets/error_text.h"

#include <QThread>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <tuple>

namespace tessera::ui {

JobRunner::JobRunner(QObject* parent) : QObject(parent) {
    // Loading beside an answer beside a capture must all begin; the engine itself takes turns.
    pool(JobPool::Compute).setMaxThreadCount(std::max(4, QThread::idealThreadCount()));
    // Verbs hash on all processors themselves; two at a time keep the disk busy.
    pool(JobPool::Disk).setMaxThreadCount(2);
    pool(JobPool::Network).setMaxThreadCount(8);
    for (QThreadPool& each : m_pools) each.setThreadPriority(QThread::LowPriority);
}

JobRunner::~JobRunner() {
    cancelAll();
    for (QThreadPool& each : m_pools) each.waitForDone();
}

Job* JobRunner::startErased(JobInfo info, ErasedWork work, ErasedDone done) {
    auto shared = std::make_shared<JobShared>();
    auto* job = new Job(std::move(info), shared, this);
    auto finished = std::make_shared<ErasedDone>(std::move(done));
    shared->drop = [this, job, finished] {
        finish(job, JobState::Cancelled, {});
        (*finished)(Error{ErrorKind::Cancelled, "stopped before it began"});
    };
    if (!job->info().quiet) {
        m_jobs.push_back(job);
        emit jobAdded(job);
    }
    connect(job, &Job::changed, this, [this, job] { emit jobChanged(job); });

    const auto on_ui = [this](auto call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); };
    std::ignore = QtConcurrent::run(&pool(job->info().pool), [this, job, shared, finished, on_ui, work = std::move(work)]() mutable {
        if (!shared->leaveWaiting(JobShared::kTaken)) return;
        on_ui([job] {
            job->m_state = JobState::Running;
            job->m_clock.restart();
            emit job->changed();
        });
        Operation operation;
        operation.stop = shared->stop.get_token();
        operation.progress = [job, shared, on_ui](const Progress& progress) {
            const std::lock_guard lock(shared->mutex);
            shared->done = progress.done;
            shared->total = progress.total;
            shared->stage.assign(progress.stage);
            if (std::exchange(shared->update_posted, true)) return;
            on_ui([job, shared] {
                {
                    const std::lock_guard ui_lock(shared->mutex);
                    shared->update_posted = false;
                    job->setProgress(shared->done, shared->total, QString::fromStdString(shared->stage));
                }
                emit job->changed();
            });
        };
        std::optional<Error> error = work(operation);
        on_ui([this, job, finished, error = std::move(error)] {
            const bool cancelled = error && error->kind == ErrorKind::Cancelled;
            finish(job, !error ? JobState::Done : cancelled ? JobState::Cancelled : JobState::Failed,
                   error && !cancelled ? errorText(*error) : QString());
            (*finished)(std::nullopt);
        });
    });
    return job;
}

void JobRunner::finish(Job* job, JobState state, const QString& error) {
    job->setOver(state, error);
    job->m_shared->drop = nullptr;
    if (job->info().quiet) job->deleteLater();
    else emit jobFinished(job);
}

std::vector<Job*> JobRunner::activeJobs() const {
    std::vector<Job*> active;
    std::copy_if(m_jobs.begin(), m_jobs.end(), std::back_inserter(active), [](const Job* job) { return !job->isOver(); });
    return active;
}

void JobRunner::cancelAll() {
    // Quiet ones too; ending one may call back and start or remove others.
    for (Job* job : findChildren<Job*>(Qt::FindDirectChildrenOnly)) job->cancel();
}

void JobRunner::clearFinished() {
    const std::vector<Job*> all = m_jobs;
    for (Job* job : all)
        if (job->isOver()) remove(job);
}

void JobRunner::remove(Job* job) {
    std::erase(m_jobs, job);
    emit jobRemoved(job);
    job->deleteLater();
}

}  // namespace tessera::ui
