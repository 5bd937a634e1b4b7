// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/find_bar.h"

#include "ui/chat/view/shown_message.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>

#include <algorithm>

namespace tessera::ui {

FindBar::FindBar(std::function<const std::vector<ShownMessage>&()> messages, QWidget* parent) : QWidget(parent), m_messages(std::move(messages)) {
    m_edit = new QLineEdit;
    m_edit->setPlaceholderText(tr("Find in this chat"));
    m_edit->setAccessibleName(tr("Find in this chat"));
    m_edit->setClearButtonEnabled(true);
    m_count = makeLabel({}, TextStyle::Caption, Role::Muted);
    auto* previous = makeIconButton(Icon::ChevronUp, tr("Previous message found"));
    auto* next = makeIconButton(Icon::ChevronDown, tr("Next message found"));
    auto* shut = makeIconButton(Icon::Close, tr("Close the search"));
    connect(m_edit, &QLineEdit::textChanged, this, [this] { search(false); });
    connect(previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next, &QToolButton::clicked, this, [this] { step(1); });
    connect(shut, &QToolButton::clicked, this, &FindBar::close);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, px(kSpaceSmall), 0, px(kSpaceSmall));
    row->addWidget(m_edit, 1);
    row->addWidget(m_count);
    for (QToolButton* button : {previous, next, shut}) row->addWidget(button);
    hide();
}

void FindBar::open() {
    show();
    m_edit->setFocus();
    m_edit->selectAll();
    search(true);
}

void FindBar::close() {
    hide();
    emit found(kNoMessage, {});
    emit closed();
}

void FindBar::refresh() {
    if (isVisible()) search(true);
}

QString FindBar::countText() const { return m_count->text(); }

void FindBar::search(bool keep_place) {
    const MessageNumber before = m_at < m_hits.size() ? m_hits[m_at] : kNoMessage;
    m_hits.clear();
    const QString text = m_edit->text();
    if (!text.isEmpty())
        for (const ShownMessage& message : m_messages())
            if (message.text.contains(text, Qt::CaseInsensitive)) m_hits.push_back(message.number);
    // The last one is nearest to where one reads.
    m_at = m_hits.empty() ? 0 : m_hits.size() - 1;
    const auto same = std::find(m_hits.begin(), m_hits.end(), before);
    if (same != m_hits.end()) m_at = static_cast<std::size_t>(same - m_hits.begin());
    showPlace();
    if (!keep_place || same == m_hits.end()) emit found(m_hits.empty() ? kNoMessage : m_hits[m_at], text);
}

void FindBar::step(int by) {
    if (m_hits.empty()) return;
    m_at = (m_at + m_hits.size() + static_cast<std::size_t>(by + static_cast<int>(m_hits.size()))) % m_hits.size();
    showPlace();
    emit found(m_hits[m_at], m_edit->text());
}

void FindBar::showPlace() {
    if (m_edit->text().isEmpty()) return m_count->clear();
    m_count->setText(m_hits.empty() ? tr("Not found") : tr("%1 of %2 messages").arg(formatCount(m_at + 1), formatCount(m_hits.size())));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return close();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_F3) return step(event->modifiers() & Qt::ShiftModifier ? -1 : 1);
    QWidget::keyPressEvent(event);
}

}  // namespace tessera::ui
