// SPDX-License-Identifier: GPL-3.0-or-later
// A call of a tool that an answer holds, as blocks to read: the window runs no tools.
#pragma once

#include "core/chat/answer/answer_sections.h"
#include "ui/chat/view/markdown.h"

namespace tessera::ui {

/// The name in a line, the arguments as code. `source`: the text in which the section stands.
std::vector<MarkdownBlock> toolCallBlocks(const AnswerSection& call, const QByteArray& source);

}  // namespace tessera::ui
