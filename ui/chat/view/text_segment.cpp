// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/text_segment.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QPainter>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kQuoteIndent = 16, kItemIndent = 26, kQuoteBar = 3;

/// Where the character at byte `to` stands, from byte `from` on.
int unitsBetween(const QByteArray& source, std::uint32_t from, std::uint32_t to) {
    return static_cast<int>(QString::fromUtf8(source.constData() + from, static_cast<qsizetype>(to - from)).size());
}

}  // namespace

TextSegment::TextSegment(std::vector<MarkdownBlock> blocks, bool muted) : m_blocks(std::move(blocks)), m_muted(muted) {
    const MarkdownBlock::Kind first = m_blocks.front().kind;
    m_kind = first == MarkdownBlock::Code ? Code : first == MarkdownBlock::Table ? Table : Text;
    collect();
}

TextSegment::~TextSegment() = default;

bool TextSegment::extend(const std::vector<MarkdownBlock>& blocks) {
    if (m_kind != Code || !m_document || blocks.size() != 1) return false;
    const MarkdownBlock& block = blocks.front();
    if (block.kind != MarkdownBlock::Code || block.info != m_blocks.front().info || block.path != m_blocks.front().path) return false;
    TextSegment longer(blocks, m_muted);
    if (!longer.m_text.startsWith(m_text)) return false;
    const qsizetype before = m_text.size();
    m_blocks = blocks;
    m_text = std::move(longer.m_text);
    m_runs = std::move(longer.m_runs);
    m_block_starts = std::move(longer.m_block_starts);
    insertCode(before);
    m_width = -1;
    return true;
}

/// The text as the document will hold it, and what is known about its parts.
void TextSegment::collect() {
    if (m_kind == Table) {
        const MarkdownBlock& table = m_blocks.front();
        for (std::size_t i = 0; i < table.cells.size(); ++i) {
            if (i > 0) m_text += i % static_cast<std::size_t>(table.columns) == 0 ? QLatin1Char('\n') : QLatin1Char('\t');
            addSpans(table.cells[i].spans);
        }
        return;
    }
    for (const MarkdownBlock& block : m_blocks) {
        if (!m_block_starts.empty()) m_text += QLatin1Char('\n');
        m_block_starts.push_back(static_cast<int>(m_text.size()));
        if (!block.marker.isEmpty()) m_text += block.marker + QLatin1Char('\t');
        addSpans(block.spans);
    }
    if (m_kind == Code) m_text.replace(QChar::LineSeparator, QLatin1Char('\n'));
}

void TextSegment::addSpans(const std::vector<MarkdownSpan>& spans) {
    for (const MarkdownSpan& span : spans) {
        const int at = static_cast<int>(m_text.size());
        const TextRange range{at, at + static_cast<int>(span.text.size())};
        m_text += span.text;
        if (span.begin < span.end) m_runs.push_back({range, span.begin, span.end, span.exact});
        if (span.style & MarkdownSpan::Code) {
            if (!m_chips.empty() && m_chips.back().end == at) m_chips.back().end = range.end;
            else m_chips.push_back(range);
        }
        if (span.target.isEmpty()) continue;
        if (!m_links.empty() && m_links.back().range.end == at && m_links.back().target == span.target) m_links.back().range.end = range.end;
        else m_links.push_back({range, span.target, span.title});
    }
}

QString TextSegment::title() const { return m_kind == Code ? codeTitle(m_blocks.front().info) : QString(); }

QString TextSegment::copyText(TextRange range) const {
    return m_text.mid(range.begin, range.end - range.begin).replace(QChar::LineSeparator, QLatin1Char('\n'));
}

double TextSegment::indent() const {
    if (m_kind == Text) return 0;  // each block has its own
    double left = 0;
    for (const char c : m_blocks.front().path) left += px(c == 'Q' ? kQuoteIndent : kItemIndent);
    return left;
}

double TextSegment::spaceBefore() const {
    const MarkdownBlock& first = m_blocks.front();
    if (first.continued) return 0;
    switch (first.kind) {
        case MarkdownBlock::Heading: return px(kSpaceWide) + px(kSpaceTiny);
        case MarkdownBlock::Paragraph: return px(first.tight ? kSpaceTiny : kSpace);
        default: return px(kSpace);
    }
}

double TextSegment::estimatedHeight(double width) const {
    const QFontMetricsF metrics(ui::font(m_kind == Code ? TextStyle::Mono : TextStyle::Chat));
    const double line = metrics.lineSpacing() * (m_kind == Code ? 1.15 : kChatLineHeight);
    if (m_kind == Code) return (m_text.count(QLatin1Char('\n')) + 1) * line + px(kControlHeight) + px(kSpaceWide);
    if (m_kind == Table) return static_cast<double>(m_blocks.front().cells.size()) / std::max(1, m_blocks.front().columns) * (line + px(kSpace));
    const double per_line = std::max(8.0, width / metrics.averageCharWidth());
    double height = 0;
    for (std::size_t i = 0; i < m_block_starts.size(); ++i) {
        const int end = i + 1 < m_block_starts.size() ? m_block_starts[i + 1] : static_cast<int>(m_text.size());
        height += std::max(1.0, std::ceil((end - m_block_starts[i]) / per_line)) * line;
        if (i > 0) height += px(m_blocks[i].tight ? kSpaceTiny : kSpace);
    }
    return height;
}

QPointF TextSegment::bodyOrigin() const {
    if (m_kind == Code) return QPointF(indent() + px(kSpaceWide), px(kControlHeight) + px(kSpaceTiny));
    return QPointF(indent(), 0);
}

double TextSegment::bodyWidth() const {
    const double right = m_kind == Code ? px(kSpaceWide) : 0;
    return std::max(40.0, m_width - bodyOrigin().x() - right);
}

double TextSegment::layOut(double width) {
    if (isLaidOut(width)) return m_height;
    if (!m_document) build();
    const bool width_matters = m_kind != Code;
    m_width = width;
    if (width_matters) m_document->setTextWidth(bodyWidth());
    m_height = m_document->size().height();
    if (m_kind == Code) m_height += bodyOrigin().y() + px(kSpaceWide);
    if (scrollRange() > 0) m_height += px(kSpace);
    m_scroll = std::clamp(m_scroll, 0.0, scrollRange());
    return m_height;
}

double TextSegment::naturalWidth() const { return m_document ? bodyOrigin().x() + m_document->idealWidth() : 0; }

void TextSegment::forget() {
    m_document.reset();
    m_width = -1;
}

double TextSegment::scrollRange() const {
    if (!m_document || m_kind == Text) return 0;
    return std::max(0.0, std::ceil(m_document->size().width() - bodyWidth() - 0.5));
}

QRectF TextSegment::scrolledRect() const {
    const QPointF origin = bodyOrigin();
    return QRectF(origin.x(), origin.y(), bodyWidth(), m_height - origin.y());
}

int TextSegment::documentPosition(int position) const { return position + (m_kind == Table ? 1 : 0); }

void TextSegment::paint(QPainter& painter, const QRectF& clip, const std::vector<TextMark>& marks) const {
    paintQuoteBars(painter);
    if (m_kind == Code) {
        const QRectF box(indent(), 0, m_width - indent(), m_height);
        paintBox(painter, box, px(kRadiusCard), color(Role::Raised), color(Role::Divider));
        painter.setFont(ui::font(TextStyle::Caption));
        painter.setPen(color(Role::Muted));
        const QRectF head(box.left() + px(kSpaceWide), 0, box.width() - 3 * px(kSpaceWide) - px(kControlHeight), px(kControlHeight) + px(2));
        painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(title(), Qt::ElideRight, static_cast<int>(head.width())));
    }
    painter.save();
    if (m_kind != Text) painter.setClipRect(scrolledRect(), Qt::IntersectClip);
    for (const TextRange& chip : m_chips)
        for (const QRectF& rect : rects(chip))
            paintBox(painter, rect.adjusted(-1, px(1), 1, -px(1)), px(4), color(m_muted ? Role::Surface : Role::Raised), color(Role::Divider));
    for (const TextMark& mark : marks)
        for (const QRectF& rect : rects(mark.range)) {
            painter.fillRect(rect, mark.ground);
            if (mark.underlined) painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), color(Role::Text));
        }
    paintRules(painter);
    const QPointF origin = bodyOrigin() - QPointF(m_scroll, 0);
    painter.translate(origin);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = Theme::instance().palette();
    context.palette.setColor(QPalette::Text, color(m_muted ? Role::Muted : Role::Text));
    context.clip = clip.translated(-origin);
    m_document->documentLayout()->draw(&painter, context);
    painter.restore();
}

void TextSegment::paintQuoteBars(QPainter& painter) const {
    const auto bars = [&](const std::string& path, double top, double bottom) {
        double left = 0;
        for (const char c : path) {
            if (c == 'Q') paintBox(painter, QRectF(left, top, px(kQuoteBar), bottom - top), px(1), color(Role::Control), {});
            left += px(c == 'Q' ? kQuoteIndent : kItemIndent);
        }
    };
    if (m_kind != Text) return bars(m_blocks.front().path, 0, m_height);
    for (QTextBlock block = m_document->begin(); block.isValid(); block = block.next()) {
        const auto index = static_cast<std::size_t>(block.blockNumber());
        if (index >= m_blocks.size() || m_blocks[index].path.find('Q') == std::string::npos) continue;
        const QRectF rect = m_document->documentLayout()->blockBoundingRect(block);
        const bool goes_on = index > 0 && m_blocks[index - 1].path.find('Q') != std::string::npos;
        bars(m_blocks[index].path, rect.top() - (goes_on ? block.blockFormat().topMargin() : 0), rect.bottom());
    }
}

void TextSegment::paintRules(QPainter& painter) const {
    if (m_kind != Text) return;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        if (m_blocks[i].kind != MarkdownBlock::Rule) continue;
        const QRectF rect = m_document->documentLayout()->blockBoundingRect(m_document->findBlockByNumber(static_cast<int>(i)));
        painter.fillRect(QRectF(rect.left(), std::round(rect.center().y()), m_width - rect.left(), 1), color(Role::Divider));
    }
}

int TextSegment::positionAt(const QPointF& point) const {
    if (!m_document) return 0;
    const QPointF local = point - bodyOrigin() + QPointF(m_scroll, 0);
    const int position = m_document->documentLayout()->hitTest(local, Qt::FuzzyHit) - documentPosition(0);
    return std::clamp(position, 0, static_cast<int>(m_text.size()));
}

const TextLink* TextSegment::linkAt(const QPointF& point) const {
    for (const TextLink& link : m_links)
        for (const QRectF& rect : rects(link.range))
            if (rect.contains(point)) return &link;
    return nullptr;
}

std::vector<QRectF> TextSegment::rects(TextRange range) const {
    std::vector<QRectF> found;
    if (!m_document || range.empty()) return found;
    const QPointF origin = bodyOrigin() - QPointF(m_scroll, 0);
    const int begin = documentPosition(range.begin), end = documentPosition(range.end);
    for (QTextBlock block = m_document->findBlock(begin); block.isValid() && block.position() < end; block = block.next()) {
        const QTextLayout* layout = block.layout();
        const QPointF place = m_document->documentLayout()->blockBoundingRect(block).topLeft() + origin;
        const int from = std::max(0, begin - block.position()), to = std::min(block.length() - 1, end - block.position());
        for (int i = 0; i < layout->lineCount(); ++i) {
            const QTextLine line = layout->lineAt(i);
            const int line_end = line.textStart() + line.textLength();
            const int first = std::max(from, line.textStart()), last = std::min(to, line_end);
            if (first >= last) continue;
            const double left = line.cursorToX(first);
            const double right = last == line_end ? std::max(line.cursorToX(last), line.naturalTextRect().right()) : line.cursorToX(last);
            found.push_back(QRectF(place.x() + std::min(left, right), place.y() + line.y(), std::abs(right - left), line.height()));
        }
    }
    return found;
}

QRectF TextSegment::caretRect(int position) const {
    if (!m_document) return {};
    const QTextBlock block = m_document->findBlock(documentPosition(position));
    if (!block.isValid() || block.layout()->lineCount() == 0) return {};
    const int within = documentPosition(position) - block.position();
    QTextLine line = block.layout()->lineForTextPosition(std::min(within, block.length() - 1));
    if (!line.isValid()) line = block.layout()->lineAt(block.layout()->lineCount() - 1);
    const QPointF place = m_document->documentLayout()->blockBoundingRect(block).topLeft() + bodyOrigin() - QPointF(m_scroll, 0);
    return QRectF(place.x() + line.cursorToX(within), place.y() + line.y(), 1, line.height());
}

std::pair<std::uint32_t, std::uint32_t> TextSegment::bytes() const {
    return m_runs.empty() ? std::pair<std::uint32_t, std::uint32_t>() : std::pair(m_runs.front().begin, m_runs.back().end);
}

std::vector<TextRange> TextSegment::rangesOf(std::uint32_t begin, std::uint32_t end, const QByteArray& source) const {
    std::vector<TextRange> found;
    for (const Run& run : m_runs) {
        if (run.end <= begin || run.begin >= end) continue;
        TextRange range = run.range;
        if (run.exact) {
            if (begin > run.begin) range.begin += unitsBetween(source, run.begin, begin);
            if (end < run.end) range.end = std::min(range.end, run.range.begin + unitsBetween(source, run.begin, end));
        }
        if (range.empty()) continue;
        if (!found.empty() && found.back().end == range.begin) found.back().end = range.end;
        else found.push_back(range);
    }
    return found;
}

std::optional<std::uint32_t> TextSegment::byteAt(int position, const QByteArray& source) const {
    for (const Run& run : m_runs) {
        if (position < run.range.begin || position >= run.range.end) continue;
        if (!run.exact) return run.begin;
        const QString text = QString::fromUtf8(source.constData() + run.begin, static_cast<qsizetype>(run.end - run.begin));
        return run.begin + static_cast<std::uint32_t>(text.left(position - run.range.begin).toUtf8().size());
    }
    return std::nullopt;
}

}  // namespace tessera::ui
