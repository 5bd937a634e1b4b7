// SPDX-License-Identifier: GPL-3.0-or-later
// A piece of a message that is laid out and painted by itself: some paragraphs, a code block, or a table. Small pieces
// keep streaming and scrolling cheap: only what changed or comes into sight is laid out.
#pragma once

#include "ui/chat/view/code_highlighter.h"
#include "ui/chat/view/markdown.h"

#include <QColor>
#include <QRectF>
#include <QTextDocument>

#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace tessera::ui {

/// Characters [begin, end).
struct TextRange {
    int begin = 0;
    int end = 0;
    bool empty() const { return begin >= end; }
    bool operator==(const TextRange&) const = default;
};

/// Characters with a ground of their own, painted under the text in the order given.
struct TextMark {
    TextRange range;
    QColor ground;
    bool underlined = false;  // a line below as well, so that colour does not carry the meaning alone
};

struct TextLink {
    TextRange range;
    QString target;
    QString title;
};

/// UI thread. Positions count UTF-16 units of text(), which is what the document holds.
class TextSegment {
public:
    enum Kind { Text, Code, Table };

    /// `muted`: in the colour of side matter (reasoning).
    TextSegment(std::vector<MarkdownBlock> blocks, bool muted);
    ~TextSegment();

    /// A code block that has grown (streaming): takes the longer one in, keeping what is laid out. False, and nothing
    /// changed, when this is not that.
    bool extend(const std::vector<MarkdownBlock>& blocks);

    Kind kind() const { return m_kind; }
    const std::vector<MarkdownBlock>& blocks() const { return m_blocks; }
    bool isMuted() const { return m_muted; }
    const QString& text() const { return m_text; }
    const std::vector<TextLink>& links() const { return m_links; }
    /// Of a code block: what its head shows.
    QString title() const;
    /// For the clipboard: with list markers; table cells apart by tabs.
    QString copyText(TextRange range) const;

    /// In pixels, before the first block.
    double spaceBefore() const;
    double estimatedHeight(double width) const;
    /// Builds the document when there is none, and lays it out. Returns the height.
    double layOut(double width);
    bool isLaidOut(double width) const { return m_document && m_width == width; }
    double height() const { return m_height; }
    /// As wide as it wants to be, once laid out.
    double naturalWidth() const;
    /// Gives the document up (far out of sight); text and links stay.
    void forget();

    /// How far code or a table that is too wide can be moved to the left.
    double scrollRange() const;
    void setScroll(double x) { m_scroll = x; }
    double scroll() const { return m_scroll; }
    /// The part that moves, in the segment's coordinates.
    QRectF scrolledRect() const;

    // All below: once laid out, in the segment's coordinates.
    void paint(QPainter& painter, const QRectF& clip, const std::vector<TextMark>& marks) const;
    int positionAt(const QPointF& point) const;
    /// nullptr where there is no link.
    const TextLink* linkAt(const QPointF& point) const;
    /// One rectangle per line.
    std::vector<QRectF> rects(TextRange range) const;
    QRectF caretRect(int position) const;

    /// First and past the last byte of the message that it shows; both 0 when it shows none.
    std::pair<std::uint32_t, std::uint32_t> bytes() const;
    /// Characters that show bytes [begin, end) of the message, in order; nothing when they are signs of Markdown.
    std::vector<TextRange> rangesOf(std::uint32_t begin, std::uint32_t end, const QByteArray& source) const;
    /// The byte of the message that this character shows.
    std::optional<std::uint32_t> byteAt(int position, const QByteArray& source) const;

private:
    struct Run {
        TextRange range;
        std::uint32_t begin = 0, end = 0;
        bool exact = false;
    };

    void collect();
    void addSpans(const std::vector<MarkdownSpan>& spans);
    void build();
    void buildText();
    void buildCode();
    void insertCode(qsizetype from);
    void buildTable();
    double indent() const;
    QPointF bodyOrigin() const;
    double bodyWidth() const;
    int documentPosition(int position) const;
    void paintQuoteBars(QPainter& painter) const;
    void paintRules(QPainter& painter) const;

    std::vector<MarkdownBlock> m_blocks;
    Kind m_kind = Text;
    bool m_muted = false;
    QString m_text;
    std::vector<Run> m_runs;
    std::vector<TextLink> m_links;
    std::vector<TextRange> m_chips;   // inline code
    std::vector<int> m_block_starts;  // of a text segment
    std::vector<CodeToken> m_code;    // of a code block, once built
    std::unique_ptr<QTextDocument> m_document;
    double m_width = -1;
    double m_height = 0;
    double m_scroll = 0;
};

}  // namespace tessera::ui
