// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/log_model.h"

#include "ui/style/icons.h"

#include <algorithm>
#include <array>

namespace tessera::ui {
namespace {

std::optional<LogArea>& scopedArea() {
    static thread_local std::optional<LogArea> area;
    return area;
}

/// Core logs in English and names no area.
LogArea guessArea(const QString& text) {
    const auto names = [&](const auto& words) {
        return std::any_of(words.begin(), words.end(), [&](const char* word) { return text.contains(QLatin1String(word), Qt::CaseInsensitive); });
    };
    static constexpr std::array kNetwork{"http", "download", "upload", "peer", "node ", "socket"};
    static constexpr std::array kStore{"fragment", "manifest", "journal", "store"};
    return names(kNetwork) ? LogArea::Network : names(kStore) ? LogArea::Store : LogArea::General;
}

}  // namespace

LogAreaScope::LogAreaScope(LogArea area) : m_before(std::exchange(scopedArea(), area)) {}
LogAreaScope::~LogAreaScope() { scopedArea() = m_before; }

LogRing& LogRing::instance() {
    static LogRing ring;
    return ring;
}

void LogRing::add(LogLevel level, const QString& text) {
    const std::lock_guard lock(m_mutex);
    m_lines.push_back({QDateTime::currentDateTime(), level, text, scopedArea().value_or(guessArea(text))});
    if (m_lines.size() > kMaxLines) m_lines.pop_front();
    if (std::exchange(m_posted, true)) return;
    QMetaObject::invokeMethod(this, [this] {
        {
            const std::lock_guard ui_lock(m_mutex);
            m_posted = false;
        }
        emit changed();
    }, Qt::QueuedConnection);
}

std::deque<LogLine> LogRing::lines() const {
    const std::lock_guard lock(m_mutex);
    return m_lines;
}

void LogRing::clear() {
    {
        const std::lock_guard lock(m_mutex);
        m_lines.clear();
    }
    emit changed();
}

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {
    connect(&LogRing::instance(), &LogRing::changed, this, &LogModel::reload);
    reload();
}

void LogModel::setLevel(LogLevel level) {
    m_level = level;
    reload();
}

void LogModel::setAreas(QList<LogArea> areas) {
    m_areas = std::move(areas);
    reload();
}

void LogModel::setFilter(const QString& text) {
    m_filter = text;
    reload();
}

void LogModel::reload() {
    beginResetModel();
    m_shown.clear();
    for (LogLine& line : LogRing::instance().lines())
        if (line.level <= m_level && (m_areas.isEmpty() || m_areas.contains(line.area)) && (m_filter.isEmpty() || line.text.contains(m_filter, Qt::CaseInsensitive)))
            m_shown.push_back(std::move(line));
    endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_shown.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant LogModel::data(const QModelIndex& index, int role) const {
    const LogLine& line = m_shown[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        if (index.column() == Time) return line.at.toString(QStringLiteral("HH:mm:ss.zzz"));
        return index.column() == Level ? logLevelName(line.level) : line.text;
    }
    if (role == Qt::ToolTipRole) return line.text;
    if (role == Qt::DecorationRole && index.column() == Level) {
        switch (line.level) {
            case LogLevel::Error: return icon(Icon::Bad, Role::Error);
            case LogLevel::Warning: return icon(Icon::Warning, Role::Warn);
            case LogLevel::Info: return icon(Icon::Info, Role::Accent);
            case LogLevel::Debug: return icon(Icon::More, Role::Muted);
        }
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == Time ? tr("Time") : section == Level ? tr("Level") : tr("Message");
}

QString logLevelName(LogLevel level) {
    switch (level) {
        case LogLevel::Error: return LogModel::tr("Error");
        case LogLevel::Warning: return LogModel::tr("Warning");
        case LogLevel::Info: return LogModel::tr("Information");
        case LogLevel::Debug: return LogModel::tr("Details");
    }
    return {};
}

}  // namespace tessera::ui
