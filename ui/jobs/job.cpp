// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job.h"

#include "ui/jobs/job_shared.h"

#include <QCoreApplication>

namespace tessera::ui {
namespace {

constexpr qint64 kRateWindowMs = 5000;

}  // namespace

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
    if (m_samples.size() < 2) return 0;
    const qint64 elapsed = (isOver() ? m_samples.back().at_ms : m_clock.elapsed()) - m_samples.front().at_ms;
    return elapsed > 0 ? static_cast<double>(m_samples.back().done - m_samples.front().done) * 1000.0 / static_cast<double>(elapsed) : 0;
}

void Job::setProgress(quint64 done, quint64 total, const QString& stage) {
    const qint64 now = m_clock.elapsed();
    if (stage != m_stage || done < m_done) m_samples.clear();
    m_samples.push_back({now, done});
    while (m_samples.size() > 2 && now - m_samples[1].at_ms >= kRateWindowMs) m_samples.pop_front();
    m_done = done;
    m_total = total;
    m_stage = stage;
}

void Job::cancel() {
    if (isOver()) return;
    m_shared->stop.request_stop();
    if (!m_shared->leaveWaiting(JobShared::kDropped)) return;
    const auto drop = std::move(m_shared->drop);  // ending the job takes the member away
    drop();
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
        QT_TRANSLATE_NOOP("tessera::ui::JobStage", "serving"),
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
