// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/require.h"

#include "ui/chat/view/markdown.h"
#include "ui/chat/view/markdown_builder.h"

#include <algorithm>

namespace tessera::fuzz {

namespace {

/// Character by character, as far as they can be shown; line breaks are shown in other ways, as spaces too.
bool sameCharacters(const QString& text, const QString& source) {
    const QString expected = ui::showable(source);
    const auto same = [](QChar shown, QChar there) { return shown == there || there == QChar::LineSeparator; };
    return text.size() == expected.size() && std::equal(text.begin(), text.end(), expected.begin(), same);
}

/// Spans point into the source, and the exact ones are its characters.
void look(const std::vector<ui::MarkdownSpan>& spans, const QByteArray& source) {
    for (const ui::MarkdownSpan& span : spans) {
        require(span.begin <= span.end && span.end <= static_cast<std::uint32_t>(source.size()));
        if (span.exact) require(sameCharacters(span.text, QString::fromUtf8(source.mid(span.begin, span.end - span.begin))));
        require(span.target.isEmpty() || span.target.startsWith(QLatin1String("http"), Qt::CaseInsensitive) || span.target.startsWith(QLatin1String("mailto:"), Qt::CaseInsensitive));
    }
}

void look(const std::vector<ui::MarkdownBlock>& blocks, const QByteArray& source) {
    for (const ui::MarkdownBlock& block : blocks) {
        look(block.spans, source);
        require(block.cells.empty() || (block.columns > 0 && block.cells.size() % static_cast<std::size_t>(block.columns) == 0));
        for (const ui::MarkdownCell& cell : block.cells) look(cell.spans, source);
    }
    (void)ui::plainText(blocks);
}

}  // namespace

void markdown(std::span<const std::byte> bytes) {
    // Texts are kept as UTF-8 that is valid.
    const QByteArray source = QString::fromUtf8(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())).toUtf8();
    look(ui::parseMarkdown(source), source);
    look(ui::plainBlocks(source), source);
}

}  // namespace tessera::fuzz
