// SPDX-License-Identifier: GPL-3.0-or-later
// From a conversation to the tokens of a prompt: what takes how much of the context, and what to do when it is full.
#pragma once

#include "core/base/result.h"
#include "core/chat/store/conversation_store.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// Tokens of a prompt by part; template text counts to the part it stands around.
struct ContextParts {
    std::uint32_t system = 0;
    std::uint32_t history = 0;  // everything before the last question
    std::uint32_t turn = 0;     // the last question, and an answer that is being continued
    std::uint32_t total() const { return system + history + turn; }
    bool operator==(const ContextParts&) const = default;
};

struct PromptPlan {
    std::vector<TokenId> tokens;
    std::string begun;         // of the answer, by the prompt (AnswerPrompt::begun); "" where one is continued
    std::vector<TokenId> markers;  // AnswerPrompt::markers
    ContextParts parts;
    std::size_t left_out = 0;  // messages at the beginning that did not fit (ContextPolicy::Slide)
    std::size_t answer_tokens = 0;  // at the end of `tokens`: the answer that is being continued
    bool fits = true;          // false: `tokens` are the whole prompt, which needs more than there is
};

struct PromptRequest {
    std::string system_prompt;            // "" : no system message
    std::vector<ChatMessage> messages;    // user and assistant; the last one is the user's, or the answer to continue
    TemplateInputs inputs = {};
    bool continue_answer = false;         // the last message is an answer to be written on
    std::vector<TokenId> answer_tokens = {};   // its exact tokens, where they are known; empty: its text is encoded
    std::uint32_t context_tokens = 0;
    std::uint32_t reserve = 0;            // tokens that must stay free for the answer
    ContextPolicy policy = ContextPolicy::Ask;
};

/// Tokens that the system message takes where it stands alone at the beginning of the prompt `whole`; 0 when the template does not
/// write it so.
Result<std::size_t> systemTokens(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const std::string& system_prompt,
                                 std::span<const TokenId> whole, const TemplateInputs& inputs = {});

/// With Slide the oldest questions and answers are left out until the rest fits; the last question never is. Stop and Ask
/// leave nothing out: `fits` tells. Errors are those of the template and the tokenizer. One thread at a time per template.
Result<PromptPlan> planPrompt(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const PromptRequest& request);

}  // namespace tessera
