// SPDX-License-Identifier: GPL-3.0-or-later
// Finds a text in all messages of a conversation, as they are shown, also in those that have no widget.
#pragma once

#include "ui/chat/view/shown_message.h"
#include "ui/chat/view/text_segment.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <vector>

namespace tessera::ui {

struct ConversationMatch {
    std::size_t message = 0;  // index
    TextRange range;          // in its shown text
    bool operator==(const ConversationMatch&) const = default;
};

/// UI thread, in slices of a few milliseconds. The shown text of each message is kept, so that a longer search or a new
/// one over the same conversation is quick.
class ConversationFinder : public QObject {
    Q_OBJECT
public:
    ConversationFinder();

    /// Searches anew; the messages must stay until the next call. An empty text finds nothing and forgets.
    void start(const QString& text, const std::vector<ShownMessage>& messages);
    const QString& text() const { return m_text; }
    const std::vector<ConversationMatch>& matches() const { return m_matches; }
    bool isDone() const { return !m_timer.isActive(); }
    std::vector<TextRange> matchesIn(std::size_t message) const;

signals:
    /// More matches, or all of them.
    void changed();

private:
    struct Kept {
        QString source;
        QString shown;
    };

    void slice();
    const QString& shownText(const ShownMessage& message);

    QString m_text;
    const std::vector<ShownMessage>* m_messages = nullptr;
    std::vector<ConversationMatch> m_matches;
    std::map<MessageNumber, Kept> m_kept;
    std::size_t m_next = 0;
    QTimer m_timer;
};

}  // namespace tessera::ui
