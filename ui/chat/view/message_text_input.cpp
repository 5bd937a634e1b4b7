// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and mouse in the text of a message.
#include "ui/chat/view/message_text.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBoundaryFinder>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cstdlib>

namespace tessera::ui {

// Keys --------------------------------------------------------------------------------------------------------------

void MessageText::keyPressEvent(QKeyEvent* event) {
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (event->matches(QKeySequence::SelectAll)) return selectAll();
    if (event->matches(QKeySequence::Copy) && hasSelection()) return QApplication::clipboard()->setText(selectedText());
    if (plain && event->key() == Qt::Key_Escape && (hasSelection() || m_caret_shown)) {
        m_caret_shown = false;
        return clearSelection();
    }
    if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)) {
        if (const QString link = focusedLink(); !link.isEmpty()) {
            emit linkActivated(link);
            return;
        }
        if (m_token >= 0) {
            emit tokenActivated(m_token);
            return;
        }
    }
    if (plain)
        switch (event->key()) {
            case Qt::Key_Left:
            case Qt::Key_Right:
                if (m_tint_shown && stepToken(event->key() == Qt::Key_Right ? 1 : -1)) return;
                break;
            case Qt::Key_Up:
            case Qt::Key_Down:
            case Qt::Key_Home:
            case Qt::Key_End: emit moveRequested(event->key()); return;
            default: break;
        }
    if (!moveCaret(event)) QWidget::keyPressEvent(event);
}

bool MessageText::moveCaret(QKeyEvent* event) {
    const bool select = event->modifiers() & Qt::ShiftModifier, word = event->modifiers() & Qt::ControlModifier;
    if (event->modifiers() & (Qt::AltModifier | Qt::MetaModifier)) return false;
    int to = m_caret;
    switch (event->key()) {
        case Qt::Key_Left: to = word ? wordBoundary(m_caret, false) : m_caret - 1; break;
        case Qt::Key_Right: to = word ? wordBoundary(m_caret, true) : m_caret + 1; break;
        case Qt::Key_Up:
            if (!select) return false;
            to = lineAway(m_caret, -1);
            break;
        case Qt::Key_Down:
            if (!select) return false;
            to = lineAway(m_caret, 1);
            break;
        case Qt::Key_Home:
            if (!word && !select) return false;
            to = word ? 0 : m_layout.positionAt(QPointF(0, m_layout.caretRect(m_caret).center().y()));
            break;
        case Qt::Key_End:
            if (!word && !select) return false;
            to = word ? m_layout.length() : m_layout.positionAt(QPointF(width(), m_layout.caretRect(m_caret).center().y()));
            break;
        default: return false;
    }
    m_caret_shown = true;
    setCaret(to, select);
    return true;
}

void MessageText::setCaret(int position, bool select) {
    m_caret = std::clamp(position, 0, m_layout.length());
    if (!select) m_selection_anchor = m_caret;
    revealSideways(m_caret);
    emit sightRequested(m_layout.caretRect(m_caret).toAlignedRect());
    tellReaders();
    update();
}

/// Screen readers follow the caret and the selection.
void MessageText::tellReaders() {
    if (!QAccessible::isActive()) return;
    if (hasSelection()) {
        QAccessibleTextSelectionEvent event(this, selection().begin, selection().end);
        event.setCursorPosition(m_caret);
        QAccessible::updateAccessibility(&event);
    } else {
        QAccessibleTextCursorEvent event(this, m_caret);
        QAccessible::updateAccessibility(&event);
    }
}

int MessageText::wordBoundary(int from, bool forward) const {
    const QString text = m_layout.text();
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    finder.setPosition(from);
    const auto wanted = forward ? QTextBoundaryFinder::EndOfItem : QTextBoundaryFinder::StartOfItem;
    for (;;) {
        const qsizetype at = forward ? finder.toNextBoundary() : finder.toPreviousBoundary();
        if (at < 0) return forward ? static_cast<int>(text.size()) : 0;
        if (finder.boundaryReasons() & wanted) return static_cast<int>(at);
    }
}

int MessageText::lineAway(int from, int direction) const {
    const QRectF caret = m_layout.caretRect(from);
    // Further than one line where a gap lies between.
    for (double distance = 0.6; distance < 6; distance += 0.4) {
        const double y = direction > 0 ? caret.bottom() + caret.height() * (distance - 0.1) : caret.top() - caret.height() * (distance - 0.1);
        const int to = m_layout.positionAt(QPointF(caret.left(), y));
        if (direction > 0 ? to > from && m_layout.caretRect(to).top() > caret.top() : to < from && m_layout.caretRect(to).top() < caret.top()) return to;
    }
    return direction > 0 ? m_layout.length() : 0;
}

bool MessageText::stepToken(int direction) {
    if (m_tokens.empty()) return false;
    const int from = m_token < 0 && direction < 0 ? m_tokens.count() : m_token;
    const int to = m_tokens.next(from, direction);
    if (to < 0 || to >= m_tokens.count()) return false;
    m_token = to;
    update();
    emit sightRequested(tokenRect(m_token));
    emit tokenPointedAt(m_token, true);
    return true;
}

bool MessageText::focusNextPrevChild(bool next) {
    const int count = static_cast<int>(m_layout.links().size());
    const int to = next ? m_link + 1 : m_link - 1;
    if (count == 0 || to >= count || to < -1 || (to == -1 && !next && m_link < 0)) {
        m_link = -1;
        update();
        return QWidget::focusNextPrevChild(next);
    }
    stepLink(next);
    return true;
}

void MessageText::stepLink(bool next) {
    m_link += next ? 1 : -1;
    update();
    QToolTip::hideText();
    if (m_link < 0) return;
    const TextLink link = m_layout.links()[static_cast<std::size_t>(m_link)];
    const auto rects = m_layout.rects(link.range);
    if (rects.empty()) return;
    emit sightRequested(rects.front().toAlignedRect());
    showLinkTip(link, mapToGlobal(rects.front().bottomLeft().toPoint()));
}

void MessageText::showLinkTip(const TextLink& link, const QPoint& global) {
    // Plain: what a model wrote is never taken for HTML.
    const QString title = link.title.isEmpty() ? QString() : QStringLiteral("<br>") + link.title.toHtmlEscaped();
    QToolTip::showText(global, QStringLiteral("<span>") + link.target.toHtmlEscaped() + title + QStringLiteral("</span>"), this);
}

void MessageText::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    emit focused();
    update();
}

void MessageText::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason) {
        m_link = -1;
        m_caret_shown = false;
    }
    update();
}

// Mouse -------------------------------------------------------------------------------------------------------------

void MessageText::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    m_dragging = true;
    m_caret_shown = false;
    m_caret = m_layout.positionAt(event->position());
    if (!(event->modifiers() & Qt::ShiftModifier)) m_selection_anchor = m_caret;
    update();
}

void MessageText::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragging && (event->buttons() & Qt::LeftButton)) {
        m_caret = m_layout.positionAt(event->position());
        emit sightRequested(QRect(event->position().toPoint(), QSize(1, 1)));
        return update();
    }
    setCursor(m_layout.linkAt(event->position()) ? Qt::PointingHandCursor : Qt::IBeamCursor);
    if (!m_tint_shown) return;
    const int token = tokenAt(event->position());
    if (token == m_hovered_token) return;
    m_hovered_token = token;
    emit tokenPointedAt(token, false);
    update();
}

void MessageText::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    m_dragging = false;
    if (hasSelection()) {
        if (QApplication::clipboard()->supportsSelection()) QApplication::clipboard()->setText(selectedText(), QClipboard::Selection);
        return;
    }
    if (const TextLink* link = m_layout.linkAt(event->position())) emit linkActivated(link->target);
    else if (m_tint_shown) m_token = tokenAt(event->position());
}

void MessageText::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseDoubleClickEvent(event);
    if (const int token = m_tint_shown ? tokenAt(event->position()) : -1; token >= 0) {
        m_token = token;
        emit tokenActivated(token);
        return;
    }
    const int at = m_layout.positionAt(event->position());
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, m_layout.text());
    finder.setPosition(at);
    const int begin = finder.isAtBoundary() && (finder.boundaryReasons() & QTextBoundaryFinder::StartOfItem) ? at : static_cast<int>(finder.toPreviousBoundary());
    finder.setPosition(std::max(0, begin));
    const int end = static_cast<int>(finder.toNextBoundary());
    if (begin >= 0 && end > begin) select({begin, end});
}

void MessageText::wheelEvent(QWheelEvent* event) {
    if (std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y()))
        for (const auto& placed : m_layout.segments()) {
            const double y = event->position().y();
            const auto over = m_over.find(placed.segment.get());
            if (y < placed.top || y > placed.top + placed.height || over == m_over.end() || !over->second.bar || over->second.bar->isHidden()) continue;
            over->second.bar->setValue(over->second.bar->value() - event->angleDelta().x() / 2);
            event->accept();
            return;
        }
    event->ignore();
}

void MessageText::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    if (m_hovered_token < 0) return;
    m_hovered_token = -1;
    emit tokenPointedAt(-1, false);
    update();
}

int MessageText::tokenAt(const QPointF& point) const {
    const int token = m_tokens.tokenAt(m_layout.positionAt(point));
    if (token < 0) return -1;
    for (const TextRange& range : m_tokens.ranges(token))
        for (const QRectF& rect : m_layout.rects(range))
            if (rect.contains(point)) return token;
    // The position is the gap nearest to the point, which may be the one after the character.
    const int before = m_tokens.tokenAt(std::max(0, m_layout.positionAt(point) - 1));
    if (before < 0) return -1;
    for (const TextRange& range : m_tokens.ranges(before))
        for (const QRectF& rect : m_layout.rects(range))
            if (rect.contains(point)) return before;
    return -1;
}

bool MessageText::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        // Selecting and copying are ours while the focus is here, whatever shortcuts the page has.
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::SelectAll) || (key->matches(QKeySequence::Copy) && hasSelection()) ||
            (key->key() == Qt::Key_Escape && (hasSelection() || m_caret_shown))) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (const TextLink* link = m_layout.linkAt(help->pos())) {
            // Positions of a link in its segment serve as well here: only target and title are shown.
            showLinkTip(*link, help->globalPos());
            return true;
        }
        QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

}  // namespace tessera::ui
