// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the synchronous verbs of core on pools of its own (the global pool starves the third job on two processors) and
// brings progress and result back to the UI thread.
#pragma once

#include "ui/jobs/job.h"

#include <QPointer>
#include <QThreadPool>

#include <array>
#include <functional>
#include <optional>
#include <type_traits>
#include <vector>

namespace tessera::ui {

/// UI thread only, except for what runs inside `work`. The destructor stops everything and waits for it.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    /// `work` is called on a thread of the pool as `Result<T> work(const Operation&)`; it must not touch QObjects of
    /// the UI. `done` is called as `done(Result<T>)` on the UI thread, unless `receiver` has been deleted by then. A job
    /// that was cancelled while it waited gives ErrorKind::Cancelled and its work is never called.
    template <class Work, class Done>
    Job* start(JobInfo info, Work work, QObject* receiver, Done done) {
        using Outcome = std::invoke_result_t<Work, const Operation&>;
        auto outcome = std::make_shared<std::optional<Outcome>>();
        return startErased(
            std::move(info),
            [outcome, work = std::move(work)](const Operation& operation) mutable -> std::optional<Error> {
                outcome->emplace(work(operation));
                if (**outcome) return std::nullopt;
                return (**outcome).error();
            },
            [outcome, guard = QPointer<QObject>(receiver), done = std::move(done)](std::optional<Error> dropped) mutable {
                if (!guard) return;
                if (dropped) done(Outcome(tl::unexpected<Error>(std::move(*dropped))));
                else done(std::move(**outcome));
            });
    }

    /// Jobs that are listed, oldest first.
    const std::vector<Job*>& jobs() const { return m_jobs; }
    /// Listed jobs that are not over: what quitting would interrupt.
    std::vector<Job*> activeJobs() const;
    void cancelAll();
    void clearFinished();

signals:
    void jobAdded(tessera::ui::Job* job);
    void jobChanged(tessera::ui::Job* job);
    void jobFinished(tessera::ui::Job* job);
    /// The pointer is only good for comparing.
    void jobRemoved(tessera::ui::Job* job);

private:
    using ErasedWork = std::function<std::optional<Error>(const Operation&)>;
    using ErasedDone = std::function<void(std::optional<Error> dropped)>;
    Job* startErased(JobInfo info, ErasedWork work, ErasedDone done);
    void finish(Job* job, JobState state, const QString& error);
    void remove(Job* job);
    QThreadPool& pool(JobPool which) { return m_pools[static_cast<std::size_t>(which)]; }

    std::array<QThreadPool, 3> m_pools;
    std::vector<Job*> m_jobs;
};

}  // namespace tessera::ui
