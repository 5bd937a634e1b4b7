// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/prompt_plan.h"

#include "core/chat/answer_prompt.h"

#include <algorithm>
#include <span>

namespace tessera {

namespace {

using Messages = std::span<const ChatMessage>;

/// The answer so far stands where the model would begin to speak, without what the prompt begins of it anyway. It is the
/// model's own text, but it came through a file or an edit: nothing in it becomes a control token.
Result<std::vector<TokenId>> encodeAnswer(const Tokenizer& tokenizer, const PromptRequest& request, std::string_view begun) {
    if (!request.continue_answer || request.messages.empty()) return std::vector<TokenId>{};
    if (!request.answer_tokens.empty()) return request.answer_tokens;
    std::string_view answer = request.messages.back().content;
    if (answer.starts_with(begun)) answer.remove_prefix(begun.size());
    return tokenizer.encode(answer, {.add_special = false, .parse_special = false});
}

struct Encoded {
    AnswerPrompt prompt;
    std::size_t answer_tokens = 0;  // at the end of the prompt
    std::size_t size() const { return prompt.tokens.size(); }
};

Result<Encoded> encode(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const PromptRequest& request, Messages messages) {
    std::vector<ChatMessage> all;
    if (!request.system_prompt.empty()) all.push_back({"system", request.system_prompt});
    const std::size_t whole = messages.size() - (request.continue_answer && !messages.empty() ? 1 : 0);
    all.insert(all.end(), messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(whole));
    Encoded encoded;
    TESSERA_TRY(encoded.prompt, answerPrompt(tokenizer, chat_template, all, request.inputs));
    TESSERA_TRY(const auto answer, encodeAnswer(tokenizer, request, encoded.prompt.begun));
    encoded.answer_tokens = answer.size();
    encoded.prompt.tokens.insert(encoded.prompt.tokens.end(), answer.begin(), answer.end());
    return encoded;
}

/// Index of the last question: where this turn begins.
std::size_t turnStart(Messages messages) {
    std::size_t at = messages.size();
    while (at > 0 && messages[at - 1].role != "user") --at;
    return at == 0 ? 0 : at - 1;
}

/// Index of the second question: what Slide keeps when it leaves out the first question with its answer.
std::size_t secondQuestion(Messages messages) {
    std::size_t at = 1;
    while (at < messages.size() && messages[at].role != "user") ++at;
    return at;
}

/// Counts by rendering with less. A template may refuse a part of the messages; then it counts to what follows.
Result<ContextParts> measure(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const PromptRequest& request,
                             Messages messages, std::size_t total) {
    const Messages turn = messages.subspan(turnStart(messages));
    TESSERA_TRY(const auto without_history, encode(tokenizer, chat_template, request, turn));
    PromptRequest bare = request;
    bare.system_prompt.clear();
    const auto without_system = encode(tokenizer, chat_template, bare, turn);
    ContextParts parts;
    TESSERA_TRY(const std::size_t system, systemTokens(tokenizer, chat_template, request.system_prompt, without_history.prompt.tokens, request.inputs));
    const std::size_t turn_tokens = system > 0       ? without_history.size() - system
                                    : without_system ? std::min(without_system->size(), without_history.size()) : without_history.size();
    parts.turn = static_cast<std::uint32_t>(std::min(turn_tokens, total));
    parts.system = static_cast<std::uint32_t>(std::min(without_history.size() - turn_tokens, total - parts.turn));
    parts.history = static_cast<std::uint32_t>(total - parts.turn - parts.system);
    return parts;
}

}  // namespace

// To leave it out and look what is missing would be wrong: many templates put a system message of their own instead.
Result<std::size_t> systemTokens(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const std::string& system_prompt,
                                 std::span<const TokenId> whole, const TemplateInputs& inputs) {
    if (system_prompt.empty()) return std::size_t{0};
    const auto parts = chat_template.render({{"system", system_prompt}}, false, inputs);
    if (!parts) return std::size_t{0};
    TESSERA_TRY(const auto tokens, encodePrompt(tokenizer, *parts));
    const bool begins = tokens.size() <= whole.size() && std::equal(tokens.begin(), tokens.end(), whole.begin());
    return begins ? tokens.size() : 0;
}

Result<PromptPlan> planPrompt(const Tokenizer& tokenizer, const ChatTemplate& chat_template, const PromptRequest& request) {
    if (request.messages.empty()) return fail(ErrorKind::InvalidArgument, "there is no question to answer");
    Messages messages = request.messages;
    PromptPlan plan;
    for (;;) {
        TESSERA_TRY(Encoded encoded, encode(tokenizer, chat_template, request, messages));
        plan.answer_tokens = encoded.answer_tokens;
        plan.markers = std::move(encoded.prompt.markers);
        if (!request.continue_answer) plan.begun = std::move(encoded.prompt.begun);
        plan.tokens = std::move(encoded.prompt.tokens);
        plan.fits = plan.tokens.size() + request.reserve <= request.context_tokens;
        if (plan.fits || request.policy != ContextPolicy::Slide || turnStart(messages) == 0) break;
        const std::size_t step = std::min(secondQuestion(messages), turnStart(messages));
        plan.left_out += step;
        messages = messages.subspan(step);
    }
    TESSERA_TRY(plan.parts, measure(tokenizer, chat_template, request, messages, plan.tokens.size()));
    return plan;
}

}  // namespace tessera
