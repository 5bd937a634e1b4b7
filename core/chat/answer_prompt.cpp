// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer_prompt.h"

#include "core/chat/answer/answer_sections.h"

namespace tessera {

Result<AnswerPrompt> answerPrompt(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const std::vector<ChatMessage>& messages,
                                  const TemplateInputs& inputs) {
    const AnswerFormat format = answerFormat(chat_template.source(), chat_template.knowsTools());
    TESSERA_TRY(const std::vector<PromptPart> parts, chat_template.render(withAnswersApart(messages, format), true, inputs));
    AnswerPrompt prompt;
    prompt.begun = begunByPrompt(format, promptEnd(parts));
    prompt.markers = markerTokens(format, tokenizer);
    TESSERA_TRY(prompt.tokens, encodePrompt(tokenizer, parts));
    return prompt;
}

GenerateOptions forAnswer(GenerateOptions options, const AnswerPrompt& prompt) {
    options.text_before = prompt.begun;
    options.shown_tokens = prompt.markers;
    return options;
}

}  // namespace tessera
