// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job.h"

#include "ui/jobs/job_shared.h"

#include <QCoreApplication>

namespace tessera::ui {

Job::Job(JobInfo info, std::shared_ptr<JobShared> shared, QObject* parent)
    : QObject(parent), m_info(std::move(info)), m_shared(std::move(shared)), m_started_at(QDateTime::currentDateTime()) {
    m_clock.start();
}

double Job::fraction() const {
    if (m_state == JobState::Done) return 1;
    if (m_total == 0) return -1;
    return static_cast<double>(m_done) / static_cast<double>(m_total);
}

qint64 Job::elapsedMs() const { return isOver() ? m_elapsed_ms : m_clock.elapsed(); }

double Job::rate() const {
    const qint64 elapsed = elapsedMs();
    return elapsed > 0 ? static_cast<double>(m_done) * 1000.0 / static_cast<double>(elapsed) : 0;
}

void Job::cancel() {
    if (isOver()) return;
    m_shared->stop.request_stop();
    if (m_shared->leaveWaiting(JobShared::kDropped)) m_shared->drop();
}

void Job::setOver(JobState state, const QString& error) {
    m_elapsed_ms = m_clock.elapsed();
    m_state = state;
    m_error = error;
    emit changed();
    emit finished();
}

namespace {

/// What core calls the parts of its verbs, in the language of the window; other words stay as they are.
QString stageText(const QString& stage) {
    [[maybe_unused]] static constexpr const char* kStages[] = {
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "opening"),     QT_TRANSLATE_NOOP("tessera::ui::JobStage", "reading"),
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "verifying"),   QT_TRANSLATE_NOOP("tessera::ui::JobStage", "loading"),
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "hashing"),     QT_TRANSLATE_NOOP("tessera::ui::JobStage", "rebuilding"),
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "evaluating"),  QT_TRANSLATE_NOOP("tessera::ui::JobStage", "comparing"),
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "unit checks"), QT_TRANSLATE_NOOP("tessera::ui::JobStage", "downloading"),
    };
    return QCoreApplication::translate("tessera::ui::JobStage", stage.toUtf8().constData());
}

}  // namespace

QString jobStatusText(const Job& job) {
    switch (job.state()) {
        case JobState::Queued: return Job::tr("Waiting");
        case JobState::Running: return job.stage().isEmpty() ? Job::tr("Running") : stageText(job.stage());
        case JobState::Done: return Job::tr("Done");
        case JobState::Failed: return Job::tr("Failed: %1").arg(job.error());
        case JobState::Cancelled: return Job::tr("Stopped");
    }
    return {};
}

}  // namespace tessera::ui
