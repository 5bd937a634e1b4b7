// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the user that long work has ended while the window was not in front.
#pragma once

#include <QObject>

namespace tessera::ui {

class Job;
class JobRunner;
class Settings;

class Notifier : public QObject {
    Q_OBJECT
public:
    /// Work is long from `long_ms` on.
    Notifier(JobRunner& jobs, Settings& settings, QObject* parent = nullptr, qint64 long_ms = 8000);

signals:
    /// What is shown; for tests.
    void notified(const QString& title, const QString& text);

private:
    void jobFinished(Job* job);

    qint64 m_long_ms;
};

}  // namespace tessera::ui
