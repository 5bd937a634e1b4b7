// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_model.h"

#include "ui/style/icons.h"
#include "ui/widgets/text_format.h"

#include <algorithm>

namespace tessera::ui {
namespace {

QIcon stateIcon(JobState state) {
    switch (state) {
        case JobState::Queued: return icon(Icon::Waiting, Role::Muted);
        case JobState::Running: return icon(Icon::Jobs, Role::Accent);
        case JobState::Done: return icon(Icon::Done, Role::Ok);
        case JobState::Failed: return icon(Icon::Failed, Role::Error);
        case JobState::Cancelled: return icon(Icon::Stop, Role::Muted);
    }
    return {};
}

}  // namespace

QString jobProgressText(const Job& job) {
    if (job.total() == 0) return {};
    const int percent = static_cast<int>(job.fraction() * 100);
    if (!job.info().counts_bytes)
        return Job::tr("%1 %, %2 of %3").arg(QString::number(percent), formatCount(job.done()), formatCount(job.total()));
    if (job.isOver()) return formatSize(job.total());
    return Job::tr("%1 %, %2 of %3, %4/s")
        .arg(QString::number(percent), formatSize(job.done()), formatSize(job.total()), formatSize(static_cast<quint64>(job.rate())));
}

JobModel::JobModel(JobRunner& runner, QObject* parent) : QAbstractTableModel(parent) {
    m_jobs.assign(runner.jobs().rbegin(), runner.jobs().rend());
    connect(&runner, &JobRunner::jobAdded, this, [this](Job* job) {
        beginInsertRows({}, 0, 0);
        m_jobs.insert(m_jobs.begin(), job);
        endInsertRows();
    });
    connect(&runner, &JobRunner::jobChanged, this, &JobModel::refresh);
    connect(&runner, &JobRunner::jobRemoved, this, [this](Job* job) {
        const auto found = std::find(m_jobs.begin(), m_jobs.end(), job);
        if (found == m_jobs.end()) return;
        const int row = static_cast<int>(found - m_jobs.begin());
        beginRemoveRows({}, row, row);
        m_jobs.erase(found);
        endRemoveRows();
    });
}

int JobModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_jobs.size()); }
int JobModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }
Job* JobModel::jobAt(int row) const { return m_jobs.at(static_cast<std::size_t>(row)); }

QVariant JobModel::data(const QModelIndex& index, int role) const {
    const Job& job = *jobAt(index.row());
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Title: return job.info().title;
            case Status: return jobStatusText(job);
            case ProgressColumn: return jobProgressText(job);
            case Time: return formatDuration(static_cast<double>(job.elapsedMs()) / 1000.0);
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Title) return stateIcon(job.state());
    if (role == Qt::ToolTipRole && job.state() == JobState::Failed) return job.error();
    if (role == FractionRole) return job.fraction();
    if (role == Qt::AccessibleTextRole && index.column() == Title)
        return tr("%1: %2").arg(job.info().title, jobStatusText(job));
    return {};
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Title: return tr("Job");
        case Status: return tr("State");
        case ProgressColumn: return tr("Progress");
        case Time: return tr("Time");
        default: return {};
    }
}

void JobModel::refresh(Job* job) {
    const auto found = std::find(m_jobs.begin(), m_jobs.end(), job);
    if (found == m_jobs.end()) return;
    const int row = static_cast<int>(found - m_jobs.begin());
    emit dataChanged(index(row, 0), index(row, kColumns - 1));
}

}  // namespace tessera::ui
