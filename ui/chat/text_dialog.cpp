// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/text_dialog.h"

#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace tessera::ui {

TextDialog::TextDialog(const QString& title, const QString& explanation, const QString& accept, const QString& text, QWidget* parent) : QDialog(parent) {
    setWindowTitle(title);
    m_edit = new QPlainTextEdit(text);
    m_edit->setAccessibleName(title);
    m_edit->setTabChangesFocus(true);
    setTextStyle(m_edit, TextStyle::Chat);
    m_edit->moveCursor(QTextCursor::End);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = makeButton(accept);
    makePrimary(m_accept);
    buttons->addButton(m_accept, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    if (!explanation.isEmpty()) column->addWidget(makeParagraph(explanation, Role::Muted));
    column->addWidget(m_edit, 1);
    column->addWidget(buttons);
    setTabOrder(m_edit, m_accept);
    setTabOrder(m_accept, buttons->button(QDialogButtonBox::Cancel));  // Qt loses it when the box is laid out
    resize(px(560), px(340));
    m_edit->setFocus();
}

QString TextDialog::text() const { return m_edit->toPlainText(); }

void TextDialog::requireText() {
    const auto check = [this] { m_accept->setEnabled(!m_edit->toPlainText().trimmed().isEmpty()); };
    connect(m_edit, &QPlainTextEdit::textChanged, this, check);
    check();
}

void TextDialog::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && (event->modifiers() & Qt::ControlModifier) && m_accept->isEnabled()) return accept();
    QDialog::keyPressEvent(event);
}

}  // namespace tessera::ui
