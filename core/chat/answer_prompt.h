// SPDX-License-Identifier: GPL-3.0-or-later
// From a conversation to the prompt of its next answer, and what is known of that answer before it is written.
#pragma once

#include "core/chat/answer/answer_format.h"
#include "core/chat/generator.h"
#include "core/tokenizer/chat_template.h"

#include <string>
#include <vector>

namespace tessera {

struct AnswerPrompt {
    std::vector<TokenId> tokens;
    std::string begun;             // what of the answer stands at the end of the prompt ("<think>\n"); mostly ""
    std::vector<TokenId> markers;  // control tokens that are part of answers of this model
};

/// `messages`: answers are as the model wrote them, and are taken apart for the template. Errors as ChatTemplate::render
/// and encodePrompt.
Result<AnswerPrompt> answerPrompt(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const std::vector<ChatMessage>& messages,
                                  const TemplateInputs& inputs = {});

/// The options to generate with: the answer's text is all that belongs to it, with its markers, so that it can be taken
/// apart by itself.
GenerateOptions forAnswer(GenerateOptions options, const AnswerPrompt& prompt);

}  // namespace tessera
