// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/tool_call_blocks.h"

#include "ui/chat/view/markdown_builder.h"

#include <QCoreApplication>

namespace tessera::ui {

std::vector<MarkdownBlock> toolCallBlocks(const AnswerSection& call, const QByteArray& source) {
    const auto begin = static_cast<std::uint32_t>(call.begin), end = static_cast<std::uint32_t>(call.end);
    MarkdownBlock title;
    MarkdownSpan words;
    words.text = QCoreApplication::translate("tessera::ui::ToolCall", "Tool call:") + QLatin1Char(' ');
    words.begin = words.end = begin;
    MarkdownSpan name;
    name.text = showable(QString::fromStdString(call.name));
    name.style = MarkdownSpan::Strong;
    name.begin = name.end = begin;
    title.spans = {words, name};
    if (call.arguments.empty()) return {title};
    MarkdownBlock code;
    code.kind = MarkdownBlock::Code;
    code.info = QStringLiteral("json");
    MarkdownSpan arguments;
    arguments.text = showable(QString::fromStdString(call.arguments));
    // Where the bytes say the same, tokens find their characters.
    const QByteArray json = QByteArray::fromStdString(call.arguments);
    const qsizetype at = source.mid(begin, end - begin).indexOf(json);
    arguments.exact = at >= 0;
    arguments.begin = at >= 0 ? begin + static_cast<std::uint32_t>(at) : begin;
    arguments.end = at >= 0 ? arguments.begin + static_cast<std::uint32_t>(json.size()) : begin;
    code.spans = {arguments};
    return {title, code};
}

}  // namespace tessera::ui
