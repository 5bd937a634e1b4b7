// SPDX-License-Identifier: GPL-3.0-or-later
// A longer text to be written: the system prompt, another wording of a message.
#pragma once

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace tessera::ui {

class TextDialog : public QDialog {
    Q_OBJECT
public:
    /// `explanation` stands above the text; `accept` is what the button says. Ctrl+Enter accepts.
    TextDialog(const QString& title, const QString& explanation, const QString& accept, const QString& text, QWidget* parent);

    QString text() const;
    QPlainTextEdit* edit() const { return m_edit; }
    /// An empty text is no answer.
    void requireText();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QPlainTextEdit* m_edit;
    QPushButton* m_accept;
};

}  // namespace tessera::ui
