// SPDX-License-Identifier: GPL-3.0-or-later
// Models that can be opened: the recent ones, then what was found on this machine.
#pragma once

#include <QAbstractListModel>
#include <QStringList>

#include <filesystem>
#include <vector>

namespace tessera::ui {

class JobRunner;
class Settings;

/// Looks in core's places (models folder, working folder, its parent, data folder) and in the user's own folders, in the
/// background.
class ModelLibrary : public QAbstractListModel {
    Q_OBJECT
public:
    enum { PathRole = Qt::UserRole, SubtitleRole, RecentRole };

    ModelLibrary(Settings& settings, JobRunner& jobs, QObject* parent = nullptr);

    void search();
    int rowOf(const QString& path) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

signals:
    void searched();

private:
    struct Entry {
        QString path, title, subtitle;
        bool recent = false;
    };
    void rebuild();

    Settings& m_settings;
    JobRunner& m_jobs;
    QStringList m_found;
    std::vector<Entry> m_entries;
};

}  // namespace tessera::ui
