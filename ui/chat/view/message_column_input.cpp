// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does in the column: focus, actions, links, tokens, search.
#include "ui/chat/view/message_column.h"

#include "ui/chat/view/message_text.h"
#include "ui/chat/view/message_widget.h"
#include "ui/chat/view/tint_legend.h"
#include "ui/chat/view/token_popup.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QUrl>

#include <algorithm>

namespace tessera::ui {

MessageWidget* MessageColumn::takeWidget() {
    if (!m_pool.empty()) {
        MessageWidget* widget = m_pool.back();
        m_pool.pop_back();
        return widget;
    }
    auto* widget = new MessageWidget(viewport());
    connectWidget(widget);
    // Made late, but what it holds comes before what stands after the column.
    QWidget* before = m_to_end;
    for (QWidget* control : widget->controls()) {
        setTabOrder(before, control);
        before = control;
    }
    return widget;
}

void MessageColumn::connectWidget(MessageWidget* widget) {
    connect(widget, &MessageWidget::moveRequested, this, [this, widget](int key) { moveFocus(widget->message().number, key); });
    connect(widget, &MessageWidget::focused, this, [this, widget] { setCurrent(widget->message().number); });
    connect(widget, &MessageWidget::actionRequested, this, [this, widget](MessageAction action) { perform(widget, action); });
    connect(widget, &MessageWidget::sightRequested, this, [this, widget](const QRect& rect) { bringIntoSight(widget, rect); });
    connect(widget, &MessageWidget::linkActivated, this, &MessageColumn::openLink);
    connect(widget, &MessageWidget::tokenPointedAt, this, [this, widget](int token, bool by_keyboard) { pointAtToken(widget, token, by_keyboard); });
    connect(widget, &MessageWidget::tokenActivated, this, [this, widget](int token) {
        pointAtToken(widget, token, true);
        m_popup->takeFocus();
    });
    connect(widget, &MessageWidget::heightChanged, this, [this, widget] {
        const std::size_t index = indexOf(widget->message().number);
        if (index == m_messages.size() || m_items[index].widget != widget) return;
        // What was folded open goes downwards, also at the end of the conversation.
        const Anchor before = anchor();
        m_items[index].measured = false;
        m_sticky = false;
        layOut(before);
    });
}

void MessageColumn::perform(MessageWidget* widget, MessageAction action) {
    const MessageNumber number = widget->message().number;
    const int version = widget->message().version - 1;
    switch (action) {
        case MessageAction::Copy: break;  // done by the message
        case MessageAction::Edit: emit editRequested(number); break;
        case MessageAction::Regenerate: emit regenerateRequested(number); break;
        case MessageAction::Continue: emit continueRequested(number); break;
        case MessageAction::Compare: emit compareRequested(number); break;
        case MessageAction::Inspect: emit inspectRequested(number, -1); break;
        case MessageAction::Delete: emit deleteRequested(number); break;
        case MessageAction::PreviousVersion: emit versionRequested(number, version - 1); break;
        case MessageAction::NextVersion: emit versionRequested(number, version + 1); break;
    }
}

void MessageColumn::setBusy(bool busy) {
    m_busy = busy;
    for (const Item& item : m_items)
        if (item.widget) item.widget->setPossible(m_busy, m_inspectable);
}

void MessageColumn::setInspectable(bool inspectable) {
    m_inspectable = inspectable;
    for (const Item& item : m_items)
        if (item.widget) item.widget->setPossible(m_busy, m_inspectable);
}

void MessageColumn::openLink(const QString& target) { QDesktopServices::openUrl(QUrl(target)); }

// Sight and focus ---------------------------------------------------------------------------------------------------

void MessageColumn::scrollToMessage(MessageNumber number) {
    const std::size_t index = indexOf(number);
    if (index == m_messages.size()) return;
    m_sticky = false;
    layOut({index, -px(kSpace), false, {}});
    m_sticky = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    updateEndButton();
}

void MessageColumn::scrollToEnd() {
    m_sticky = true;
    layOut({});
}

/// `rect` in the widget's coordinates.
void MessageColumn::bringIntoSight(const MessageWidget* widget, const QRect& rect) {
    const int top = widget->y() + rect.top(), bottom = widget->y() + rect.bottom(), edge = px(kSpaceLarge);
    const int value = verticalScrollBar()->value();
    if (top < edge) verticalScrollBar()->setValue(value + top - edge);
    else if (bottom > viewport()->height() - edge) verticalScrollBar()->setValue(value + std::min(bottom - viewport()->height() + edge, top - edge));
}

void MessageColumn::setCurrent(MessageNumber number) {
    m_current = number;
    for (std::size_t i = 0; i < m_items.size(); ++i)
        if (m_items[i].widget) m_items[i].widget->setCurrent(m_messages[i].number == m_current);
}

void MessageColumn::focusMessage(MessageNumber number) {
    if (m_messages.empty()) return;
    const std::size_t index = number == kNoMessage ? m_messages.size() - 1 : indexOf(number);
    if (index == m_messages.size()) return;
    const Item& item = m_items[index];
    const int top = verticalScrollBar()->value(), bottom = top + viewport()->height();
    const bool last = index + 1 == m_messages.size();
    if (!item.widget || item.top < top || item.top + item.height > bottom) {
        if (last && item.height < viewport()->height()) scrollToEnd();
        else if (!item.widget || item.top > bottom || item.top + item.height < top || item.height < viewport()->height()) scrollToMessage(m_messages[index].number);
    }
    if (item.widget) item.widget->text()->setFocus(Qt::TabFocusReason);
}

void MessageColumn::moveFocus(MessageNumber from, int key) {
    const std::size_t index = indexOf(from);
    if (index == m_messages.size()) return;
    std::size_t to = index;
    if (key == Qt::Key_Up && index > 0) to = index - 1;
    if (key == Qt::Key_Down && index + 1 < m_messages.size()) to = index + 1;
    if (key == Qt::Key_Home) to = 0;
    if (key == Qt::Key_End) to = m_messages.size() - 1;
    m_popup->hide();
    if (key == Qt::Key_End) scrollToEnd();
    focusMessage(m_messages[to].number);
}

void MessageColumn::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_PageUp: verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub); break;
        case Qt::Key_PageDown:
        case Qt::Key_Space: verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd); break;
        default: event->ignore();
    }
}

// Tokens ------------------------------------------------------------------------------------------------------------

bool MessageColumn::hasTrace() const {
    return std::any_of(m_messages.begin(), m_messages.end(), [](const ShownMessage& message) { return message.trace && !message.trace->tokens.empty(); });
}

void MessageColumn::setTintShown(bool shown) {
    if (shown == m_tint_shown) return;
    m_tint_shown = shown;
    m_popup->hide();
    const Anchor before = anchor();
    for (const Item& item : m_items)
        if (item.widget) item.widget->setTintShown(shown);
    placeLegend();
    layOut(before);
}

void MessageColumn::placeLegend() {
    m_legend->setVisible(m_tint_shown);
    const int height = m_tint_shown ? m_legend->heightForWidth(width()) : 0;
    if (viewportMargins().top() != height) setViewportMargins(0, height, 0, 0);
    m_legend->setGeometry(0, 0, width(), height);
}

void MessageColumn::pointAtToken(MessageWidget* widget, int token, bool by_keyboard) {
    const ShownMessage& message = widget->message();
    if (token < 0 || !message.trace || token >= static_cast<int>(message.trace->tokens.size())) {
        m_popup->leave();
        return;
    }
    const QRect place(widget->text()->mapTo(this, widget->text()->tokenRect(token).topLeft()), widget->text()->tokenRect(token).size());
    m_popup->showFor(message.number, *message.trace, token, place, {.inspect = m_inspectable, .change = !m_busy, .at_once = by_keyboard});
    if (by_keyboard) {
        widget->text()->setAccessibleDescription(m_popup->description());
        QAccessibleEvent said(widget->text(), QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&said);
    }
}

// Search ------------------------------------------------------------------------------------------------------------

void MessageColumn::find(const QString& text) {
    if (text == m_finder.text()) return;
    m_match = -1;
    m_wants_match = !text.isEmpty();
    m_finder.start(text, m_messages);
}

void MessageColumn::finderChanged() {
    const auto& matches = m_finder.matches();
    if (m_match >= static_cast<int>(matches.size())) m_match = -1;
    for (std::size_t i = 0; i < m_items.size(); ++i)
        if (m_items[i].widget) showMatches(i);
    if (m_wants_match && !matches.empty()) {
        // From what is in sight on, around the end to the beginning.
        const std::size_t first = anchor().index;
        const auto from = std::find_if(matches.begin(), matches.end(), [first](const ConversationMatch& match) { return match.message >= first; });
        if (from != matches.end() || m_finder.isDone()) {
            m_wants_match = false;
            goToMatch(from == matches.end() ? 0 : static_cast<int>(from - matches.begin()));
            return;
        }
    }
    emit findChanged(m_match, matchCount());
}

void MessageColumn::findNext(bool forward) {
    const int count = matchCount();
    if (count == 0) return;
    goToMatch(m_match < 0 ? 0 : (m_match + (forward ? 1 : count - 1)) % count);
}

void MessageColumn::showMatches(std::size_t index) {
    auto ranges = m_finder.text().isEmpty() ? std::vector<TextRange>() : m_finder.matchesIn(index);
    int current = -1;
    if (m_match >= 0 && m_match < matchCount()) {
        const ConversationMatch& match = m_finder.matches()[static_cast<std::size_t>(m_match)];
        if (match.message == index) current = static_cast<int>(std::find(ranges.begin(), ranges.end(), match.range) - ranges.begin());
    }
    m_items[index].widget->text()->setMatches(std::move(ranges), current);
}

void MessageColumn::goToMatch(int match) {
    m_match = match;
    const ConversationMatch wanted = m_finder.matches()[static_cast<std::size_t>(match)];
    if (!m_items[wanted.message].widget) realize(wanted.message);
    for (std::size_t i = 0; i < m_items.size(); ++i)
        if (m_items[i].widget) showMatches(i);
    const MessageWidget* widget = m_items[wanted.message].widget;
    m_sticky = false;
    // The segment first, so that it is laid out and knows where its lines are.
    layOut({wanted.message, -viewport()->height() / 3, true, {widget->text()->layout().segmentAt(wanted.range.begin), 0}});
    const auto rects = widget->text()->layout().rects(wanted.range);
    if (!rects.empty()) bringIntoSight(widget, rects.front().toAlignedRect().translated(widget->text()->pos()));
    m_sticky = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    updateEndButton();
    emit findChanged(m_match, matchCount());
}

// Copying -----------------------------------------------------------------------------------------------------------

QString MessageColumn::markdown() const {
    QString text;
    for (const ShownMessage& message : m_messages) {
        if (!text.isEmpty()) text += QStringLiteral("\n\n");
        const bool user = message.role == MessageRole::User;
        QString who = user ? tr("You") : tr("Answer");
        if (!user && !message.facts.model.empty()) who += QStringLiteral(" (%1)").arg(QString::fromStdString(message.facts.model));
        text += QStringLiteral("## ") + who + QStringLiteral("\n\n");
        for (const QString& name : message.attachments) text += QStringLiteral("📎 ") + name + QStringLiteral("\n\n");
        text += message.text;
    }
    return text.isEmpty() ? text : text + QLatin1Char('\n');
}

void MessageColumn::copyAll() { QApplication::clipboard()->setText(markdown()); }

}  // namespace tessera::ui
