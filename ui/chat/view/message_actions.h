// SPDX-License-Identifier: GPL-3.0-or-later
// The row under a message: its versions, what can be done with it, and how an answer came about.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace tessera::ui {

class ElidedLabel;

enum class MessageAction { Copy, Edit, Regenerate, Continue, Compare, Inspect, Delete, PreviousVersion, NextVersion };

/// Words of an action, for its button, menus and lists of keys.
QString messageActionName(MessageAction action, MessageRole role);
/// "42.1 tokens/s · first token 0.18 s · 96 tokens"; only what is known.
QString factsLine(const AnswerFacts& facts);

class MessageActions : public QWidget {
    Q_OBJECT
public:
    explicit MessageActions(QWidget* parent);

    void setMessage(const ShownMessage& message);
    /// `busy`: an answer is being written, only reading is possible. `inspectable`: the inspector is there.
    void setPossible(bool busy, bool inspectable);
    /// The buttons; versions are shown when there are several, whether or not.
    void setShown(bool shown);
    bool isPossible(MessageAction action) const;
    QToolButton* button(MessageAction action) const { return m_buttons[static_cast<std::size_t>(action)]; }
    /// In tab order.
    QList<QWidget*> controls() const;
    QString facts() const;

signals:
    void triggered(tessera::ui::MessageAction action);
    /// The row is too narrow for all: the rest is wanted as a menu.
    void moreRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void update();
    void fit();

    ShownMessage m_message;  // without its text
    std::array<QToolButton*, 9> m_buttons{};
    QWidget* m_versions;
    QLabel* m_version;
    QToolButton* m_more;
    QWidget* m_spring;
    ElidedLabel* m_facts;
    bool m_shown = false;
    bool m_busy = false;
    bool m_inspectable = false;
};

}  // namespace tessera::ui
