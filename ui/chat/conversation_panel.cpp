// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/conversation_panel.h"

#include "ui/chat/chat_controller.h"
#include "ui/chat/conversation_delegate.h"
#include "ui/chat/conversation_list.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/elements.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

constexpr int kSearchDelayMs = 150, kUndoMs = 12000;

}  // namespace

ConversationPanel::ConversationPanel(ChatController& controller, ChatStore& store, ConversationList& list, Settings& settings, QWidget* parent)
    : QWidget(parent), m_controller(controller), m_store(store), m_list(list), m_settings(settings) {
    setGroundRole(this, Role::Window);
    m_new = makeIconTextButton(Icon::NewChat, tr("New chat"));
    makePrimary(m_new);
    m_new->setIcon(icon(Icon::NewChat, Role::OnAccent));
    connect(m_new, &QPushButton::clicked, this, &ConversationPanel::newChatRequested);
    m_search = new QLineEdit;
    m_search->addAction(icon(Icon::Search, Role::Muted), QLineEdit::LeadingPosition);
    m_search->setPlaceholderText(tr("Search chats"));
    m_search->setAccessibleName(tr("Search all chats"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_view = new QListView;
    m_view->setModel(&m_list);
    m_view->setItemDelegate(new ConversationDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setAccessibleName(tr("Chats"));
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setLayoutMode(QListView::Batched);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->installEventFilter(this);
    setGroundRole(m_view, Role::Window);
    setGroundRole(m_view->viewport(), Role::Window);
    connect(m_view, &QListView::customContextMenuRequested, this, &ConversationPanel::showMenu);
    connect(m_view, &QListView::clicked, this, [this](const QModelIndex& index) {
        index.data(ConversationList::KindRole).toInt() == ConversationList::Folder ? toggleFolder(index) : openRow(index);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        // Arrow keys go through the conversations; through hits only Enter, they would jump about in one.
        if (!m_following && current.data(ConversationList::KindRole).toInt() == ConversationList::Conversation) openRow(current);
    });
    connect(&m_list, &QAbstractItemModel::modelReset, this, &ConversationPanel::followController);
    connect(&m_list, &ConversationList::renamed, this, [this](qint64 id, const QString& title) {
        m_controller.changeInfo(ConversationId{id}, [&](ConversationInfo& info) {
            info.title = title.toStdString();
            info.title_is_automatic = false;
        });
    });
    connect(&m_list, &ConversationList::folderRenamed, this, &ConversationPanel::renameFolder);
    m_nothing = makeParagraph({}, Role::Muted);
    m_nothing->setAlignment(Qt::AlignHCenter);
    m_nothing->hide();

    m_undo = new QWidget;
    m_undo_text = makeParagraph({});
    m_undo_text->setTextInteractionFlags(Qt::NoTextInteraction);
    m_undo_button = makeIconTextButton(Icon::Undo, tr("Undo"));
    connect(m_undo_button, &QPushButton::clicked, this, [this] {
        m_undo->hide();
        m_controller.restoreConversation(m_removed);
        m_controller.open(m_removed.id);
    });
    auto* undo = new QVBoxLayout(m_undo);
    undo->setContentsMargins(0, 0, 0, 0);
    undo->addWidget(m_undo_text);
    undo->addWidget(m_undo_button);
    m_undo->hide();

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpace), px(kSpace), px(kSpace), px(kSpace));
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_new);
    column->addWidget(m_search);
    column->addWidget(m_nothing);
    column->addWidget(m_view, 1);
    column->addWidget(m_undo);

    m_search_delay.setSingleShot(true);
    m_search_delay.setInterval(kSearchDelayMs);
    connect(m_search, &QLineEdit::textChanged, &m_search_delay, qOverload<>(&QTimer::start));
    connect(&m_search_delay, &QTimer::timeout, this, &ConversationPanel::search);
    m_undo_timer.setSingleShot(true);
    m_undo_timer.setInterval(kUndoMs);
    connect(&m_undo_timer, &QTimer::timeout, m_undo, &QWidget::hide);
    connect(&controller, &ChatController::chatOpened, this, &ConversationPanel::followController);
    for (const QString& folder : m_settings.list(QStringLiteral("chat"), QStringLiteral("folded"))) m_list.setFolded(folder, true);
    for (const QString& folder : m_settings.list(QStringLiteral("chat"), QStringLiteral("folders"))) m_list.addFolder(folder);
}

void ConversationPanel::focusSearch() {
    m_search->setFocus();
    m_search->selectAll();
}

void ConversationPanel::followController() {
    if (m_list.showsHits()) return;
    m_following = true;
    const int row = m_list.rowOf(m_controller.info().id);
    if (row >= 0) m_view->setCurrentIndex(m_list.index(row));
    else {
        m_view->clearSelection();
        m_view->selectionModel()->setCurrentIndex({}, QItemSelectionModel::NoUpdate);
    }
    m_following = false;
}

ConversationId ConversationPanel::chosen() const {
    const ConversationId id = m_list.idAt(m_view->currentIndex());
    return id == ConversationId{0} ? m_controller.info().id : id;
}

void ConversationPanel::openRow(const QModelIndex& index) {
    const ConversationId id = m_list.idAt(index);
    if (id == ConversationId{0}) return;
    const MessageNumber message{index.data(ConversationList::HitMessageRole).toInt()};
    if (message != kNoMessage) emit hitChosen(index.data(ConversationList::HitTextRole).toString());
    if (id != m_controller.info().id || message != kNoMessage) m_controller.open(id, message);
}

void ConversationPanel::toggleFolder(const QModelIndex& index) {
    const QString folder = index.data(ConversationList::FolderRole).toString();
    const int row = index.row();
    m_list.setFolded(folder, index.data(ConversationList::OpenRole).toBool());
    m_settings.setList(QStringLiteral("chat"), QStringLiteral("folded"), m_list.foldedFolders());
    m_view->selectionModel()->setCurrentIndex(m_list.index(row), QItemSelectionModel::ClearAndSelect);
}

bool ConversationPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const QModelIndex current = m_view->currentIndex();
    const bool is_folder = current.data(ConversationList::KindRole).toInt() == ConversationList::Folder && current.isValid();
    if (watched == m_search) {
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
        if (key == Qt::Key_Down && m_list.rowCount() > 0) {
            m_view->setFocus(Qt::TabFocusReason);
            if (m_list.showsHits()) m_view->setCurrentIndex(m_list.index(0));
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            if (m_list.showsHits() && m_list.rowCount() > 0) openRow(m_list.index(0));
            return true;
        }
    } else if (watched == m_view) {
        switch (key) {
            case Qt::Key_Delete:
                if (!is_folder) removeChosen();
                return true;
            case Qt::Key_Return:
            case Qt::Key_Enter:
            case Qt::Key_Space: is_folder ? toggleFolder(current) : openRow(current); return true;
            case Qt::Key_Left:
            case Qt::Key_Right:
                if (is_folder && current.data(ConversationList::OpenRole).toBool() == (key == Qt::Key_Left)) toggleFolder(current);
                return true;
            default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ConversationPanel::rename() {
    const int row = m_list.rowOf(chosen());
    if (row < 0) return;
    m_view->setFocus();
    m_view->setCurrentIndex(m_list.index(row));
    m_view->edit(m_list.index(row));
}

void ConversationPanel::togglePin() {
    m_controller.changeInfo(chosen(), [](ConversationInfo& info) { info.pinned = !info.pinned; });
}

void ConversationPanel::removeChosen() {
    const ConversationInfo* info = m_list.find(chosen());
    if (!info) return;
    m_removed = *info;
    m_controller.removeConversation(m_removed.id);
    m_undo_text->setText(tr("“%1” was deleted.").arg(displayTitle(m_removed)));
    m_undo->show();
    m_undo_timer.start();
}

void ConversationPanel::moveTo(ConversationId id, const QString& folder) {
    m_controller.changeInfo(id, [&](ConversationInfo& info) { info.folder = folder.toStdString(); });
}

void ConversationPanel::fillMoveMenu(QMenu& menu, ConversationId id) {
    const ConversationInfo* info = m_list.find(id);
    if (!info) return;
    const QString now = QString::fromStdString(info->folder);
    for (const QString& folder : m_list.folders()) {
        QAction* action = menu.addAction(icon(Icon::Folder), folder, this, [this, id, folder] { moveTo(id, folder); });
        action->setEnabled(folder != now);
    }
    if (!menu.isEmpty()) menu.addSeparator();
    menu.addAction(icon(Icon::FolderAdd), tr("New folder…"), this, [this, id] {
        askName(this, tr("New folder"), {}, [this, id](const QString& name) { moveTo(id, name); });
    });
    menu.addAction(tr("No folder"), this, [this, id] { moveTo(id, {}); })->setEnabled(!now.isEmpty());
}

void ConversationPanel::askMove() {
    QMenu menu(this);
    fillMoveMenu(menu, chosen());
    if (!menu.isEmpty()) menu.exec(m_view->mapToGlobal(m_view->visualRect(m_view->currentIndex()).bottomLeft()));
}

void ConversationPanel::askNewFolder() {
    askName(this, tr("New folder"), {}, [this](const QString& name) {
        m_list.addFolder(name);
        m_settings.setList(QStringLiteral("chat"), QStringLiteral("folders"), m_list.folders());
    });
}

void ConversationPanel::renameFolder(const QString& from, const QString& to) {
    for (const ConversationInfo& info : std::vector<ConversationInfo>(m_list.all()))
        if (QString::fromStdString(info.folder) == from) moveTo(info.id, to);
    m_list.forgetFolder(from);
    m_list.addFolder(to);
    m_settings.setList(QStringLiteral("chat"), QStringLiteral("folders"), m_list.folders());
}

void ConversationPanel::dissolveFolder(const QString& name) {
    for (const ConversationInfo& info : std::vector<ConversationInfo>(m_list.all()))
        if (QString::fromStdString(info.folder) == name) moveTo(info.id, {});
    m_list.forgetFolder(name);
    m_settings.setList(QStringLiteral("chat"), QStringLiteral("folders"), m_list.folders());
}

void ConversationPanel::showMenu(const QPoint& at) {
    const QModelIndex index = m_view->indexAt(at);
    QMenu menu(this);
    const int kind = index.isValid() ? index.data(ConversationList::KindRole).toInt() : ConversationList::Heading;
    if (kind == ConversationList::Folder) {
        const QString folder = index.data(ConversationList::FolderRole).toString();
        menu.addAction(icon(Icon::Edit), tr("Rename"), this, [this, row = index.row()] { m_view->edit(m_list.index(row)); });
        menu.addAction(icon(Icon::Folder), tr("Take the chats out and remove the folder"), this, [this, folder] { dissolveFolder(folder); });
    } else if (kind == ConversationList::Heading) {
        menu.addAction(icon(Icon::NewChat), tr("New chat"), this, &ConversationPanel::newChatRequested);
        menu.addAction(icon(Icon::FolderAdd), tr("New folder…"), this, &ConversationPanel::askNewFolder);
        menu.addAction(icon(Icon::Upload), tr("Import chats…"), this, &ConversationPanel::importRequested);
    } else {
        const ConversationId id = m_list.idAt(index);
        const ConversationInfo* info = m_list.find(id);
        if (!info) return;
        if (kind == ConversationList::Conversation) menu.addAction(icon(Icon::Edit), tr("Rename"), this, &ConversationPanel::rename)->setShortcut(QKeySequence(Qt::Key_F2));
        menu.addAction(icon(info->pinned ? Icon::Pin : Icon::Pinned), info->pinned ? tr("Unpin") : tr("Pin"), this, &ConversationPanel::togglePin);
        QMenu* move = menu.addMenu(icon(Icon::Folder), tr("Move to folder"));
        fillMoveMenu(*move, id);
        menu.addAction(icon(Icon::Download), tr("Export…"), this, [this, id] { emit exportRequested(toInt(id)); });
        menu.addSeparator();
        menu.addAction(icon(Icon::Trash, Role::Error), tr("Delete"), this, &ConversationPanel::removeChosen)->setShortcut(QKeySequence(Qt::Key_Delete));
    }
    menu.exec(m_view->viewport()->mapToGlobal(at));
}

void ConversationPanel::search() {
    const QString words = m_search->text().trimmed();
    const quint64 request = ++m_search_request;
    if (words.isEmpty()) {
        m_list.setHits(std::nullopt);
        m_nothing->hide();
        followController();
        emit searched();
        return;
    }
    const auto work = [words = words.toStdString()](ConversationStore& store) { return store.search(words); };
    m_store.run(work, this, [this, request](Result<std::vector<SearchHit>> hits) {
        if (request != m_search_request) return;
        if (!hits) hits = std::vector<SearchHit>{};
        m_nothing->setText(tr("Nothing found."));
        m_nothing->setVisible(hits->empty());
        m_list.setHits(std::move(*hits));
        emit searched();
    });
}

}  // namespace tessera::ui
