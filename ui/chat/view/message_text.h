// SPDX-License-Identifier: GPL-3.0-or-later
// The text of one message: reading, selecting, links, code with its Copy button, folds of reasoning, tokens.
#pragma once

#include "ui/chat/view/message_layout.h"
#include "ui/chat/view/token_places.h"

#include <QWidget>

#include <map>

class QScrollBar;
class QToolButton;

namespace tessera::ui {

/// Keys: Left and Right move a caret (with the tint: from token to token), with Shift they select, as do Shift with Up
/// and Down; Ctrl+Home and Ctrl+End; Ctrl+A; Ctrl+C; Tab goes to the links first; Enter opens a link or the
/// alternatives of a token. Keys it does not know go to its parents.
class MessageText : public QWidget {
    Q_OBJECT
public:
    explicit MessageText(QWidget* parent);
    ~MessageText() override;

    void setText(const QByteArray& utf8, MessageLayout::Form form, bool streaming);
    void forgetDocuments();
    /// Another message comes: nothing that the reader did in this one stays.
    void startOver();
    /// Of the token trace; null: none. Its ranges are bytes of the text.
    void setTrace(std::shared_ptr<const TokenTrace> trace);
    void setTintShown(bool shown);
    /// Time that tokens of the reasoning took, for its fold; 0: unknown.
    void setTokensPerSecond(double rate) { m_tokens_per_second = rate; }

    /// Lays out for this width what stands between top and bottom (own coordinates); returns the height.
    int layOut(int width, int top, int bottom);
    const MessageLayout& layout() const { return m_layout; }

    QString selectedText() const;
    bool hasSelection() const { return m_caret != m_selection_anchor; }
    TextRange selection() const;
    void select(TextRange range);
    void selectAll();
    void clearSelection();
    int caret() const { return m_caret; }

    /// Matches of a search; `current` is drawn stronger, −1: none of them. Folds that hide one open.
    void setMatches(std::vector<TextRange> matches, int current);
    const std::vector<TextRange>& matches() const { return m_matches; }

    const TokenPlaces& tokens() const { return m_tokens; }
    int currentToken() const { return m_token; }
    void setCurrentToken(int token);
    QRect tokenRect(int token) const;

    QString focusedLink() const;
    void setAnswerName(const QString& name) { setAccessibleName(name); }

signals:
    void linkActivated(const QString& target);
    void moveRequested(int key);
    /// The height may have changed (a fold).
    void heightChanged();
    /// Own coordinates of what should be in sight.
    void sightRequested(const QRect& rect);
    /// −1: none. By mouse or by keys.
    void tokenPointedAt(int token, bool by_keyboard);
    /// Enter or double click.
    void tokenActivated(int token);
    void focused();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// What stands over a segment: a code block's button, a bar for what is too wide.
    struct Over {
        QToolButton* copy = nullptr;
        QScrollBar* bar = nullptr;
    };

    void placeOver();
    void placeFolds();
    void placeCopyButton(Over& over, const MessageLayout::Placed& placed, QWidget* before);
    void placeScrollBar(Over& over, const MessageLayout::Placed& placed);
    QString foldText(const MessageLayout::Fold& fold) const;
    std::vector<TextMark> marksOf(const MessageLayout::Placed& placed) const;
    bool moveCaret(QKeyEvent* event);
    void setCaret(int position, bool select);
    int wordBoundary(int from, bool forward) const;
    int lineAway(int from, int direction) const;
    bool stepToken(int direction);
    void stepLink(bool next);
    void showLinkTip(const TextLink& link, const QPoint& global);
    int tokenAt(const QPointF& point) const;
    void revealSideways(int position);
    void tellReaders();

    MessageLayout m_layout;
    std::map<const TextSegment*, Over> m_over;
    std::vector<QToolButton*> m_fold_buttons;
    std::shared_ptr<const TokenTrace> m_trace;
    TokenPlaces m_tokens;
    std::vector<TextRange> m_matches;
    int m_current_match = -1;
    int m_caret = 0;
    int m_selection_anchor = 0;
    int m_link = -1;     // that has the focus
    int m_token = -1;
    int m_hovered_token = -1;
    double m_tokens_per_second = 0;
    bool m_caret_shown = false;
    bool m_tint_shown = false;
    bool m_dragging = false;
    bool m_streaming = false;
};

/// So that screen readers read messages as text. Once.
void installMessageAccessibility();

}  // namespace tessera::ui
