// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/message_widget.h"

#include "ui/chat/view/message_text.h"
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr double kBubbleShare = 0.72;  // of the column, at most
constexpr int kActionsHeight = kControlHeight;

}  // namespace

MessageWidget::MessageWidget(QWidget* parent)
    : QWidget(parent), m_text(new MessageText(this)), m_attachments(makeLabel({}, TextStyle::Caption, Role::Muted)),
      m_status(makeLabel({}, TextStyle::Interface, Role::Muted)), m_actions(new MessageActions(this)) {
    for (QLabel* label : {m_attachments, m_status}) {
        label->setParent(this);
        label->setWordWrap(true);
    }
    setFocusProxy(m_text);
    connect(m_text, &MessageText::moveRequested, this, &MessageWidget::moveRequested);
    connect(m_text, &MessageText::heightChanged, this, &MessageWidget::heightChanged);
    connect(m_text, &MessageText::linkActivated, this, &MessageWidget::linkActivated);
    connect(m_text, &MessageText::tokenPointedAt, this, &MessageWidget::tokenPointedAt);
    connect(m_text, &MessageText::tokenActivated, this, &MessageWidget::tokenActivated);
    connect(m_text, &MessageText::focused, this, &MessageWidget::focused);
    connect(m_text, &MessageText::sightRequested, this, [this](const QRect& rect) { emit sightRequested(rect.translated(m_text->pos())); });
    connect(m_actions, &MessageActions::triggered, this, &MessageWidget::perform);
    connect(m_actions, &MessageActions::moreRequested, this, [this] { openMenu(m_actions->mapToGlobal(m_actions->rect().bottomLeft())); });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        const bool inside = now && isAncestorOf(now);
        if (inside == m_focus_inside) return;
        m_focus_inside = inside;
        updateActions();
        update();
    });
}

void MessageWidget::setMessage(const ShownMessage& message, int index, int count) {
    if (message.number != m_message.number) m_text->startOver();
    m_message = message;
    m_index = index;
    m_count = count;
    m_text->setTokensPerSecond(message.facts.tokens_per_second);
    m_text->setText(message.text.toUtf8(), isUser() ? MessageLayout::Plain : MessageLayout::Markdown, message.streaming);
    m_text->setTrace(message.trace);
    m_attachments->setText(message.attachments.join(QStringLiteral("\n")));
    m_attachments->setVisible(!message.attachments.isEmpty());
    m_actions->setMessage(message);
    setTextRole(m_status, message.failed ? Role::Error : Role::Muted);
    updateStatus();
    updateName();
    updateActions();
    update();
}

void MessageWidget::setText(const QString& text) {
    m_message.text = text;
    m_text->setText(text.toUtf8(), isUser() ? MessageLayout::Plain : MessageLayout::Markdown, m_message.streaming);
    updateStatus();
}

void MessageWidget::updateName() {
    QString name = (isUser() ? tr("Question %1 of %2") : tr("Answer %1 of %2")).arg(m_index / 2 + 1).arg((m_count + 1) / 2);
    if (!isUser() && !m_message.facts.model.empty()) name += QStringLiteral(", ") + QString::fromStdString(m_message.facts.model);
    if (m_message.versions > 1) name += QStringLiteral(", ") + tr("version %1 of %2").arg(m_message.version).arg(m_message.versions);
    if (!m_message.status.isEmpty()) name += QStringLiteral(", ") + m_message.status;
    m_text->setAccessibleName(name);
    setAccessibleName(name);
    m_text->setAccessibleDescription(m_message.streaming ? tr("It is being written.") : m_actions->facts());
}

void MessageWidget::updateStatus() {
    QString status = m_message.status;
    if (status.isEmpty() && m_message.streaming && m_message.text.isEmpty()) status = tr("Reading the question…");
    m_status->setText(status);
    m_status->setVisible(!status.isEmpty());
}

void MessageWidget::setPossible(bool busy, bool inspectable) {
    m_actions->setPossible(busy, inspectable);
    updateActions();
}

void MessageWidget::setTintShown(bool shown) { m_text->setTintShown(shown && !isUser()); }

void MessageWidget::restyle() {
    m_text->forgetDocuments();
    update();
}

void MessageWidget::updateActions() {
    const bool last_answer = !isUser() && m_index + 1 == m_count;
    m_actions->setShown((m_hovered || m_focus_inside || last_answer) && !m_message.streaming);
}

// Places ------------------------------------------------------------------------------------------------------------

int MessageWidget::layOut(int width, int top, int bottom) {
    const int inner = isUser() ? static_cast<int>(width * kBubbleShare) - 2 * px(kSpaceWide) : width;
    const int above = m_text->y();
    const int height = m_text->layOut(inner, top - above, bottom - above);
    place(width, height);
    return m_actions->geometry().bottom() + 1;
}

void MessageWidget::place(int width, int text_height) {
    int y = 0;
    const auto putLabel = [&](QLabel* label, int left, int space) {
        if (label->text().isEmpty()) return;
        const int height = label->heightForWidth(space);
        label->setGeometry(left, y, space, height);
        y += height + px(kSpaceTiny);
    };
    if (isUser()) {
        const int widest = static_cast<int>(width * kBubbleShare) - 2 * px(kSpaceWide);
        int inner = std::min(widest, static_cast<int>(std::ceil(m_text->layout().naturalWidth())) + 1);
        if (!m_message.attachments.isEmpty()) inner = std::min(widest, std::max(inner, m_attachments->sizeHint().width()));
        inner = std::max(inner, px(kSpaceLarge));
        const int left = width - inner - px(kSpaceWide);
        y = px(kSpace);
        putLabel(m_attachments, left, inner);
        m_text->setGeometry(left, y, widest, text_height);
        y += text_height + px(kSpaceTiny) + px(2);  // lines have their leading below
        m_bubble = QRect(left - px(kSpaceWide), 0, inner + 2 * px(kSpaceWide), y);
        y += px(kSpaceTiny);
    } else {
        m_bubble = {};
        m_text->setGeometry(0, y, width, text_height);
        y += text_height + px(kSpaceTiny);
    }
    putLabel(m_status, 0, width);
    m_actions->setGeometry(isUser() ? 0 : -px(kSpaceSmall), y, width + (isUser() ? 0 : px(kSpaceSmall)), px(kActionsHeight));
}

bool MessageWidget::isLaidOut(int top, int bottom) const { return m_text->layout().isLaidOut(top - m_text->y(), bottom - m_text->y()); }

MessageLayout::Anchor MessageWidget::anchorAt(int y) const { return m_text->layout().anchorAt(y - m_text->y()); }

int MessageWidget::yOf(MessageLayout::Anchor anchor) const { return static_cast<int>(m_text->layout().yOf(anchor)) + m_text->y(); }

void MessageWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (isUser()) paintBox(painter, m_bubble, px(kRadiusMessage), color(Role::Raised), {});
    if (m_text->hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        const QRect ring = isUser() ? m_bubble : QRect(0, m_text->y(), width(), m_text->height());
        paintFocusRing(painter, ring, px(isUser() ? kRadiusMessage : kRadiusControl));
    }
}

// Input -------------------------------------------------------------------------------------------------------------

void MessageWidget::setCurrent(bool current) { m_text->setFocusPolicy(current ? Qt::StrongFocus : Qt::ClickFocus); }

QList<QWidget*> MessageWidget::controls() const { return QList<QWidget*>{m_text} + m_actions->controls(); }

void MessageWidget::perform(MessageAction action) {
    if (!m_actions->isPossible(action)) return;
    if (action == MessageAction::Copy) QApplication::clipboard()->setText(m_message.text);
    emit actionRequested(action);
}

void MessageWidget::keyPressEvent(QKeyEvent* event) {
    const auto is = [event](Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        return event->key() == key && (event->modifiers() & ~Qt::KeypadModifier) == modifiers;
    };
    // The selection, if there is one, was copied by the text.
    if (event->matches(QKeySequence::Copy)) perform(MessageAction::Copy);
    else if (is(Qt::Key_F2)) perform(MessageAction::Edit);
    else if (is(Qt::Key_Delete)) perform(MessageAction::Delete);
    else if (is(Qt::Key_Left, Qt::AltModifier)) perform(MessageAction::PreviousVersion);
    else if (is(Qt::Key_Right, Qt::AltModifier)) perform(MessageAction::NextVersion);
    else QWidget::keyPressEvent(event);
}

void MessageWidget::enterEvent(QEnterEvent* event) {
    QWidget::enterEvent(event);
    m_hovered = true;
    updateActions();
}

void MessageWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_hovered = false;
    updateActions();
}

void MessageWidget::contextMenuEvent(QContextMenuEvent* event) {
    openMenu(event->reason() == QContextMenuEvent::Mouse ? event->globalPos() : m_text->mapToGlobal(QPoint(px(kSpaceLarge), px(kSpaceLarge))));
}

void MessageWidget::openMenu(const QPoint& place) {
    QMenu menu(this);
    if (m_text->hasSelection()) {
        menu.addAction(icon(Icon::Copy), tr("Copy the selection"), this, [this] { QApplication::clipboard()->setText(m_text->selectedText()); });
        menu.addSeparator();
    }
    constexpr std::pair<MessageAction, Icon> kItems[] = {
        {MessageAction::Copy, Icon::Copy},         {MessageAction::Edit, Icon::Edit},       {MessageAction::Regenerate, Icon::Regenerate},
        {MessageAction::Continue, Icon::Continue}, {MessageAction::Compare, Icon::SideBySide}, {MessageAction::Inspect, Icon::Inspector},
        {MessageAction::Delete, Icon::Trash},
    };
    for (const auto& [action, look] : kItems) {
        if (!m_actions->isPossible(action)) continue;
        menu.addAction(icon(look), messageActionName(action, m_message.role), this, [this, wanted = action] { perform(wanted); });
    }
    menu.addAction(tr("Select all"), m_text, &MessageText::selectAll);
    menu.exec(place);
}

}  // namespace tessera::ui
