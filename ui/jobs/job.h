// SPDX-License-Identifier: GPL-3.0-or-later
// One long piece of work that runs beside the window.
#pragma once

#include "core/base/operation.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <deque>
#include <memory>

namespace tessera::ui {

enum class JobPool {
    Compute,  // loading, generating, capturing
    Disk,     // hashing, cutting, copying
    Network,  // waits more than it works
};

enum class JobState { Queued, Running, Done, Failed, Cancelled };

/// What the user is told about it.
struct JobInfo {
    QString title;               // "Verify SmolLM2-135M-Instruct"
    JobPool pool = JobPool::Disk;
    bool quiet = false;          // short work for the page itself: not listed, not announced, does not hold up quitting
    bool counts_bytes = true;    // unit of progress; otherwise plain numbers
};

struct JobShared;

/// Lives in the UI thread and belongs to its JobRunner, which forgets it when the user clears the list (quiet ones when
/// they end).
class Job : public QObject {
    Q_OBJECT
public:
    const JobInfo& info() const { return m_info; }
    JobState state() const { return m_state; }
    bool isOver() const { return m_state != JobState::Queued && m_state != JobState::Running; }
    quint64 done() const { return m_done; }
    quint64 total() const { return m_total; }  // 0: not known
    /// 0…1, negative while not known.
    double fraction() const;
    /// Part being worked on, in the words of the verb ("hashing").
    QString stage() const { return m_stage; }
    /// Why it failed; empty otherwise.
    QString error() const { return m_error; }
    QDateTime startedAt() const { return m_started_at; }
    qint64 elapsedMs() const;
    /// Units of progress per second over the last seconds, 0 while not known. What an earlier run had done is no speed.
    double rate() const;

public slots:
    /// A queued job is over at once; a running one as soon as its verb looks at the stop token.
    void cancel();

signals:
    void changed();
    void finished();

private:
    friend class JobRunner;
    Job(JobInfo info, std::shared_ptr<JobShared> shared, QObject* parent);
    void setOver(JobState state, const QString& error);
    void setProgress(quint64 done, quint64 total, const QString& stage);

    JobInfo m_info;
    std::shared_ptr<JobShared> m_shared;
    JobState m_state = JobState::Queued;
    quint64 m_done = 0, m_total = 0;
    QString m_stage, m_error;
    QDateTime m_started_at;
    QElapsedTimer m_clock;
    qint64 m_elapsed_ms = 0;
    struct Sample {
        qint64 at_ms;
        quint64 done;
    };
    std::deque<Sample> m_samples;  // of this stage, the last seconds
};

/// "Waiting", "Hashing", "Failed: …": one line on where a job stands.
QString jobStatusText(const Job& job);

}  // namespace tessera::ui
