// SPDX-License-Identifier: GPL-3.0-or-later
// A message as a stack of segments. Only those in sight are laid out; the others have estimated heights. A longer text
// keeps the segments that are the same, so that streaming lays out the end only.
#pragma once

#include "core/chat/answer/answer_sections.h"
#include "ui/chat/view/text_segment.h"

namespace tessera::ui {

/// UI thread. Positions run over all segments, one line end between two of them.
class MessageLayout {
public:
    enum Form { Plain, Markdown };

    struct Placed {
        std::unique_ptr<TextSegment> segment;
        int start = 0;       // position of its first character
        double top = 0;
        double height = 0;
        int section = 0;
    };
    /// A fold of reasoning above its segments.
    struct Fold {
        int section = 0;
        bool expanded = false;
        bool closed = true;  // the reasoning has ended
        int words = 0;
        std::uint32_t begin = 0, end = 0;  // bytes
        double top = 0;
    };
    struct Anchor {
        std::size_t segment = 0;
        double offset = 0;
        bool operator==(const Anchor&) const = default;
    };

    void setText(const QByteArray& utf8, Form form);
    const QByteArray& source() const { return m_source; }
    /// Anew after the theme has changed.
    void forgetDocuments();

    /// Lays out what stands between `top` and `bottom`; returns the height of all.
    double layOut(double width, double top, double bottom);
    double height() const { return m_height; }
    double width() const { return m_width; }
    /// Whether everything between is laid out.
    bool isLaidOut(double top, double bottom) const;
    /// Of everything laid out, at most the width.
    double naturalWidth() const;

    const std::vector<Placed>& segments() const { return m_segments; }
    const std::vector<Fold>& folds() const { return m_folds; }
    void setExpanded(int section, bool expanded);
    /// For another message: what the reader folded was in the one before.
    void forgetFolds() { m_wishes.clear(); }
    bool isHidden(const Placed& placed) const;
    int foldHeight() const;

    Anchor anchorAt(double y) const;
    double yOf(Anchor anchor) const;

    // Text
    int length() const;
    QString text() const;
    QString copyText(TextRange range) const;
    std::size_t segmentAt(int position) const;
    int positionAt(const QPointF& point) const;
    const TextLink* linkAt(const QPointF& point) const;
    std::vector<QRectF> rects(TextRange range) const;
    QRectF caretRect(int position) const;
    /// Of all links, in order, with positions in the message.
    std::vector<TextLink> links() const;
    /// `from`: the segment to begin with, for those who ask in order; moves on with them.
    std::vector<TextRange> rangesOf(std::uint32_t begin, std::uint32_t end, std::size_t* from = nullptr) const;
    std::optional<std::uint32_t> byteAt(int position) const;

private:
    void place();

    QByteArray m_source;
    std::vector<AnswerSection> m_sections;
    std::vector<Placed> m_segments;
    std::vector<Fold> m_folds;
    std::vector<std::pair<int, bool>> m_wishes;  // sections that the reader folded or unfolded
    double m_width = 0;
    double m_height = 0;
};

}  // namespace tessera::ui
