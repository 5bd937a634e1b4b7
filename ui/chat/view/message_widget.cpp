// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/message_widget.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QKeyEvent>
#include <QPainter>

#include <cmath>

namespace tessera::ui {

MessageWidget::MessageWidget(QWidget* parent) : QWidget(parent) { m_document.setDocumentMargin(px(kSpace)); }

void MessageWidget::setMessage(const ShownMessage& message, int index, int count) {
    m_message = message;
    const QString name = message.role == MessageRole::User ? tr("Question %1 of %2") : tr("Answer %1 of %2");
    setAccessibleName(name.arg(index + 1).arg(count));
    setText(message.text);
}

void MessageWidget::setText(const QString& text) {
    m_message.text = text;
    m_document.setDefaultFont(ui::font(TextStyle::Chat));
    m_document.setPlainText(text);
    update();
}

int MessageWidget::layOut(int width) {
    m_document.setTextWidth(width);
    return static_cast<int>(std::ceil(m_document.size().height()));
}

void MessageWidget::setCurrent(bool current) { setFocusPolicy(current ? Qt::StrongFocus : Qt::ClickFocus); }

void MessageWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_message.role == MessageRole::User) paintBox(painter, rect(), px(kRadiusMessage), color(Role::Raised), {});
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = palette();
    m_document.documentLayout()->draw(&painter, context);
    if (hasFocus()) paintFocusRing(painter, rect(), px(kRadiusMessage));
}

void MessageWidget::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Home:
        case Qt::Key_End: emit moveRequested(event->key()); break;
        default: QWidget::keyPressEvent(event);
    }
}

void MessageWidget::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    emit focused();
    update();
}

}  // namespace tessera::ui
