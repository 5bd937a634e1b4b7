// SPDX-License-Identifier: GPL-3.0-or-later
// Markdown as models write it, taken apart into a flat list of blocks, each with the way it came from its bytes.
//
// Nothing the model wrote is lost: raw HTML is text, list numbers stay as written, images become their words and
// address, and whatever the parser would drop (unused link definitions, surplus table cells) is shown as written.
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace tessera::ui {

/// A run of text of one look.
struct MarkdownSpan {
    enum Style : std::uint8_t { Plain = 0, Strong = 1, Emphasis = 2, Struck = 4, Code = 8 };
    QString text;               // line breaks are U+2028
    std::uint8_t style = Plain;
    QString target;             // of a link that may be opened (http, https, mailto); else empty
    QString title;
    std::uint32_t begin = 0;    // bytes of the source that it shows
    std::uint32_t end = 0;      // equal to begin: put in by us
    bool exact = false;         // the text is these bytes, character by character
    bool operator==(const MarkdownSpan&) const = default;
};

struct MarkdownCell {
    std::vector<MarkdownSpan> spans;
    Qt::Alignment alignment = Qt::AlignLeft;
    bool operator==(const MarkdownCell&) const = default;
};

struct MarkdownBlock {
    enum Kind { Paragraph, Heading, Code, Table, Rule, AsWritten };
    Kind kind = Paragraph;
    std::string path;           // what it stands in, from outside: 'Q' a quote, 'I' a list item
    QString marker;             // of a list item that begins here: "•", "7.", "☑"
    bool tight = false;         // an item of a list without blank lines
    bool continued = false;     // goes on with the paragraph before, which was too long to be laid out at once
    int level = 0;              // of a heading, 1…6
    QString info;               // of a code block, as written after the fence
    std::vector<MarkdownSpan> spans;
    int columns = 0;            // of a table
    std::vector<MarkdownCell> cells;  // row by row, the first row is the head
    bool operator==(const MarkdownBlock&) const = default;
};

/// Never fails: every text is Markdown. Offsets count from `origin`. Pure; any thread.
std::vector<MarkdownBlock> parseMarkdown(const QByteArray& utf8, std::uint32_t origin = 0);

/// The same blocks for text that is no Markdown (questions): one paragraph per line.
std::vector<MarkdownBlock> plainBlocks(const QByteArray& utf8);

/// All that a reader sees, for search and tests.
QString plainText(const std::vector<MarkdownBlock>& blocks);

}  // namespace tessera::ui
