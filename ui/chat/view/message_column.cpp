// SPDX-License-Identifier: GPL-3.0-or-later
// Heights and widgets of the column; what the user does in it is in message_column_input.cpp.
#include "ui/chat/view/message_column.h"

#include "ui/chat/view/message_text.h"
#include "ui/chat/view/message_widget.h"
#include "ui/chat/view/tint_legend.h"
#include "ui/chat/view/token_popup.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QAccessible>
#include <QApplication>
#include <QFontMetricsF>
#include <QPushButton>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kColumnWidth = 760;
constexpr int kMessageGap = kSpaceSmall;
constexpr std::size_t kPoolSize = 24;
constexpr int kMaximumPasses = 8;  // until estimates in sight are replaced by measures

}  // namespace

MessageColumn::MessageColumn(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setGroundRole(viewport(), Role::Surface);
    m_legend = new TintLegend(this);
    m_to_end = makeIconTextButton(Icon::ArrowDown, tr("Jump to the end"), this);
    m_to_end->hide();
    m_popup = new TokenPopup(this);
    connect(m_to_end, &QPushButton::clicked, this, &MessageColumn::scrollToEnd);
    m_update_timer.setSingleShot(true);
    connect(&m_update_timer, &QTimer::timeout, this, &MessageColumn::flushUpdate);
    connect(&Theme::instance(), &Theme::changed, this, &MessageColumn::restyle);
    connect(&m_finder, &ConversationFinder::changed, this, &MessageColumn::finderChanged);
    connect(m_popup, &TokenPopup::alternativeChosen, this, [this](MessageNumber number, int token, int alternative) {
        if (!m_busy) emit regenerateFromRequested(number, token, alternative);
    });
    connect(m_popup, &TokenPopup::inspectChosen, this, &MessageColumn::inspectRequested);
    connect(m_popup, &TokenPopup::left, this, &MessageColumn::focusMessage);
}

MessageColumn::~MessageColumn() = default;

// Messages ----------------------------------------------------------------------------------------------------------

void MessageColumn::setMessages(std::vector<ShownMessage> messages) {
    m_update_timer.stop();
    m_has_pending = false;
    m_popup->hide();
    Anchor before = anchor();
    const MessageNumber anchored = before.index < m_messages.size() ? m_messages[before.index].number : kNoMessage;
    const bool finished = !m_messages.empty() && !messages.empty() && m_messages.back().streaming && !messages.back().streaming;

    // Heights and widgets stay with their numbers; a widget hears of a change only when there is one.
    std::vector<Item> items(messages.size());
    std::map<MessageNumber, std::size_t> old;
    for (std::size_t i = 0; i < m_messages.size(); ++i) old.emplace(m_messages[i].number, i);
    const bool count_changed = messages.size() != m_messages.size();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto found = old.find(messages[i].number);
        if (found == old.end()) {
            items[i].height = estimate(messages[i]);
            continue;
        }
        Item& item = items[i] = std::exchange(m_items[found->second], {});
        const bool changed = !(messages[i] == m_messages[found->second]);
        if (changed) {
            item.measured = false;
            if (!item.widget) item.height = estimate(messages[i]);
        }
        if (item.widget && (changed || count_changed || i != found->second)) {
            item.measured = false;
            item.widget->setMessage(messages[i], static_cast<int>(i), static_cast<int>(messages.size()));
        }
    }
    for (Item& item : m_items) release(item);
    m_items = std::move(items);
    m_messages = std::move(messages);
    if (m_current == kNoMessage || indexOf(m_current) == m_messages.size()) setCurrent(m_messages.empty() ? kNoMessage : m_messages.back().number);

    before.index = indexOf(anchored);
    layOut(before.index < m_messages.size() ? before : Anchor{});
    if (!m_finder.text().isEmpty()) m_finder.start(m_finder.text(), m_messages);
    // Nothing is announced while text streams in; its end is, once.
    if (finished && m_items.back().widget) {
        QAccessibleEvent event(m_items.back().widget->text(), QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void MessageColumn::updateLast(const QString& text) {
    if (m_messages.empty()) return;
    m_pending = text;
    m_has_pending = true;
    if (m_update_timer.isActive()) return;
    const qint64 since = m_since_update.isValid() ? m_since_update.elapsed() : m_interval;
    m_update_timer.start(static_cast<int>(std::max<qint64>(0, m_interval - since)));
}

void MessageColumn::flushUpdate() {
    m_update_timer.stop();
    if (!std::exchange(m_has_pending, false) || m_messages.empty()) return;
    QElapsedTimer cost;
    cost.start();
    const Anchor before = anchor();
    m_messages.back().text = m_pending;
    Item& item = m_items.back();
    item.measured = false;
    if (item.widget) item.widget->setText(m_pending);
    else item.height = std::max(item.height, estimate(m_messages.back()));
    layOut(before);
    if (!m_finder.text().isEmpty()) m_finder.start(m_finder.text(), m_messages);
    // Never more than a quarter of the UI thread, however long the answer.
    m_interval = std::max(kUpdateInterval, static_cast<int>(cost.elapsed() * 4));
    m_since_update.start();
}

std::size_t MessageColumn::indexOf(MessageNumber number) const {
    // Numbers grow along a path.
    const auto found = std::lower_bound(m_messages.begin(), m_messages.end(), number,
                                        [](const ShownMessage& message, MessageNumber wanted) { return message.number < wanted; });
    return found != m_messages.end() && found->number == number ? static_cast<std::size_t>(found - m_messages.begin()) : m_messages.size();
}

// Heights -----------------------------------------------------------------------------------------------------------

int MessageColumn::columnWidth() const { return std::max(px(240), std::min(px(kColumnWidth), viewport()->width() - 2 * px(kSpaceLarge))); }

/// Near enough for the scroll bar; what comes into sight is measured.
int MessageColumn::estimate(const ShownMessage& message) const {
    const QFontMetricsF metrics(ui::font(TextStyle::Chat));
    const double line = metrics.height() * kChatLineHeight;
    const double per_line = std::max(8.0, m_width / metrics.averageCharWidth());
    double lines = 0;
    qsizetype begin = 0;
    while (begin <= message.text.size()) {
        qsizetype end = message.text.indexOf(QLatin1Char('\n'), begin);
        if (end < 0) end = message.text.size();
        lines += std::max(0.5, std::ceil(static_cast<double>(end - begin) / per_line));
        begin = end + 1;
    }
    return static_cast<int>(lines * line) + px(kControlHeight) + px(kSpaceLarge);
}

MessageColumn::Anchor MessageColumn::anchor() const {
    const int value = verticalScrollBar()->value();
    const auto after = std::upper_bound(m_items.begin(), m_items.end(), value, [](int wanted, const Item& item) { return wanted < item.top; });
    if (after == m_items.begin()) return {0, value - (m_items.empty() ? 0 : m_items.front().top), false, {}};
    const auto index = static_cast<std::size_t>(after - m_items.begin()) - 1;
    const Item& item = m_items[index];
    const int offset = value - item.top;
    if (!item.widget) return {index, offset, false, {}};
    return {index, 0, true, item.widget->anchorAt(offset)};
}

int MessageColumn::valueOf(const Anchor& anchor) const {
    if (anchor.index >= m_items.size()) return 0;
    const Item& item = m_items[anchor.index];
    return item.top + anchor.offset + (anchor.in_text && item.widget ? item.widget->yOf(anchor.text) : 0);
}

void MessageColumn::placeTops() {
    int top = px(kSpaceWide);
    for (Item& item : m_items) {
        item.top = top;
        top += item.height + px(kMessageGap);
    }
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(px(40));
    verticalScrollBar()->setRange(0, std::max(0, top + px(kSpaceSmall) - viewport()->height()));
}

std::pair<std::size_t, std::size_t> MessageColumn::inSight(int margin) const {
    const int top = verticalScrollBar()->value() - margin, bottom = verticalScrollBar()->value() + viewport()->height() + margin;
    const auto first = std::partition_point(m_items.begin(), m_items.end(), [top](const Item& item) { return item.top + item.height < top; });
    const auto last = std::partition_point(first, m_items.end(), [bottom](const Item& item) { return item.top <= bottom; });
    return {static_cast<std::size_t>(first - m_items.begin()), static_cast<std::size_t>(last - m_items.begin())};
}

void MessageColumn::layOut(const Anchor& anchor) {
    if (m_laying_out) return;
    const QScopedValueRollback guard(m_laying_out, true);
    if (const int width = columnWidth(); width != m_width) {
        m_width = width;
        for (std::size_t i = 0; i < m_items.size(); ++i) {
            m_items[i].measured = false;
            if (!m_items[i].widget) m_items[i].height = estimate(m_messages[i]);
        }
    }
    // Measuring what is in sight moves what is in sight: again until nothing changes.
    const int margin = viewport()->height() / 3;
    for (int pass = 0; pass < kMaximumPasses; ++pass) {
        placeTops();
        verticalScrollBar()->setValue(m_sticky ? verticalScrollBar()->maximum() : valueOf(anchor));
        if (!measureInSight(margin)) break;
    }
    placeWidgets(margin);
    updateEndButton();
}

bool MessageColumn::measureInSight(int margin) {
    bool changed = false;
    const int top = verticalScrollBar()->value() - margin, bottom = verticalScrollBar()->value() + viewport()->height() + margin;
    const auto [first, last] = inSight(margin);
    for (std::size_t i = first; i < last; ++i) {
        Item& item = m_items[i];
        if (!item.widget) realize(i);
        if (item.measured && item.widget->isLaidOut(top - item.top, bottom - item.top)) continue;
        const int height = item.widget->layOut(m_width, top - item.top, bottom - item.top);
        item.measured = true;
        changed = changed || height != item.height;
        item.height = height;
    }
    return changed;
}

void MessageColumn::placeWidgets(int margin) {
    const auto [first, last] = inSight(margin);
    const int left = (viewport()->width() - m_width) / 2;
    const QWidget* focus = QApplication::focusWidget();
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        Item& item = m_items[i];
        if (!item.widget) continue;
        // What has the focus keeps its widget.
        if ((i < first || i >= last) && !item.widget->isAncestorOf(focus)) {
            release(item);
            continue;
        }
        item.widget->setGeometry(left, item.top - verticalScrollBar()->value(), m_width, item.height);
        item.widget->show();
    }
}

// Widgets -----------------------------------------------------------------------------------------------------------

void MessageColumn::realize(std::size_t index) {
    Item& item = m_items[index];
    item.widget = takeWidget();
    item.measured = false;
    fill(index);
}

/// All that a widget shows of its message.
void MessageColumn::fill(std::size_t index) {
    MessageWidget* widget = m_items[index].widget;
    widget->setMessage(m_messages[index], static_cast<int>(index), static_cast<int>(m_messages.size()));
    widget->setPossible(m_busy, m_inspectable);
    widget->setTintShown(m_tint_shown);
    widget->setCurrent(m_messages[index].number == m_current);
    showMatches(index);
}

void MessageColumn::release(Item& item) {
    MessageWidget* widget = std::exchange(item.widget, nullptr);
    if (!widget) return;
    widget->hide();
    if (m_pool.size() < kPoolSize) m_pool.push_back(widget);
    else widget->deleteLater();
}

MessageWidget* MessageColumn::widgetOf(MessageNumber number) const {
    const std::size_t index = indexOf(number);
    return index < m_items.size() ? m_items[index].widget : nullptr;
}

int MessageColumn::realizedCount() const {
    return static_cast<int>(std::count_if(m_items.begin(), m_items.end(), [](const Item& item) { return item.widget != nullptr; }));
}

void MessageColumn::restyle() {
    const Anchor before = anchor();
    m_width = 0;
    for (Item& item : m_items)
        if (item.widget) item.widget->restyle();
    for (MessageWidget* widget : m_pool) widget->restyle();
    placeLegend();
    layOut(before);
}

void MessageColumn::updateEndButton() {
    m_to_end->setVisible(!m_sticky && verticalScrollBar()->value() + viewport()->height() / 4 < verticalScrollBar()->maximum());
    const QSize size = m_to_end->sizeHint();
    m_to_end->setGeometry((viewport()->width() - size.width()) / 2, height() - size.height() - px(kSpace), size.width(), size.height());
    m_to_end->raise();
}

void MessageColumn::resizeEvent(QResizeEvent* event) {
    // The range of the scroll bar follows the new height at once; the place is that from before.
    QAbstractScrollArea::resizeEvent(event);
    placeLegend();
    layOut(anchor());
}

void MessageColumn::scrollContentsBy(int, int) {
    if (m_laying_out) return;
    m_popup->hide();
    m_sticky = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    layOut(anchor());
}

}  // namespace tessera::ui
