// SPDX-License-Identifier: GPL-3.0-or-later
// Models on their way here from links. What has not arrived is remembered, so that it can be taken up after a restart.
#pragma once

#include "core/loader/network/download.h"
#include "ui/jobs/job_runner.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <vector>

namespace tessera::ui {

class Settings;

struct Download {
    QString link;
    QPointer<Job> job;  // while it runs
    QString error;      // why it stopped; empty when the user stopped it
    bool isRunning() const { return job && !job->isOver(); }
    /// The file's name, without the rest of the link.
    QString title() const;
};

/// UI thread only.
class Downloads : public QObject {
    Q_OBJECT
public:
    Downloads(Settings& settings, JobRunner& jobs, QObject* parent = nullptr);

    const std::vector<Download>& all() const { return m_all; }
    /// Begins, or goes on where it stopped.
    void start(const QString& link);
    void stop(const QString& link);
    /// Takes it off the list. What has come stays on the disk for another time.
    void forget(const QString& link);
    /// Where to, how patiently: for tests.
    void setOptions(DownloadOptions options) { m_options = std::move(options); }
    const DownloadOptions& options() const { return m_options; }

signals:
    void listChanged();
    void progressChanged();
    /// Whole and verified; `unverified` when no hash was known.
    void arrived(const QString& path, bool unverified);

private:
    void adopt(Job* job);
    Download* find(const QString& link);
    void finish(const QString& link, const Result<Downloaded>& outcome);
    void save();

    Settings& m_settings;
    JobRunner& m_jobs;
    DownloadOptions m_options;
    std::vector<Download> m_all;
};

}  // namespace tessera::ui
