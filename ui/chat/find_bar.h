// SPDX-License-Identifier: GPL-3.0-or-later
// Find in the conversation: a line of text, which place of how many, on and back.
#pragma once

#include "core/chat/store/message_tree.h"

#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QLineEdit;

namespace tessera::ui {

struct ShownMessage;

class FindBar : public QWidget {
    Q_OBJECT
public:
    /// `messages` gives what is searched.
    explicit FindBar(std::function<const std::vector<ShownMessage>&()> messages, QWidget* parent = nullptr);

    void open();
    void close();
    /// The messages changed.
    void refresh();
    QLineEdit* edit() const { return m_edit; }
    QString countText() const;

signals:
    /// kNoMessage when nothing is found.
    void found(tessera::MessageNumber message, const QString& text);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void search(bool keep_place);
    void step(int by);
    void showPlace();

    std::function<const std::vector<ShownMessage>&()> m_messages;
    QLineEdit* m_edit;
    QLabel* m_count;
    std::vector<MessageNumber> m_hits;
    std::size_t m_at = 0;
};

}  // namespace tessera::ui
