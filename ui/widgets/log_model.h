// SPDX-License-Identifier: GPL-3.0-or-later
// The last lines of the log, for the log page: a ring in memory, filled from any thread.
#pragma once

#include "core/base/log.h"

#include <QAbstractTableModel>
#include <QDateTime>

#include <deque>
#include <mutex>

namespace tessera::ui {

struct LogLine {
    QDateTime at;
    LogLevel level = LogLevel::Info;
    QString text;
};

/// The ring itself lives as long as the program; add() may be called from any thread.
class LogRing : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMaxLines = 5000;
    static LogRing& instance();

    void add(LogLevel level, const QString& text);
    std::deque<LogLine> lines() const;
    void clear();

signals:
    /// At most one is on its way at a time.
    void changed();

private:
    LogRing() = default;
    mutable std::mutex m_mutex;
    std::deque<LogLine> m_lines;
    bool m_posted = false;
};

class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Level, Text, kColumns };

    explicit LogModel(QObject* parent = nullptr);
    /// Lines less grave than this are left out.
    void setLevel(LogLevel level);
    void setFilter(const QString& text);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reload();

    std::deque<LogLine> m_shown;
    LogLevel m_level = LogLevel::Info;
    QString m_filter;
};

QString logLevelName(LogLevel level);

}  // namespace tessera::ui
