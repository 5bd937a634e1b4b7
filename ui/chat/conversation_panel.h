// SPDX-License-Identifier: GPL-3.0-or-later
// The side of the chat: new chat, search, the list of conversations with what one can do to them.
#pragma once

#include "core/chat/store/conversation_store.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QPushButton;

namespace tessera::ui {

class Banner;
class ChatController;
class ChatStore;
class ConversationList;
class Settings;

class ConversationPanel : public QWidget {
    Q_OBJECT
public:
    ConversationPanel(ChatController& controller, ChatStore& store, ConversationList& list, Settings& settings, QWidget* parent = nullptr);

    QListView* view() const { return m_view; }
    QLineEdit* searchEdit() const { return m_search; }
    void focusSearch();

    // Of the conversation that is chosen in the list
    void rename();
    void askMove();
    void togglePin();
    void removeChosen();
    void askNewFolder();
    /// Marks the conversation that is shown.
    void followController();

signals:
    void newChatRequested();
    void exportRequested(qint64 id);
    void importRequested();
    /// The search has its answer.
    void searched();
    /// A message that a search found is about to be opened: the words that matched.
    void hitChosen(const QString& matched);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void openRow(const QModelIndex& index);
    void toggleFolder(const QModelIndex& index);
    void showMenu(const QPoint& at);
    void fillMoveMenu(QMenu& menu, ConversationId id);
    void moveTo(ConversationId id, const QString& folder);
    void renameFolder(const QString& from, const QString& to);
    void dissolveFolder(const QString& name);
    void search();
    ConversationId chosen() const;

    ChatController& m_controller;
    ChatStore& m_store;
    ConversationList& m_list;
    Settings& m_settings;
    QPushButton* m_new;
    QLineEdit* m_search;
    QListView* m_view;
    QLabel* m_nothing;
    QWidget* m_undo;
    QLabel* m_undo_text;
    QPushButton* m_undo_button;
    QTimer m_search_delay, m_undo_timer;
    ConversationInfo m_removed;
    quint64 m_search_request = 0;
    bool m_following = false;
};

}  // namespace tessera::ui
