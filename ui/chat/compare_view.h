// SPDX-License-Identifier: GPL-3.0-or-later
// Two answers to one question side by side, to keep one of them.
#pragma once

#include "core/chat/store/message_tree.h"

#include <QWidget>

#include <array>

class QPushButton;

namespace tessera::ui {

class ChatController;
class ElidedLabel;
class MessageColumn;

class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(ChatController& controller, QWidget* parent = nullptr);

    void show(MessageNumber left, MessageNumber right);
    MessageNumber number(int side) const { return m_sides[static_cast<std::size_t>(side)].number; }
    MessageColumn* column(int side) const { return m_sides[static_cast<std::size_t>(side)].column; }
    QPushButton* keepButton(int side) const { return m_sides[static_cast<std::size_t>(side)].keep; }
    /// The conversation changed, or is another one: closes when one of the two is gone.
    void refresh();

signals:
    /// `kept`: kNoMessage when closed without a choice.
    void closed(tessera::MessageNumber kept);

private:
    struct Side {
        MessageNumber number = kNoMessage;
        ElidedLabel* title = nullptr;
        MessageColumn* column = nullptr;
        QPushButton* keep = nullptr;
    };
    void grow(const QString& text);
    void close(MessageNumber kept);

    ChatController& m_controller;
    std::array<Side, 2> m_sides;
};

}  // namespace tessera::ui
