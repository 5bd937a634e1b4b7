// SPDX-License-Identifier: GPL-3.0-or-later
// The list of jobs as a table, newest first.
#pragma once

#include "ui/jobs/job_runner.h"

#include <QAbstractTableModel>

namespace tessera::ui {

class JobModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, Status, ProgressColumn, Time, kColumns };
    enum ItemRole { FractionRole = Qt::UserRole, JobRole };

    explicit JobModel(JobRunner& runner, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Job* jobAt(int row) const;

private:
    void refresh(Job* job);

    std::vector<Job*> m_jobs;  // newest first
};

/// "34 %, 33.1 of 98.4 MB, 210 MB/s" or what is known of it.
QString jobProgressText(const Job& job);

}  // namespace tessera::ui
