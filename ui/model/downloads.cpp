// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/downloads.h"

#include "core/base/platform/paths.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/widgets/error_text.h"

#include <QUrl>

#include <algorithm>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("model"), kKey = QStringLiteral("downloads");

}  // namespace

QString Download::title() const {
    const QString name = setTitle(QUrl(link).path());
    return name.isEmpty() ? link : name;
}

Downloads::Downloads(Settings& settings, JobRunner& jobs, QObject* parent) : QObject(parent), m_settings(settings), m_jobs(jobs) {
    for (const QString& link : settings.list(kArea, kKey)) m_all.push_back({link, {}, {}});
    // The window is made anew when the language changes; what runs goes on.
    for (Job* job : jobs.activeJobs()) adopt(job);
}

// Its result went to the window that was: asking once more finds the file there, or says again what is wrong.
void Downloads::adopt(Job* job) {
    const QString link = job->property("link").toString();
    Download* download = find(link);
    if (!download) return;
    download->job = job;
    connect(job, &Job::changed, this, &Downloads::progressChanged);
    connect(job, &Job::finished, this, [this, job, link] { job->state() == JobState::Cancelled ? emit listChanged() : start(link); });
}

Download* Downloads::find(const QString& link) {
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const Download& download) { return download.link == link; });
    return found == m_all.end() ? nullptr : &*found;
}

void Downloads::start(const QString& link) {
    Download* download = find(link);
    if (download && download->isRunning()) return;
    if (!download) download = &m_all.emplace_back(Download{link, {}, {}});
    download->error.clear();
    save();
    JobInfo info;
    info.title = tr("Download %1").arg(download->title());
    info.pool = JobPool::Network;
    const auto work = [link = link.toStdString(), options = m_options](const Operation& operation) { return downloadModel(link, options, operation); };
    download->job = m_jobs.start(std::move(info), work, this, [this, link](Result<Downloaded> outcome) { finish(link, outcome); });
    download->job->setProperty("link", link);
    connect(download->job, &Job::changed, this, &Downloads::progressChanged);
    emit listChanged();
}

void Downloads::stop(const QString& link) {
    if (Download* download = find(link); download && download->job) download->job->cancel();
}

void Downloads::forget(const QString& link) {
    stop(link);
    std::erase_if(m_all, [&](const Download& download) { return download.link == link; });
    save();
    emit listChanged();
}

void Downloads::finish(const QString& link, const Result<Downloaded>& outcome) {
    Download* download = find(link);
    if (!outcome) {
        if (download) {
            download->job = nullptr;
            if (outcome.error().kind != ErrorKind::Cancelled) download->error = errorText(outcome.error());
        }
        emit listChanged();
        return;
    }
    if (download) forget(link);
    emit arrived(QString::fromStdString(toUtf8(outcome->files.front())), outcome->check == DownloadCheck::Header);
}

void Downloads::save() {
    QStringList links;
    for (const Download& download : m_all) links.append(download.link);
    m_settings.setList(kArea, kKey, links);
}

}  // namespace tessera::ui
