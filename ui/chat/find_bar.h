// SPDX-License-Identifier: GPL-3.0-or-later
// Find in the conversation: a line of text, which place of how many, on and back.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace tessera::ui {

class MessageColumn;

class FindBar : public QWidget {
    Q_OBJECT
public:
    explicit FindBar(MessageColumn& column, QWidget* parent = nullptr);

    void open();
    /// Shows where `text` is; the focus stays.
    void show(const QString& text);
    void close();
    QLineEdit* edit() const { return m_edit; }
    QString countText() const;

signals:
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showPlace(int current, int count);

    MessageColumn& m_column;
    QLineEdit* m_edit;
    QLabel* m_count;
};

}  // namespace tessera::ui
