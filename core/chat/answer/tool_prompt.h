// SPDX-License-Identifier: GPL-3.0-or-later
// Tools for models whose templates do not know of them, and calls that an answer is made to begin with.
#pragma once

#include "core/chat/answer/answer_format.h"
#include "core/tokenizer/chat_template.h"

#include <string>
#include <vector>

namespace tessera {

/// Messages that the template can write: tools become words of the system message, calls and what came of them become
/// words too, where the template has no form of its own for them. `inputs.tools` is emptied when it is told here.
std::vector<ChatMessage> withToolsInWords(std::vector<ChatMessage> messages, const ChatTemplate& chat_template, const AnswerFormat& format, TemplateInputs& inputs);

/// How an answer is made to take a form: the text that it begins with, put behind the prompt, and the grammar of the rest.
struct ForcedAnswer {
    std::string opening;  // by us, so that its markers are control tokens
    std::string grammar;  // "" : free
};

/// More of them in one answer would hardly be meant.
inline constexpr int kMostForcedCalls = 16;

/// A call of one of the tools, or just one of the tool with this name; `several`, where none is named: and as many more as the
/// model wants, up to kMostForcedCalls, where the family writes several in one answer. `prompt`: where the answer begins;
/// thoughts that it began are ended first. InvalidArgument when a tool's parameters cannot be held to.
Result<ForcedAnswer> forcedCall(const AnswerFormat& format, const std::vector<Tool>& tools, const std::string& name, bool several, std::string_view prompt);
/// JSON of this schema ("" : any object) as the answer's words.
Result<ForcedAnswer> forcedJson(const AnswerFormat& format, const std::string& schema, std::string_view prompt);

}  // namespace tessera
