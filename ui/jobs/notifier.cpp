// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/notifier.h"

#include "ui/jobs/job_runner.h"
#include "ui/settings/settings.h"
#include "ui/style/system_notification.h"

#include <QApplication>
#include <QWidget>

namespace tessera::ui {

Notifier::Notifier(JobRunner& jobs, Settings& settings, QObject* parent, qint64 long_ms) : QObject(parent), m_long_ms(long_ms) {
    connect(&jobs, &JobRunner::jobFinished, this, [this, &settings](Job* job) {
        if (settings.flag(QStringLiteral("general"), QStringLiteral("notify"), true)) jobFinished(job);
    });
}

void Notifier::jobFinished(Job* job) {
    if (job->state() == JobState::Cancelled || job->elapsedMs() < m_long_ms) return;
    if (QApplication::activeWindow()) return;
    for (QWidget* window : QApplication::topLevelWidgets())
        if (window->isVisible()) QApplication::alert(window);
    showSystemNotification(job->info().title, jobStatusText(*job));
    emit notified(job->info().title, jobStatusText(*job));
}

}  // namespace tessera::ui
