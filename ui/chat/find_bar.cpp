// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/find_bar.h"

#include "ui/chat/view/message_column.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>

namespace tessera::ui {

FindBar::FindBar(MessageColumn& column, QWidget* parent) : QWidget(parent), m_column(column) {
    m_edit = new QLineEdit;
    m_edit->setPlaceholderText(tr("Find in this chat"));
    m_edit->setAccessibleName(tr("Find in this chat"));
    m_edit->setClearButtonEnabled(true);
    m_count = makeLabel({}, TextStyle::Caption, Role::Muted);
    auto* previous = makeIconButton(Icon::ChevronUp, tr("Previous place"));
    auto* next = makeIconButton(Icon::ChevronDown, tr("Next place"));
    auto* shut = makeIconButton(Icon::Close, tr("Close the search"));
    connect(m_edit, &QLineEdit::textChanged, &column, &MessageColumn::find);
    connect(&column, &MessageColumn::findChanged, this, &FindBar::showPlace);
    connect(previous, &QToolButton::clicked, this, [this] { m_column.findNext(false); });
    connect(next, &QToolButton::clicked, this, [this] { m_column.findNext(true); });
    connect(shut, &QToolButton::clicked, this, &FindBar::close);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, px(kSpaceSmall), 0, px(kSpaceSmall));
    row->addWidget(m_edit, 1);
    row->addWidget(m_count);
    for (QToolButton* button : {previous, next, shut}) row->addWidget(button);
    hide();
}

void FindBar::show(const QString& text) {
    QWidget::show();
    if (m_edit->text() == text) m_column.find({});  // the same words in another chat
    m_edit->setText(text);
    m_column.find(text);
}

void FindBar::open() {
    QWidget::show();
    m_edit->setFocus();
    m_edit->selectAll();
    m_column.find(m_edit->text());
}

void FindBar::close() {
    hide();
    m_column.find({});
    emit closed();
}

QString FindBar::countText() const { return m_count->text(); }

void FindBar::showPlace(int current, int count) {
    if (m_edit->text().isEmpty()) return m_count->clear();
    m_count->setText(count == 0 ? tr("Not found") : tr("%1 of %2").arg(formatCount(static_cast<quint64>(current + 1)), formatCount(static_cast<quint64>(count))));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return close();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_F3) return m_column.findNext(!(event->modifiers() & Qt::ShiftModifier));
    QWidget::keyPressEvent(event);
}

}  // namespace tessera::ui
