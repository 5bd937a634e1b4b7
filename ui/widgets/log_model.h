// SPDX-License-Identifier: GPL-3.0-or-later
// The last lines of the log, for the log page: a ring in memory, filled from any thread.
#pragma once

#include "core/base/log.h"

#include <QAbstractTableModel>
#include <QDateTime>

#include <deque>
#include <mutex>
#include <optional>

namespace tessera::ui {

/// What a line is about.
enum class LogArea { General, Store, Network };

struct LogLine {
    QDateTime at;
    LogLevel level = LogLevel::Info;
    QString text;
    LogArea area = LogArea::General;
};

/// The ring itself lives as long as the program; add() may be called from any thread.
class LogRing : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMaxLines = 5000;
    static LogRing& instance();

    /// The area is that of the scope the calling thread is in, or else guessed from the words of core.
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

/// Lines logged on this thread while it lives are about `area`.
class LogAreaScope {
public:
    explicit LogAreaScope(LogArea area);
    ~LogAreaScope();
    LogAreaScope(const LogAreaScope&) = delete;
    LogAreaScope& operator=(const LogAreaScope&) = delete;

private:
    std::optional<LogArea> m_before;
};

class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Level, Text, kColumns };

    explicit LogModel(QObject* parent = nullptr);
    /// Lines less grave than this are left out.
    void setLevel(LogLevel level);
    void setFilter(const QString& text);
    /// Only lines about one of these; empty: all.
    void setAreas(QList<LogArea> areas);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reload();

    std::deque<LogLine> m_shown;
    LogLevel m_level = LogLevel::Info;
    QString m_filter;
    QList<LogArea> m_areas;
};

QString logLevelName(LogLevel level);

}  // namespace tessera::ui
