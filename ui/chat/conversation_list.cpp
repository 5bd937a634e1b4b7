// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/conversation_list.h"

#include "core/base/ids.h"
#include "ui/style/icons.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace tessera::ui {
namespace {

bool comesBefore(const ConversationInfo& a, const ConversationInfo& b) {
    if (a.pinned != b.pinned) return a.pinned;
    return a.updated_ms > b.updated_ms;
}

QString plainExcerpt(const std::string& excerpt) {
    QString text = QString::fromStdString(excerpt).simplified();
    return text.remove(QChar(2)).remove(QChar(3));
}

QString matchedText(const std::string& excerpt) {
    const QString text = QString::fromStdString(excerpt);
    const qsizetype begin = text.indexOf(QChar(2)) + 1, end = text.indexOf(QChar(3), begin);
    return begin > 0 && end > begin ? text.mid(begin, end - begin) : QString();
}

}  // namespace

QString displayTitle(const ConversationInfo& info) {
    return info.title.empty() ? QCoreApplication::translate("tessera::ui::ConversationList", "New chat") : QString::fromStdString(info.title);
}

ConversationList::ConversationList(QObject* parent) : QAbstractListModel(parent) {}

void ConversationList::setAll(std::vector<ConversationInfo> infos) {
    m_infos = std::move(infos);
    std::stable_sort(m_infos.begin(), m_infos.end(), comesBefore);
    rebuild();
}

void ConversationList::put(const ConversationInfo& info) {
    std::erase_if(m_infos, [&](const ConversationInfo& other) { return other.id == info.id; });
    m_infos.insert(std::upper_bound(m_infos.begin(), m_infos.end(), info, comesBefore), info);
    rebuild();
}

void ConversationList::remove(ConversationId id) {
    std::erase_if(m_infos, [id](const ConversationInfo& info) { return info.id == id; });
    if (m_hits) std::erase_if(*m_hits, [id](const SearchHit& hit) { return hit.conversation == id; });
    rebuild();
}

const ConversationInfo* ConversationList::find(ConversationId id) const {
    const auto found = std::find_if(m_infos.begin(), m_infos.end(), [id](const ConversationInfo& info) { return info.id == id; });
    return found == m_infos.end() ? nullptr : &*found;
}

QStringList ConversationList::folders() const {
    QSet<QString> names = m_added_folders;
    for (const ConversationInfo& info : m_infos)
        if (!info.folder.empty()) names.insert(QString::fromStdString(info.folder));
    QStringList sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end(), [](const QString& a, const QString& b) { return QString::localeAwareCompare(a, b) < 0; });
    return sorted;
}

void ConversationList::addFolder(const QString& name) {
    m_added_folders.insert(name);
    rebuild();
}

void ConversationList::forgetFolder(const QString& name) {
    m_added_folders.remove(name);
    m_folded.remove(name);
    rebuild();
}

void ConversationList::setFolded(const QString& folder, bool folded) {
    if (folded) m_folded.insert(folder);
    else m_folded.remove(folder);
    rebuild();
}

void ConversationList::setHits(std::optional<std::vector<SearchHit>> hits) {
    if (!hits && !m_hits) return;
    m_hits = std::move(hits);
    rebuild();
}

void ConversationList::rebuild() {
    std::vector<Row> rows;
    if (m_hits) {
        for (std::size_t i = 0; i < m_hits->size(); ++i) rows.push_back({Hit, {}, 0, i, 0});
    } else {
        addConversationRows(rows);
    }
    // Answers touch their conversation every time: no reset while the rows stay the same ones.
    const auto same = [this](const Row& a, const Row& b) { return a.kind == b.kind && a.text == b.text && a.count == b.count; };
    if (!m_hits && rows.size() == m_rows.size() && std::equal(rows.begin(), rows.end(), m_rows.begin(), same)) {
        m_rows = std::move(rows);
        if (!m_rows.empty()) emit dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void ConversationList::addConversationRows(std::vector<Row>& rows) const {
    const auto add_all = [&](const QString& heading, auto&& belongs) {
        bool first = true;
        for (std::size_t i = 0; i < m_infos.size(); ++i) {
            if (!belongs(m_infos[i])) continue;
            if (std::exchange(first, false)) rows.push_back({Heading, heading, 0, 0, 0});
            rows.push_back({Conversation, QString::number(toInt(m_infos[i].id)), i, 0, 0});
        }
    };
    add_all(tr("Pinned"), [](const ConversationInfo& info) { return info.pinned; });
    for (const QString& folder : folders()) {
        const std::size_t heading = rows.size();
        rows.push_back({Folder, folder, 0, 0, 0});
        for (std::size_t i = 0; i < m_infos.size(); ++i) {
            if (m_infos[i].pinned || QString::fromStdString(m_infos[i].folder) != folder) continue;
            ++rows[heading].count;
            if (!m_folded.contains(folder)) rows.push_back({Conversation, QString::number(toInt(m_infos[i].id)), i, 0, 0});
        }
    }
    const qint64 today = QDate::currentDate().toJulianDay();
    const auto age = [today](const ConversationInfo& info) { return today - QDateTime::fromMSecsSinceEpoch(info.updated_ms).date().toJulianDay(); };
    struct Span {
        QString heading;
        qint64 from, to;  // days ago
    };
    for (const Span& span : {Span{tr("Today"), -100000, 0}, Span{tr("Yesterday"), 1, 1}, Span{tr("Last 7 days"), 2, 7}, Span{tr("Earlier"), 8, 10000000}})
        add_all(span.heading, [&](const ConversationInfo& info) { return !info.pinned && info.folder.empty() && age(info) >= span.from && age(info) <= span.to; });
}

int ConversationList::rowOf(ConversationId id) const {
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (idAt(index(static_cast<int>(i))) == id) return static_cast<int>(i);
    return -1;
}

ConversationId ConversationList::idAt(const QModelIndex& at) const { return ConversationId{at.data(IdRole).toLongLong()}; }

int ConversationList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }

QString ConversationList::subtitle(const ConversationInfo& info) const {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(info.updated_ms);
    const QString when = time.date() == QDate::currentDate() ? QLocale().toString(time.time(), QLocale::ShortFormat) : QLocale().toString(time.date(), QLocale::ShortFormat);
    if (info.message_count == 0) return info.draft.empty() ? when : tr("%1 · draft").arg(when);
    return tr("%1 · %2").arg(when, tr("%n message(s)", nullptr, static_cast<int>(info.message_count)));
}

QVariant ConversationList::data(const QModelIndex& at, int role) const {
    if (!at.isValid() || at.row() >= rowCount()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(at.row())];
    if (role == KindRole) return row.kind;
    switch (row.kind) {
        case Heading:
            if (role == Qt::DisplayRole) return row.text;
            return role == IdRole ? QVariant(0) : QVariant();
        case Folder:
            if (role == Qt::DisplayRole) return row.text;
            if (role == Qt::EditRole || role == FolderRole) return row.text;
            if (role == OpenRole) return !m_folded.contains(row.text);
            if (role == SubtitleRole) return QLocale().toString(row.count);
            if (role == Qt::AccessibleTextRole) return tr("Folder %1, %n chat(s)", nullptr, row.count).arg(row.text);
            return role == IdRole ? QVariant(0) : QVariant();
        case Conversation: {
            const ConversationInfo& info = m_infos[row.info];
            if (role == IdRole) return QVariant::fromValue(static_cast<qlonglong>(toInt(info.id)));
            if (role == Qt::DisplayRole) return displayTitle(info);
            if (role == Qt::EditRole) return QString::fromStdString(info.title);
            if (role == SubtitleRole || role == Qt::AccessibleDescriptionRole) return subtitle(info);
            if (role == Qt::ToolTipRole) return displayTitle(info);
            return {};
        }
        case Hit: {
            const SearchHit& hit = (*m_hits)[row.hit];
            if (role == IdRole) return QVariant::fromValue(static_cast<qlonglong>(toInt(hit.conversation)));
            if (role == HitMessageRole) return toInt(hit.message);
            if (role == HitTextRole) return matchedText(hit.excerpt);
            if (role == Qt::DisplayRole) return hit.title.empty() ? tr("New chat") : QString::fromStdString(hit.title);
            if (role == SubtitleRole) return QString::fromStdString(hit.excerpt);  // with its marks
            if (role == Qt::ToolTipRole || role == Qt::AccessibleDescriptionRole) return plainExcerpt(hit.excerpt);
            return {};
        }
    }
    return {};
}

Qt::ItemFlags ConversationList::flags(const QModelIndex& at) const {
    if (!at.isValid()) return Qt::NoItemFlags;
    switch (m_rows[static_cast<std::size_t>(at.row())].kind) {
        case Heading: return Qt::NoItemFlags;
        case Folder: return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable;
        case Conversation: return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable;
        case Hit: return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    }
    return Qt::NoItemFlags;
}

bool ConversationList::setData(const QModelIndex& at, const QVariant& value, int role) {
    const QString text = value.toString().simplified();
    if (role != Qt::EditRole || text.isEmpty() || text == at.data(Qt::EditRole).toString()) return false;
    if (at.data(KindRole).toInt() == Folder) emit folderRenamed(at.data(FolderRole).toString(), text);
    else emit renamed(toInt(idAt(at)), text);
    return true;
}

}  // namespace tessera::ui
