// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/markdown.h"

#include "ui/chat/view/markdown_builder.h"

#include <algorithm>
#include <cstring>

namespace tessera::ui {
namespace {

/// What may go missing without harm: signs that Markdown uses up, and space.
bool isSyntax(char c) { return std::strchr(" \t\r\n#*_-+=~`>|:[]()!<\\&;\"'", c) != nullptr; }

bool isBlank(const QByteArray& line) { return line.trimmed().isEmpty(); }

/// Lines as they stand, as one block.
MarkdownBlock asWritten(const MarkdownSource& source, std::size_t begin, std::size_t end, std::uint32_t origin) {
    MarkdownBlock block;
    block.kind = MarkdownBlock::AsWritten;
    MarkdownSpan span;
    span.text = showable(QString::fromUtf8(source.withoutInserted(begin, end - begin)));
    span.begin = origin + source.originalOffset(begin);
    span.end = origin + source.originalOffset(end);
    span.exact = true;
    block.spans.push_back(std::move(span));
    return block;
}

/// Puts in, between or instead of the blocks, what the parser dropped.
class Repair {
public:
    Repair(const MarkdownSource& source, ParsedMarkdown& parsed, std::uint32_t origin)
        : m_source(source), m_text(source.prepared()), m_parsed(parsed), m_origin(origin) {}

    std::vector<MarkdownBlock> run() {
        std::size_t at = 0;
        for (const TopBlock& top : m_parsed.tops) {
            if (top.begin < top.end) {
                addGap(at, top.begin);
                at = std::max(at, top.end);
            }
            if (top.begin < top.end && losesText(top.begin, top.end)) {
                const std::size_t begin = lineBegin(top.begin), end = lineEnd(top.end);
                m_blocks.push_back(asWritten(m_source, begin, end, m_origin));
                at = std::max(at, end);
            } else {
                std::move(m_parsed.blocks.begin() + top.first, m_parsed.blocks.begin() + top.last, std::back_inserter(m_blocks));
            }
        }
        addGap(at, static_cast<std::size_t>(m_text.size()));
        return std::move(m_blocks);
    }

private:
    bool lost(std::size_t at) const { return !m_parsed.covered[at] && !isSyntax(m_text[static_cast<qsizetype>(at)]); }

    bool losesText(std::size_t begin, std::size_t end) const {
        for (std::size_t at = begin; at < end; ++at)
            if (lost(at)) return true;
        return false;
    }

    std::size_t lineBegin(std::size_t at) const {
        const qsizetype before = at == 0 ? -1 : m_text.lastIndexOf('\n', static_cast<qsizetype>(at) - 1);
        return static_cast<std::size_t>(before + 1);
    }

    std::size_t lineEnd(std::size_t at) const {
        const qsizetype end = m_text.indexOf('\n', static_cast<qsizetype>(at));
        return static_cast<std::size_t>(end < 0 ? m_text.size() : end);
    }

    /// Between two blocks: the lines of which something is lost.
    void addGap(std::size_t begin, std::size_t end) {
        while (begin < end) {
            const std::size_t line_end = std::min(lineEnd(begin), end);
            if (losesText(begin, line_end)) m_blocks.push_back(asWritten(m_source, begin, line_end, m_origin));
            begin = line_end + 1;
        }
    }

    const MarkdownSource& m_source;
    const QByteArray& m_text;
    ParsedMarkdown& m_parsed;
    std::uint32_t m_origin;
    std::vector<MarkdownBlock> m_blocks;
};

}  // namespace

std::vector<MarkdownBlock> parseMarkdown(const QByteArray& utf8, std::uint32_t origin) {
    const MarkdownSource source(utf8);
    ParsedMarkdown parsed = buildMarkdown(source, origin);
    return Repair(source, parsed, origin).run();
}

std::vector<MarkdownBlock> plainBlocks(const QByteArray& utf8) {
    std::vector<MarkdownBlock> blocks;
    qsizetype begin = 0;
    bool after_blank = false;
    while (begin <= utf8.size()) {
        qsizetype end = utf8.indexOf('\n', begin);
        if (end < 0) end = utf8.size();
        const QByteArray line = utf8.mid(begin, end - begin);
        MarkdownBlock block;
        block.tight = !std::exchange(after_blank, isBlank(line));
        MarkdownSpan span;
        span.text = showable(QString::fromUtf8(line));
        span.begin = static_cast<std::uint32_t>(begin);
        span.end = static_cast<std::uint32_t>(end);
        span.exact = true;
        block.spans.push_back(std::move(span));
        if (!isBlank(line)) blocks.push_back(std::move(block));
        begin = end + 1;
    }
    return blocks;
}

QString plainText(const std::vector<MarkdownBlock>& blocks) {
    QString text;
    const auto add = [&text](const std::vector<MarkdownSpan>& spans) {
        for (const MarkdownSpan& span : spans) text += span.text;
    };
    for (const MarkdownBlock& block : blocks) {
        if (!block.marker.isEmpty()) text += block.marker + QLatin1Char('\t');
        if (!block.info.isEmpty()) text += block.info + QLatin1Char('\n');
        add(block.spans);
        for (const MarkdownCell& cell : block.cells) {
            add(cell.spans);
            text += QLatin1Char('\t');
        }
        text += QLatin1Char('\n');
    }
    return text;
}

}  // namespace tessera::ui
