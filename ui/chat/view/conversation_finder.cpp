// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/conversation_finder.h"

#include "ui/chat/view/message_layout.h"

#include <QElapsedTimer>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr qint64 kSliceMs = 8;

}  // namespace

ConversationFinder::ConversationFinder() {
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &ConversationFinder::slice);
}

void ConversationFinder::start(const QString& text, const std::vector<ShownMessage>& messages) {
    m_text = text;
    m_messages = &messages;
    m_matches.clear();
    m_next = 0;
    if (text.isEmpty()) {
        m_timer.stop();
        m_kept.clear();
        emit changed();
        return;
    }
    m_timer.start();
    slice();
}

const QString& ConversationFinder::shownText(const ShownMessage& message) {
    Kept& kept = m_kept[message.number];
    if (kept.source != message.text || kept.shown.isNull()) {
        MessageLayout layout;
        layout.setText(message.text.toUtf8(), message.role == MessageRole::User ? MessageLayout::Plain : MessageLayout::Markdown);
        kept = {message.text, layout.text()};
    }
    return kept.shown;
}

void ConversationFinder::slice() {
    QElapsedTimer clock;
    clock.start();
    for (; m_next < m_messages->size() && clock.elapsed() < kSliceMs; ++m_next) {
        const QString& shown = shownText((*m_messages)[m_next]);
        for (qsizetype at = shown.indexOf(m_text, 0, Qt::CaseInsensitive); at >= 0; at = shown.indexOf(m_text, at + m_text.size(), Qt::CaseInsensitive))
            m_matches.push_back({m_next, {static_cast<int>(at), static_cast<int>(at + m_text.size())}});
    }
    if (m_next >= m_messages->size()) m_timer.stop();
    emit changed();
}

std::vector<TextRange> ConversationFinder::matchesIn(std::size_t message) const {
    std::vector<TextRange> ranges;
    const auto first = std::lower_bound(m_matches.begin(), m_matches.end(), message,
                                        [](const ConversationMatch& match, std::size_t wanted) { return match.message < wanted; });
    for (auto at = first; at != m_matches.end() && at->message == message; ++at) ranges.push_back(at->range);
    return ranges;
}

}  // namespace tessera::ui
