// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as one reads it: one message below the other, as long as it may be. Only messages near the part in
// sight have widgets; the others have heights, measured when they were last seen or estimated from their text.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>

#include <vector>

class QPushButton;

namespace tessera::ui {

class MessageWidget;

/// UI thread. Emits what the user asks for and changes no message itself: whoever owns the conversation answers with
/// setMessages().
class MessageColumn : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit MessageColumn(QWidget* parent = nullptr);
    ~MessageColumn() override;

    /// The shown path, oldest first. What is the same as before keeps its place and its widgets.
    void setMessages(std::vector<ShownMessage> messages);
    const std::vector<ShownMessage>& messages() const { return m_messages; }
    /// While the last one is written: its text so far. Called as often as one likes; it is parsed and painted at most
    /// every kUpdateInterval. When it is done, setMessages() says so.
    void updateLast(const QString& text);
    /// Shows what updateLast() still holds back.
    void flushUpdate();
    static constexpr int kUpdateInterval = 50;  // ms

    /// While an answer is written the others cannot be changed.
    void setBusy(bool busy);
    bool isBusy() const { return m_busy; }
    /// Whether "Inspect" is offered.
    void setInspectable(bool inspectable);
    bool isInspectable() const { return m_inspectable; }

    void scrollToMessage(MessageNumber number);
    void scrollToEnd();
    /// Whether the end is in sight, and stays so while text comes.
    bool isAtEnd() const { return m_sticky; }
    /// The focus goes to this message, in sight; kNoMessage: the last one.
    void focusMessage(MessageNumber number);

    /// Of those that have widgets now; null otherwise.
    MessageWidget* widgetOf(MessageNumber number) const;
    int realizedCount() const;

signals:
    void editRequested(tessera::MessageNumber number);
    void regenerateRequested(tessera::MessageNumber number);
    void continueRequested(tessera::MessageNumber number);
    void deleteRequested(tessera::MessageNumber number);
    /// The version with this index, from 0.
    void versionRequested(tessera::MessageNumber number, int index);
    void compareRequested(tessera::MessageNumber number);
    /// `token`: index in the trace, −1 for the whole answer.
    void inspectRequested(tessera::MessageNumber number, int token);
    /// Keep the answer up to this token, put the alternative (−1: sample anew) and go on.
    void regenerateFromRequested(tessera::MessageNumber number, int token, int alternative);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Item {
        int top = 0;
        int height = 0;
        bool measured = false;
        MessageWidget* widget = nullptr;
    };
    struct Anchor {
        std::size_t index = 0;
        int offset = 0;  // of the viewport's top below the message's top
    };

    int columnWidth() const;
    int estimate(const ShownMessage& message) const;
    Anchor anchor() const;
    void forgetHeights();
    void placeTops();
    void layOut(Anchor anchor);
    std::pair<std::size_t, std::size_t> inSight(int margin) const;
    void realize(std::size_t index);
    void release(Item& item);
    MessageWidget* takeWidget();
    void connectWidget(MessageWidget* widget);
    std::size_t indexOf(MessageNumber number) const;
    void moveFocus(MessageNumber from, int key);
    void updateEndButton();

    std::vector<ShownMessage> m_messages;
    std::vector<Item> m_items;
    std::vector<MessageWidget*> m_pool;
    QPushButton* m_to_end;
    QTimer m_update_timer;
    QElapsedTimer m_since_update;
    QString m_pending;
    bool m_has_pending = false;
    int m_interval = kUpdateInterval;
    int m_width = 0;
    bool m_sticky = true;
    bool m_laying_out = false;
    bool m_busy = false;
    bool m_inspectable = false;
    MessageNumber m_current = kNoMessage;
};

}  // namespace tessera::ui
