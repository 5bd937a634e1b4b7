// SPDX-License-Identifier: GPL-3.0-or-later
// Something that this machine offers to others until it is stopped: a job of the panel, named when quitting.
#pragma once

#include "ui/jobs/job_runner.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tessera::ui {

enum class ServiceState { Off, Starting, On, Stopping };

/// UI thread only. Lives as long as the program.
class RunningService : public QObject {
    Q_OBJECT
public:
    explicit RunningService(JobRunner& jobs, QObject* parent = nullptr) : QObject(parent), m_jobs(jobs) {}

    ServiceState state() const { return m_state; }
    /// Why it ended by itself; empty otherwise.
    QString error() const { return m_error; }
    /// Nothing happens when it is off already.
    void stop() {
        if (m_job) m_job->cancel();
        if (m_job && m_state != ServiceState::Off) setState(ServiceState::Stopping);
    }

signals:
    /// State or numbers.
    void changed();

protected:
    /// `open` makes it on a worker, where it stays; `look(*opened)` reads its numbers there, twice a second, and
    /// `show(numbers)` is called with them on the UI thread.
    template <class Open, class Look, class Show>
    void run(const QString& title, Open open, Look look, Show show) {
        if (m_state != ServiceState::Off) return;
        JobInfo info;
        info.title = title;
        info.pool = JobPool::Network;
        m_error.clear();
        const auto work = [this, open = std::move(open), look = std::move(look), show = std::move(show)](const Operation& operation) mutable -> Result<bool> {
            TESSERA_TRY(const auto opened, open(operation));
            std::mutex mutex;
            std::condition_variable_any never;
            std::unique_lock lock(mutex);
            operation.progress({0, 0, "serving"});
            while (!operation.stop.stop_requested()) {
                QMetaObject::invokeMethod(this, [this, show, numbers = look(*opened)] { tell([&] { show(numbers); }); }, Qt::QueuedConnection);
                never.wait_for(lock, operation.stop, kLook, [] { return false; });
            }
            return fail(ErrorKind::Cancelled, "stopped");
        };
        m_job = m_jobs.start(std::move(info), work, this, [this](const Result<bool>& ended) { end(ended.error()); });
        setState(ServiceState::Starting);
    }

private:
    static constexpr std::chrono::milliseconds kLook{500};

    template <class Call>
    void tell(Call call) {
        if (m_state == ServiceState::Off || m_state == ServiceState::Stopping) return;
        call();
        setState(ServiceState::On);
    }
    void end(const Error& why) {
        m_job = nullptr;
        setState(ServiceState::Off, why);
    }
    void setState(ServiceState state, const Error& why = {ErrorKind::Cancelled, {}});

    JobRunner& m_jobs;
    QPointer<Job> m_job;
    ServiceState m_state = ServiceState::Off;
    QString m_error;
};

}  // namespace tessera::ui
