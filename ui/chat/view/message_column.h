// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as one reads it: one message below the other, as long as it may be. Only messages near the part in
// sight have widgets; the others have heights, measured when they were last seen or estimated from their text.
#pragma once

#include "ui/chat/view/conversation_finder.h"
#include "ui/chat/view/message_actions.h"
#include "ui/chat/view/message_layout.h"
#include "ui/chat/view/shown_message.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>

#include <vector>

class QPushButton;

namespace tessera::ui {

class MessageWidget;
class TintLegend;
class TokenPopup;

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

    /// Probabilities as grounds of the tokens, with a legend, for answers that have a trace.
    void setTintShown(bool shown);
    bool isTintShown() const { return m_tint_shown; }
    /// Whether any message has a trace.
    bool hasTrace() const;

    /// Finds in all messages, without regard to case; goes to the first match from what is in sight on. An empty text
    /// ends it. Long conversations are searched in slices: findChanged() tells.
    void find(const QString& text);
    void findNext(bool forward);
    int matchCount() const { return static_cast<int>(m_finder.matches().size()); }
    /// From 0; −1: none.
    int currentMatch() const { return m_match; }

    /// The whole conversation, with a heading for who speaks.
    QString markdown() const;
    void copyAll();

    /// Of those that have widgets now; null otherwise.
    MessageWidget* widgetOf(MessageNumber number) const;
    int realizedCount() const;
    TokenPopup* tokenPopup() const { return m_popup; }

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
    /// `current` from 0, −1: none.
    void findChanged(int current, int count);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Item {
        int top = 0;
        int height = 0;
        bool measured = false;
        MessageWidget* widget = nullptr;
    };
    /// A place that stays where it is while heights change: in a message, or in a segment of its text.
    struct Anchor {
        std::size_t index = 0;
        int offset = 0;
        bool in_text = false;
        MessageLayout::Anchor text;
    };

    // Heights and widgets (message_column.cpp)
    int columnWidth() const;
    int estimate(const ShownMessage& message) const;
    Anchor anchor() const;
    int valueOf(const Anchor& anchor) const;
    void placeTops();
    void layOut(const Anchor& anchor);
    bool measureInSight(int margin);
    void placeWidgets(int margin);
    std::pair<std::size_t, std::size_t> inSight(int margin) const;
    void realize(std::size_t index);
    void fill(std::size_t index);
    void release(Item& item);
    void restyle();
    void updateEndButton();
    std::size_t indexOf(MessageNumber number) const;

    // What the user does (message_column_input.cpp)
    MessageWidget* takeWidget();
    void connectWidget(MessageWidget* widget);
    void perform(MessageWidget* widget, MessageAction action);
    void moveFocus(MessageNumber from, int key);
    void setCurrent(MessageNumber number);
    void bringIntoSight(const MessageWidget* widget, const QRect& rect);
    void openLink(const QString& target);
    void pointAtToken(MessageWidget* widget, int token, bool by_keyboard);
    void placeLegend();
    void finderChanged();
    void showMatches(std::size_t index);
    void goToMatch(int match);

    std::vector<ShownMessage> m_messages;
    std::vector<Item> m_items;
    std::vector<MessageWidget*> m_pool;
    ConversationFinder m_finder;
    QPushButton* m_to_end;
    TintLegend* m_legend;
    TokenPopup* m_popup;
    QTimer m_update_timer;
    QElapsedTimer m_since_update;
    QString m_pending;
    bool m_has_pending = false;
    int m_interval = kUpdateInterval;
    int m_width = 0;
    int m_match = -1;
    bool m_wants_match = false;
    bool m_sticky = true;
    bool m_laying_out = false;
    bool m_busy = false;
    bool m_inspectable = false;
    bool m_tint_shown = false;
    MessageNumber m_current = kNoMessage;
};

}  // namespace tessera::ui
