// SPDX-License-Identifier: GPL-3.0-or-later
// One message: the user's in a bubble on the right, the model's plain over the whole width; below it what can be done
// with it, shown under the mouse and while the focus is in it.
#pragma once

#include "ui/chat/view/message_actions.h"
#include "ui/chat/view/message_layout.h"

#include <QWidget>

class QLabel;

namespace tessera::ui {

class MessageText;

class MessageWidget : public QWidget {
    Q_OBJECT
public:
    explicit MessageWidget(QWidget* parent);

    /// `index` of `count` messages, from 0.
    void setMessage(const ShownMessage& message, int index, int count);
    const ShownMessage& message() const { return m_message; }
    /// More text while it is written.
    void setText(const QString& text);
    void setPossible(bool busy, bool inspectable);
    void setTintShown(bool shown);
    /// Colours or sizes have changed.
    void restyle();

    /// Lays out for this width what of it is between `top` and `bottom` (own coordinates) and says how high all is.
    int layOut(int width, int top, int bottom);
    bool isLaidOut(int top, int bottom) const;
    /// Of the text at this height, to keep a place in a text whose heights are still estimated.
    MessageLayout::Anchor anchorAt(int y) const;
    int yOf(MessageLayout::Anchor anchor) const;

    /// The one message that Tab reaches.
    void setCurrent(bool current);
    MessageText* text() const { return m_text; }
    MessageActions* actions() const { return m_actions; }
    /// What can have the focus, in tab order.
    QList<QWidget*> controls() const;

signals:
    void actionRequested(tessera::ui::MessageAction action);
    /// A key that moves the focus to another message.
    void moveRequested(int key);
    void focused();
    void heightChanged();
    void sightRequested(const QRect& rect);
    void linkActivated(const QString& target);
    void tokenPointedAt(int token, bool by_keyboard);
    void tokenActivated(int token);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    bool isUser() const { return m_message.role == MessageRole::User; }
    void place(int width, int text_height);
    void updateName();
    void updateStatus();
    void updateActions();
    void perform(MessageAction action);
    void openMenu(const QPoint& place);

    ShownMessage m_message;
    MessageText* m_text;
    QLabel* m_attachments;
    QLabel* m_status;
    MessageActions* m_actions;
    QRect m_bubble;
    int m_index = 0;
    int m_count = 1;
    bool m_hovered = false;
    bool m_focus_inside = false;
};

}  // namespace tessera::ui
