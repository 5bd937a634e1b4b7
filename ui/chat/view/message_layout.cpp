// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/message_layout.h"

#include "ui/chat/view/tool_call_blocks.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace tessera::ui {
namespace {

// A text segment holds so much: enough to make few documents, little enough to lay out within a frame.
constexpr std::size_t kSegmentBlocks = 12;
constexpr qsizetype kSegmentCharacters = 1500;
constexpr qsizetype kLongParagraph = 4000;  // more than the above: what goes on begins a segment

bool standsAlone(const MarkdownBlock& block) { return block.kind == MarkdownBlock::Code || block.kind == MarkdownBlock::Table; }

qsizetype sizeOf(const MarkdownBlock& block) {
    qsizetype size = 0;
    for (const MarkdownSpan& span : block.spans) size += span.text.size();
    return size;
}

/// How many bytes show this many UTF-16 units, from here on.
std::uint32_t bytesOf(const QByteArray& source, std::uint32_t begin, qsizetype units) {
    qsizetype at = begin;
    while (units > 0 && at < source.size()) {
        const auto lead = static_cast<unsigned char>(source[at]);
        at += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        units -= lead < 0xF0 ? 1 : 2;
    }
    return static_cast<std::uint32_t>(std::min(at, source.size()) - begin);
}

/// Cuts a paragraph after its first `size` characters; returns the rest.
MarkdownBlock cut(MarkdownBlock& block, qsizetype size, const QByteArray& source) {
    MarkdownBlock rest = block;
    rest.continued = true;
    rest.marker.clear();
    rest.spans.clear();
    std::size_t index = 0;
    while (index < block.spans.size() && size >= block.spans[index].text.size()) size -= block.spans[index++].text.size();
    if (index < block.spans.size() && size > 0) {
        MarkdownSpan& span = block.spans[index++];
        MarkdownSpan second = span;
        second.text = span.text.mid(size);
        span.text.truncate(size);
        if (span.exact) span.end = second.begin = span.begin + bytesOf(source, span.begin, size);
        rest.spans.push_back(std::move(second));
    }
    rest.spans.insert(rest.spans.end(), block.spans.begin() + static_cast<std::ptrdiff_t>(index), block.spans.end());
    block.spans.resize(index);
    return rest;
}

/// Paragraphs without an end (a pasted line, a model that repeats itself) in pieces that can be laid out; at a space
/// where there is one.
std::vector<MarkdownBlock> cutLongParagraphs(std::vector<MarkdownBlock> blocks, const QByteArray& source) {
    if (std::none_of(blocks.begin(), blocks.end(), [](const MarkdownBlock& block) { return !standsAlone(block) && sizeOf(block) > kLongParagraph; })) return blocks;
    std::vector<MarkdownBlock> pieces;
    for (MarkdownBlock& block : blocks) {
        while (!standsAlone(block) && sizeOf(block) > kLongParagraph) {
            QString begin;
            for (std::size_t i = 0; begin.size() < kLongParagraph; ++i) begin += block.spans[i].text;
            qsizetype size = begin.lastIndexOf(QLatin1Char(' '), kLongParagraph - 1) + 1;
            if (size < kLongParagraph / 2) size = kLongParagraph - (begin[kLongParagraph - 1].isHighSurrogate() ? 1 : 0);
            MarkdownBlock rest = cut(block, size, source);
            pieces.push_back(std::exchange(block, std::move(rest)));
        }
        pieces.push_back(std::move(block));
    }
    return pieces;
}

/// From the beginning on, so that more text changes the last groups only.
std::vector<std::vector<MarkdownBlock>> group(std::vector<MarkdownBlock> blocks) {
    std::vector<std::vector<MarkdownBlock>> groups;
    qsizetype size = 0;
    bool open = false;
    for (MarkdownBlock& block : blocks) {
        const bool alone = standsAlone(block);
        if (!open || alone || groups.back().size() >= kSegmentBlocks || size >= kSegmentCharacters) {
            groups.emplace_back();
            size = 0;
        }
        size += sizeOf(block);
        open = !alone;
        groups.back().push_back(std::move(block));
    }
    return groups;
}

int countWords(const QByteArray& text, qsizetype begin, qsizetype end) {
    int words = 0;
    bool inside = false;
    for (qsizetype i = begin; i < end; ++i) {
        const bool space = text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

std::vector<MarkdownBlock> blocksOf(const AnswerSection& section, const QByteArray& utf8, MessageLayout::Form form) {
    if (form == MessageLayout::Plain) return plainBlocks(utf8);
    if (section.kind == AnswerSection::Kind::Call) return toolCallBlocks(section, utf8);
    return parseMarkdown(utf8.mid(static_cast<qsizetype>(section.begin), static_cast<qsizetype>(section.end - section.begin)), static_cast<std::uint32_t>(section.begin));
}

}  // namespace

void MessageLayout::setText(const QByteArray& utf8, Form form) {
    m_source = utf8;
    m_sections = form == Markdown ? splitAnswer({utf8.constData(), static_cast<std::size_t>(utf8.size())})
                                  : std::vector<AnswerSection>{{AnswerSection::Kind::Text, 0, static_cast<std::size_t>(utf8.size())}};
    std::vector<Placed> old = std::exchange(m_segments, {});
    m_folds.clear();
    for (std::size_t i = 0; i < m_sections.size(); ++i) {
        const AnswerSection& section = m_sections[i];
        const int number = static_cast<int>(i);
        const bool reasoning = section.kind == AnswerSection::Kind::Reasoning;
        if (reasoning) {
            Fold fold;
            fold.section = number;
            fold.closed = section.closed;
            fold.words = countWords(utf8, static_cast<qsizetype>(section.begin), static_cast<qsizetype>(section.end));
            fold.begin = static_cast<std::uint32_t>(section.begin);
            fold.end = static_cast<std::uint32_t>(section.end);
            const auto wish = std::find_if(m_wishes.begin(), m_wishes.end(), [number](const auto& known) { return known.first == number; });
            // What is still being thought, or was stopped there, is all there is to see.
            fold.expanded = wish != m_wishes.end() ? wish->second : !section.closed;
            m_folds.push_back(fold);
        }
        for (auto& some : group(cutLongParagraphs(blocksOf(section, utf8, form), utf8))) {
            Placed placed;
            placed.section = number;
            const std::size_t index = m_segments.size();
            if (index < old.size() && old[index].segment && old[index].segment->isMuted() == reasoning && old[index].segment->blocks() == some) {
                placed.segment = std::move(old[index].segment);
                placed.height = old[index].height;
            } else if (index < old.size() && old[index].segment && old[index].segment->isMuted() == reasoning && old[index].segment->extend(some)) {
                placed.segment = std::move(old[index].segment);
                placed.height = old[index].height;
            } else {
                placed.segment = std::make_unique<TextSegment>(std::move(some), reasoning);
                placed.height = m_width > 0 ? placed.segment->estimatedHeight(m_width) : 0;
            }
            m_segments.push_back(std::move(placed));
        }
    }
    int start = 0;
    for (Placed& placed : m_segments) {
        placed.start = start;
        start += static_cast<int>(placed.segment->text().size()) + 1;
    }
    place();
}

void MessageLayout::forgetDocuments() {
    for (Placed& placed : m_segments) placed.segment->forget();
    m_width = 0;
}

int MessageLayout::foldHeight() const { return px(kControlHeight); }

bool MessageLayout::isHidden(const Placed& placed) const {
    for (const Fold& fold : m_folds)
        if (fold.section == placed.section) return !fold.expanded;
    return false;
}

void MessageLayout::setExpanded(int section, bool expanded) {
    std::erase_if(m_wishes, [section](const auto& wish) { return wish.first == section; });
    m_wishes.emplace_back(section, expanded);
    for (Fold& fold : m_folds)
        if (fold.section == section) fold.expanded = expanded;
    place();
}

void MessageLayout::place() {
    double top = 0;
    bool first = true;
    int section = -1;
    const auto fold = [&](int wanted) {
        for (Fold& known : m_folds) {
            if (known.section != wanted) continue;
            known.top = first ? 0 : top + px(kSpaceSmall);
            top = known.top + foldHeight();
            first = false;
        }
    };
    for (Placed& placed : m_segments) {
        while (section < placed.section) fold(++section);
        if (isHidden(placed)) {
            placed.top = top;
            continue;
        }
        if (!first) top += placed.segment->spaceBefore();
        placed.top = top;
        top += placed.height;
        first = false;
    }
    while (section < static_cast<int>(m_sections.size())) fold(++section);
    m_height = top;
}

double MessageLayout::layOut(double width, double top, double bottom) {
    if (width != m_width) {
        m_width = width;
        for (Placed& placed : m_segments) placed.height = placed.segment->estimatedHeight(width);
        // What is laid out anyway is asked again, so that an unchanged width costs nothing.
    }
    for (bool changed = true; changed;) {
        place();
        changed = false;
        for (Placed& placed : m_segments) {
            if (isHidden(placed) || placed.top > bottom || placed.top + placed.height < top) continue;
            const double height = placed.segment->layOut(width);
            if (height == placed.height) continue;
            placed.height = height;
            changed = true;
            break;  // what follows has moved
        }
    }
    return m_height;
}

bool MessageLayout::isLaidOut(double top, double bottom) const {
    return std::all_of(m_segments.begin(), m_segments.end(), [&](const Placed& placed) {
        return isHidden(placed) || placed.top > bottom || placed.top + placed.height < top || placed.segment->isLaidOut(m_width);
    });
}

double MessageLayout::naturalWidth() const {
    double width = 0;
    for (const Placed& placed : m_segments) width = std::max(width, placed.segment->naturalWidth());
    return std::min(width, m_width);
}

MessageLayout::Anchor MessageLayout::anchorAt(double y) const {
    Anchor anchor{0, y};
    for (std::size_t i = 0; i < m_segments.size() && m_segments[i].top <= y; ++i) anchor = {i, y - m_segments[i].top};
    return anchor;
}

double MessageLayout::yOf(Anchor anchor) const { return anchor.segment < m_segments.size() ? m_segments[anchor.segment].top + anchor.offset : anchor.offset; }

int MessageLayout::length() const {
    return m_segments.empty() ? 0 : m_segments.back().start + static_cast<int>(m_segments.back().segment->text().size());
}

QString MessageLayout::text() const {
    QString text;
    for (const Placed& placed : m_segments) {
        if (placed.start > 0) text += QLatin1Char('\n');
        text += placed.segment->text();
    }
    return text;
}

QString MessageLayout::copyText(TextRange range) const {
    QString text;
    for (const Placed& placed : m_segments) {
        const int size = static_cast<int>(placed.segment->text().size());
        const TextRange part{std::max(0, range.begin - placed.start), std::min(size, range.end - placed.start)};
        if (part.end < 0 || part.begin > size || isHidden(placed) || range.end <= placed.start) continue;
        if (!text.isEmpty() && !placed.segment->blocks().front().continued) text += QLatin1Char('\n');
        text += placed.segment->copyText(part);
    }
    return text;
}

std::size_t MessageLayout::segmentAt(int position) const {
    const auto after = std::upper_bound(m_segments.begin(), m_segments.end(), position,
                                        [](int wanted, const Placed& placed) { return wanted < placed.start; });
    return after == m_segments.begin() ? 0 : static_cast<std::size_t>(after - m_segments.begin()) - 1;
}

int MessageLayout::positionAt(const QPointF& point) const {
    const Placed* nearest = nullptr;
    for (const Placed& placed : m_segments) {
        if (isHidden(placed)) continue;
        if (nearest && placed.top > point.y()) break;
        nearest = &placed;
    }
    return nearest ? nearest->start + nearest->segment->positionAt(point - QPointF(0, nearest->top)) : 0;
}

const TextLink* MessageLayout::linkAt(const QPointF& point) const {
    for (const Placed& placed : m_segments) {
        if (isHidden(placed) || point.y() < placed.top || point.y() > placed.top + placed.height) continue;
        if (const TextLink* link = placed.segment->linkAt(point - QPointF(0, placed.top))) return link;
    }
    return nullptr;
}

std::vector<QRectF> MessageLayout::rects(TextRange range) const {
    std::vector<QRectF> found;
    for (std::size_t i = segmentAt(range.begin); i < m_segments.size() && m_segments[i].start < range.end; ++i) {
        const Placed& placed = m_segments[i];
        if (isHidden(placed)) continue;
        const TextRange part{std::max(0, range.begin - placed.start), std::min(static_cast<int>(placed.segment->text().size()), range.end - placed.start)};
        for (const QRectF& rect : placed.segment->rects(part)) found.push_back(rect.translated(0, placed.top));
    }
    return found;
}

QRectF MessageLayout::caretRect(int position) const {
    if (m_segments.empty()) return {};
    const Placed& placed = m_segments[segmentAt(position)];
    return placed.segment->caretRect(position - placed.start).translated(0, placed.top);
}

std::vector<TextLink> MessageLayout::links() const {
    std::vector<TextLink> all;
    for (const Placed& placed : m_segments) {
        if (isHidden(placed)) continue;
        for (TextLink link : placed.segment->links()) {
            link.range.begin += placed.start;
            link.range.end += placed.start;
            all.push_back(std::move(link));
        }
    }
    return all;
}

std::vector<TextRange> MessageLayout::rangesOf(std::uint32_t begin, std::uint32_t end, std::size_t* from) const {
    std::vector<TextRange> all;
    for (std::size_t i = from ? *from : 0; i < m_segments.size(); ++i) {
        const Placed& placed = m_segments[i];
        const auto [first, last] = placed.segment->bytes();
        if (last <= begin) {
            if (from && *from == i) ++*from;
            continue;
        }
        if (first >= end) break;
        for (const TextRange& range : placed.segment->rangesOf(begin, end, m_source)) all.push_back({range.begin + placed.start, range.end + placed.start});
    }
    return all;
}

std::optional<std::uint32_t> MessageLayout::byteAt(int position) const {
    if (m_segments.empty()) return std::nullopt;
    const Placed& placed = m_segments[segmentAt(position)];
    return placed.segment->byteAt(position - placed.start, m_source);
}

}  // namespace tessera::ui
