// SPDX-License-Identifier: GPL-3.0-or-later
// From md4c's callbacks to blocks. Internal to the Markdown parser; the only place that includes md4c.
#pragma once

#include "ui/chat/view/markdown.h"
#include "ui/chat/view/markdown_source.h"

namespace tessera::ui {

/// A block at the outermost level with all that stands in it.
struct TopBlock {
    std::size_t begin = 0;  // first byte shown, in the prepared text
    std::size_t end = 0;    // past the last; equal to begin: nothing of it is text
    std::ptrdiff_t first = 0, last = 0;  // of its blocks
};

struct ParsedMarkdown {
    std::vector<MarkdownBlock> blocks;
    std::vector<TopBlock> tops;
    std::vector<bool> covered;  // by byte of the prepared text: shown, or said in another way (a link's address)
};

ParsedMarkdown buildMarkdown(const MarkdownSource& source, std::uint32_t origin);

/// "&amp;" → "&"; what is no known entity stays as written.
QString decodeEntity(const QByteArray& entity);

/// Signs that QTextDocument takes for its own are replaced, and those that end lines become U+2028; the length stays.
QString showable(QString text);

}  // namespace tessera::ui
