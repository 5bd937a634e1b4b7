// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/single_message_view.h"

#include "ui/chat/view/message_text.h"
#include "ui/style/theme.h"

#include <QDesktopServices>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QUrl>

#include <algorithm>

namespace tessera::ui {

SingleMessageView::SingleMessageView(QWidget* parent) : QAbstractScrollArea(parent), m_text(new MessageText(viewport())) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setFocusProxy(m_text);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setGroundRole(viewport(), Role::Surface);
    connect(m_text, &MessageText::heightChanged, this, &SingleMessageView::layOut);
    connect(m_text, &MessageText::linkActivated, this, [](const QString& target) { QDesktopServices::openUrl(QUrl(target)); });
    connect(m_text, &MessageText::sightRequested, this, [this](const QRect& rect) {
        const int top = rect.top() + m_text->y(), bottom = rect.bottom() + m_text->y();
        QScrollBar* bar = verticalScrollBar();
        if (top < 0) bar->setValue(bar->value() + top - px(kSpace));
        else if (bottom > viewport()->height()) bar->setValue(bar->value() + bottom - viewport()->height() + px(kSpace));
    });
    connect(m_text, &MessageText::moveRequested, this, [this](int key) {
        QScrollBar* bar = verticalScrollBar();
        switch (key) {
            case Qt::Key_Up: bar->triggerAction(QAbstractSlider::SliderSingleStepSub); break;
            case Qt::Key_Down: bar->triggerAction(QAbstractSlider::SliderSingleStepAdd); break;
            case Qt::Key_Home: bar->setValue(0); break;
            default: bar->setValue(bar->maximum());
        }
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_text->forgetDocuments();
        layOut();
    });
}

void SingleMessageView::setMessage(const ShownMessage& message, const QString& accessible_name) {
    m_text->setTokensPerSecond(message.facts.tokens_per_second);
    m_text->setText(message.text.toUtf8(), MessageLayout::Markdown, message.streaming);
    m_text->setTrace(message.trace);
    m_text->setAccessibleName(accessible_name);
    verticalScrollBar()->setValue(0);
    layOut();
}

void SingleMessageView::updateText(const QString& text) {
    QScrollBar* bar = verticalScrollBar();
    const bool at_end = bar->value() == bar->maximum();
    m_text->setText(text.toUtf8(), MessageLayout::Markdown, true);
    layOut();
    if (at_end) bar->setValue(bar->maximum());
}

void SingleMessageView::setTintShown(bool shown) { m_text->setTintShown(shown); }

void SingleMessageView::layOut() {
    if (m_laying_out) return;
    const QScopedValueRollback guard(m_laying_out, true);
    const int margin = px(kSpaceWide), width = std::max(px(120), viewport()->width() - 2 * margin);
    // What comes into sight is measured, which may bring other lines into sight.
    for (int pass = 0; pass < 4; ++pass) {
        const int value = verticalScrollBar()->value();
        const int height = m_text->layOut(width, value - margin, value + viewport()->height());
        verticalScrollBar()->setPageStep(viewport()->height());
        verticalScrollBar()->setSingleStep(px(40));
        verticalScrollBar()->setRange(0, std::max(0, height + 2 * margin - viewport()->height()));
        m_text->setGeometry(margin, margin - verticalScrollBar()->value(), width, height);
        if (m_text->layout().isLaidOut(verticalScrollBar()->value() - margin, verticalScrollBar()->value() + viewport()->height())) break;
    }
}

void SingleMessageView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void SingleMessageView::scrollContentsBy(int, int) { layOut(); }

void SingleMessageView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_PageUp: verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub); break;
        case Qt::Key_PageDown:
        case Qt::Key_Space: verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd); break;
        default: event->ignore();
    }
}

}  // namespace tessera::ui
