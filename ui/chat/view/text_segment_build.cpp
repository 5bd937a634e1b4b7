// SPDX-License-Identifier: GPL-3.0-or-later
// From blocks to the document of a segment.
#include "ui/chat/view/text_segment.h"
#include "ui/style/theme.h"

#include <QFontMetricsF>
#include <QTextBlockFormat>
#include <QTextCursor>
#include <QTextTable>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kQuoteIndent = 16, kItemIndent = 26;
constexpr double kCodeLineHeight = 1.15;

Role roleOf(CodeKind kind) {
    switch (kind) {
        case CodeKind::Keyword: return Role::Remote;
        case CodeKind::Type: return Role::Accent;
        case CodeKind::String:
        case CodeKind::Added: return Role::Ok;
        case CodeKind::Number: return Role::Warn;
        case CodeKind::Comment: return Role::Muted;
        case CodeKind::Directive:
        case CodeKind::Removed: return Role::Error;
    }
    return Role::Text;
}

QFont headingFont(int level) {
    QFont font = ui::font(TextStyle::Title);
    constexpr double points[] = {15, 13.5, 12};
    font.setPointSizeF((level <= 3 ? points[std::max(1, level) - 1] : 11) * Theme::instance().zoom() / 100.0);
    return font;
}

QTextCharFormat formatOf(const MarkdownSpan& span, const QFont& base) {
    QTextCharFormat format;
    QFont font = span.style & MarkdownSpan::Code ? ui::font(TextStyle::Mono) : base;
    if (span.style & MarkdownSpan::Strong) font.setWeight(QFont::DemiBold);
    if (span.style & MarkdownSpan::Emphasis) font.setItalic(true);
    if (span.style & MarkdownSpan::Struck) font.setStrikeOut(true);
    if (!span.target.isEmpty()) {
        font.setUnderline(true);
        format.setForeground(color(Role::Accent));
    }
    format.setFont(font);
    return format;
}

void insert(QTextCursor& cursor, const std::vector<MarkdownSpan>& spans, const QFont& base) {
    for (const MarkdownSpan& span : spans) cursor.insertText(span.text, formatOf(span, base));
}

}  // namespace

void TextSegment::build() {
    m_document = std::make_unique<QTextDocument>();
    m_document->setUndoRedoEnabled(false);
    m_document->setDocumentMargin(0);
    m_document->setDefaultFont(ui::font(m_kind == Code ? TextStyle::Mono : TextStyle::Chat));
    QTextOption option;
    option.setWrapMode(m_kind == Code ? QTextOption::NoWrap : QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTabStopDistance(QFontMetricsF(m_document->defaultFont()).horizontalAdvance(QLatin1Char(' ')) * 4);
    m_document->setDefaultTextOption(option);
    switch (m_kind) {
        case Text: buildText(); break;
        case Code: buildCode(); break;
        case Table: buildTable(); break;
    }
}

void TextSegment::buildText() {
    QTextCursor cursor(m_document.get());
    cursor.beginEditBlock();
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const MarkdownBlock& block = m_blocks[i];
        QTextBlockFormat format;
        double left = 0;
        for (const char c : block.path) left += px(c == 'Q' ? kQuoteIndent : kItemIndent);
        format.setLeftMargin(left);
        format.setLineHeight(kChatLineHeight * 100, QTextBlockFormat::ProportionalHeight);
        if (i > 0) {
            const bool heading = block.kind == MarkdownBlock::Heading;
            format.setTopMargin(px(heading ? kSpaceWide + kSpaceTiny : block.tight ? kSpaceTiny : kSpace));
        }
        if (!block.marker.isEmpty()) {
            // The marker hangs in the indent of its item.
            const double hang = block.path.empty() ? 0 : px(kItemIndent);
            format.setTextIndent(-hang);
            QList<QTextOption::Tab> tabs;
            for (int stop = 1; stop <= 8; ++stop) tabs.append(QTextOption::Tab(hang * (1 + (stop - 1) * 0.5), QTextOption::LeftTab));
            format.setTabPositions(tabs);
        }
        const QFont base = block.kind == MarkdownBlock::Heading ? headingFont(block.level)
                           : ui::font(block.kind == MarkdownBlock::AsWritten ? TextStyle::Mono : TextStyle::Chat);
        QTextCharFormat characters;
        characters.setFont(base);
        if (i == 0) {
            cursor.setBlockFormat(format);
            cursor.setBlockCharFormat(characters);
        } else {
            cursor.insertBlock(format, characters);
        }
        if (!block.marker.isEmpty()) {
            characters.setForeground(color(Role::Muted));
            cursor.insertText(block.marker + QLatin1Char('\t'), characters);
        }
        insert(cursor, block.spans, base);
    }
    cursor.endEditBlock();
}

void TextSegment::buildCode() {
    QTextCursor cursor(m_document.get());
    QTextBlockFormat format;
    format.setLineHeight(kCodeLineHeight * 100, QTextBlockFormat::ProportionalHeight);
    cursor.setBlockFormat(format);
    m_code.clear();
    insertCode(0);
}

/// Puts in the text from here on, and what before it has another colour now (a comment that was not closed yet).
void TextSegment::insertCode(qsizetype from) {
    std::vector<CodeToken> tokens = highlightCode(m_text, m_blocks.front().info);
    const auto [before, now] = std::mismatch(m_code.begin(), m_code.end(), tokens.begin(), tokens.end());
    if (before != m_code.end()) from = std::min(from, before->begin);
    if (now != tokens.end()) from = std::min(from, now->begin);
    QTextCursor cursor(m_document.get());
    cursor.beginEditBlock();
    cursor.setPosition(static_cast<int>(from));
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    QTextCharFormat plain;
    plain.setFont(m_document->defaultFont());
    qsizetype at = from;
    for (auto token = now; token != tokens.end(); ++token) {
        if (token->begin > at) cursor.insertText(m_text.mid(at, token->begin - at), plain);
        QTextCharFormat coloured = plain;
        coloured.setForeground(color(roleOf(token->kind)));
        cursor.insertText(m_text.mid(token->begin, token->length), coloured);
        at = token->begin + token->length;
    }
    cursor.insertText(m_text.mid(at), plain);
    cursor.endEditBlock();
    m_code = std::move(tokens);
}

void TextSegment::buildTable() {
    const MarkdownBlock& block = m_blocks.front();
    const int columns = std::max(1, block.columns);
    const int rows = std::max<int>(1, (static_cast<int>(block.cells.size()) + columns - 1) / columns);
    QTextTableFormat format;
    format.setBorderCollapse(true);
    format.setBorder(1);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(color(Role::Divider));
    format.setCellPadding(px(kSpaceSmall));
    format.setCellSpacing(0);
    format.setMargin(0);
    QTextCursor cursor(m_document.get());
    cursor.beginEditBlock();
    QTextTable* table = cursor.insertTable(rows, columns, format);
    for (std::size_t i = 0; i < block.cells.size(); ++i) {
        const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
        QTextCursor cell = table->cellAt(row, column).firstCursorPosition();
        QTextBlockFormat paragraph;
        paragraph.setAlignment(block.cells[i].alignment);
        cell.setBlockFormat(paragraph);
        QFont base = ui::font(TextStyle::Chat);
        if (row == 0) base.setWeight(QFont::DemiBold);
        insert(cell, block.cells[i].spans, base);
    }
    cursor.endEditBlock();
    // What stands around a table in a document must not take a line.
    for (QTextBlock outer : {m_document->firstBlock(), m_document->lastBlock()}) {
        QTextCursor at(outer);
        QTextBlockFormat none;
        none.setLineHeight(0.01, QTextBlockFormat::FixedHeight);
        at.setBlockFormat(none);
    }
}

}  // namespace tessera::ui
