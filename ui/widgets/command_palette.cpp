// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/command_palette.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"

#include <QDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kKeysRole = Qt::UserRole + 1;

/// Keys at the right end of the row.
class KeysDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        painter->save();
        painter->setPen(color(Role::Muted));
        painter->setFont(font(TextStyle::Caption));
        painter->drawText(option.rect.adjusted(0, 0, -px(kSpace), 0), Qt::AlignRight | Qt::AlignVCenter, index.data(kKeysRole).toString());
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return QSize(QStyledItemDelegate::sizeHint(option, index).width(), px(kControlHeight));
    }
};

class Palette : public QDialog {
public:
    Palette(Commands& commands, QWidget* window) : QDialog(window), m_commands(commands) {
        setWindowTitle(Commands::tr("All commands"));
        setAccessibleName(windowTitle());
        m_edit = new QLineEdit;
        m_edit->setPlaceholderText(Commands::tr("Type a command"));
        m_edit->setAccessibleName(Commands::tr("Filter the commands"));
        m_list = new QListWidget;
        m_list->setItemDelegate(new KeysDelegate(m_list));
        m_list->setAccessibleName(Commands::tr("Commands"));
        m_list->setFrameShape(QFrame::NoFrame);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(px(kSpace), px(kSpace), px(kSpace), px(kSpace));
        column->addWidget(m_edit);
        m_nothing = new EmptyState(Icon::Search, Commands::tr("No command is called like that."));
        column->addWidget(m_list, 1);
        column->addWidget(m_nothing, 1);
        resize(px(560), px(420));
        move(window->geometry().center().x() - width() / 2, window->geometry().top() + px(80));
        connect(m_edit, &QLineEdit::textChanged, this, [this] { fill(); });
        connect(m_list, &QListWidget::itemActivated, this, [this] { run(); });
        m_edit->installEventFilter(this);
        fill();
    }

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() != QEvent::KeyPress) return false;
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
            const int step = (key == Qt::Key_Up || key == Qt::Key_PageUp ? -1 : 1) * (key == Qt::Key_PageUp || key == Qt::Key_PageDown ? 8 : 1);
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, m_list->count() - 1));
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            run();
            return true;
        }
        return false;
    }

private:
    void fill() {
        struct Hit {
            int score;
            const Command* command;
        };
        std::vector<Hit> hits;
        for (const Command& command : m_commands.all()) {
            if (!command.action->isEnabled() || command.id == QLatin1String("window.palette")) continue;
            const int score = matchScore(m_edit->text(), command.section + QLatin1Char(' ') + command.action->text());
            if (score >= 0) hits.push_back({score, &command});
        }
        std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
        m_list->clear();
        for (const Hit& hit : hits) {
            auto* item = new QListWidgetItem(hit.command->action->icon(), Commands::tr("%1: %2").arg(hit.command->section, hit.command->action->text()), m_list);
            item->setData(Qt::UserRole, hit.command->id);
            item->setData(kKeysRole, hit.command->action->shortcut().toString(QKeySequence::NativeText));
        }
        m_list->setCurrentRow(0);
        m_nothing->setVisible(hits.empty());
        m_list->setVisible(!hits.empty());
    }

    void run() {
        const QListWidgetItem* item = m_list->currentItem();
        if (!item) return;
        const QPointer<QAction> action = m_commands.find(item->data(Qt::UserRole).toString());
        accept();
        // After the dialog is gone, so that the command finds the window as it was.
        if (action) QMetaObject::invokeMethod(action, &QAction::trigger, Qt::QueuedConnection);
    }

    Commands& m_commands;
    QLineEdit* m_edit;
    QListWidget* m_list;
    EmptyState* m_nothing;
};

}  // namespace

void showCommandPalette(Commands& commands, QWidget* window) {
    auto* palette = new Palette(commands, window);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->open();
}

int matchScore(const QString& typed, const QString& text) {
    int score = 0;
    qsizetype at = 0, last = -2;
    for (const QChar letter : typed) {
        if (letter.isSpace() || letter == QLatin1Char(':')) continue;  // as the list shows them
        const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0) return -1;
        const bool begins_word = found == 0 || !text.at(found - 1).isLetterOrNumber();
        score += (found == last + 1 ? 4 : 0) + (begins_word ? 3 : 0) + 1;
        last = found;
        at = found + 1;
    }
    return score;
}

}  // namespace tessera::ui
