// SPDX-License-Identifier: GPL-3.0-or-later
// The conversations as rows: pinned ones, folders, then by day; or what a search found.
#pragma once

#include "core/chat/store/conversation_store.h"

#include <QAbstractListModel>
#include <QDate>
#include <QSet>

#include <optional>
#include <vector>

namespace tessera::ui {

/// Holds what is known of every conversation; rows are made from it. UI thread only.
class ConversationList : public QAbstractListModel {
    Q_OBJECT
public:
    enum Roles {
        IdRole = Qt::UserRole,  // qint64; 0 for headings
        KindRole,               // Kind
        SubtitleRole,
        HitMessageRole,         // of a hit: its number, 0 for a title
        HitTextRole,            // of a hit: the first words in it that matched
        FolderRole,             // of a folder's heading: its name
        OpenRole,               // of a folder's heading: unfolded
    };
    enum Kind { Heading, Folder, Conversation, Hit };

    explicit ConversationList(QObject* parent = nullptr);

    void setAll(std::vector<ConversationInfo> infos);
    /// Adds or changes one.
    void put(const ConversationInfo& info);
    void remove(ConversationId id);
    const ConversationInfo* find(ConversationId id) const;
    const std::vector<ConversationInfo>& all() const { return m_infos; }

    /// Of all conversations and those made with addFolder(), by name.
    QStringList folders() const;
    /// Empty ones live until the program ends.
    void addFolder(const QString& name);
    void forgetFolder(const QString& name);
    void setFolded(const QString& folder, bool folded);
    QStringList foldedFolders() const { return QStringList(m_folded.begin(), m_folded.end()); }

    /// Shows these instead, until nullopt.
    void setHits(std::optional<std::vector<SearchHit>> hits);
    bool showsHits() const { return m_hits.has_value(); }

    /// −1 when it has no row (in a folded folder, not among the hits).
    int rowOf(ConversationId id) const;
    ConversationId idAt(const QModelIndex& index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    /// The user gave a row another title.
    void renamed(qint64 id, const QString& title);
    void folderRenamed(const QString& from, const QString& to);

private:
    struct Row {
        Kind kind = Conversation;
        QString text;                // of headings
        std::size_t info = 0;        // index into m_infos
        std::size_t hit = 0;         // index into m_hits
        int count = 0;               // conversations of a folder
    };
    void rebuild();
    void addConversationRows(std::vector<Row>& rows) const;
    QString subtitle(const ConversationInfo& info) const;

    std::vector<ConversationInfo> m_infos;  // pinned first, then the most recently changed
    std::optional<std::vector<SearchHit>> m_hits;
    std::vector<Row> m_rows;
    QSet<QString> m_added_folders, m_folded;
};

/// "New chat" for a conversation that has no title yet.
QString displayTitle(const ConversationInfo& info);

}  // namespace tessera::ui
