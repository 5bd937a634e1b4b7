// SPDX-License-Identifier: GPL-3.0-or-later
// One message: the user's in a bubble on the right, the model's plain over the whole width.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <QTextDocument>
#include <QWidget>

namespace tessera::ui {

class MessageWidget : public QWidget {
    Q_OBJECT
public:
    enum Action { Copy, Edit, Regenerate, Continue, Compare, Inspect, Delete, PreviousVersion, NextVersion };
    Q_ENUM(Action)

    explicit MessageWidget(QWidget* parent);

    /// `index` of `count` messages, from 0.
    void setMessage(const ShownMessage& message, int index, int count);
    const ShownMessage& message() const { return m_message; }
    /// More text while it is written.
    void setText(const QString& text);
    /// Lays out for this width and says how high that is.
    int layOut(int width);
    void setCurrent(bool current);

signals:
    void actionRequested(tessera::ui::MessageWidget::Action action);
    /// A key that moves the focus to another message.
    void moveRequested(int key);
    void focused();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    ShownMessage m_message;
    QTextDocument m_document;
};

}  // namespace tessera::ui
