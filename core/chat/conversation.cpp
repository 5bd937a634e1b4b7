// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/conversation.h"

#include "core/base/format.h"
#include "core/chat/prompt_plan.h"

#include <utility>

namespace tessera {

namespace {

constexpr std::string_view kUser = "user";
constexpr std::string_view kAssistant = "assistant";

/// A stop while the prompt was still being read leaves nothing worth keeping.
bool isEmptyAnswer(const Result<GenerateResult>& result) {
    return !result || (result->reason == StopReason::Cancelled && result->tokens.empty());
}

}  // namespace

Conversation::Conversation(Session& session, const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                           std::string system_prompt)
    : m_session(session),
      m_tokenizer(tokenizer),
      m_template(chat_template),
      m_system_prompt(std::move(system_prompt)) {}

Result<GenerateResult> Conversation::say(std::string_view text, const GenerateOptions& options,
                                         const TextCallback& on_text, const Operation& operation) {
    m_messages.push_back({std::string(kUser), std::string(text)});
    auto result = answer(options, on_text, operation);
    if (isEmptyAnswer(result)) {
        m_messages.pop_back();
    } else {
        m_messages.push_back({std::string(kAssistant), result->text});
    }
    return result;
}

Result<GenerateResult> Conversation::regenerate(const GenerateOptions& options, const TextCallback& on_text,
                                                const Operation& operation) {
    if (m_messages.empty()) return fail(ErrorKind::InvalidArgument, "there is no answer to give anew yet");
    ChatMessage old = std::move(m_messages.back());
    m_messages.pop_back();
    auto result = answer(options, on_text, operation);
    if (!isEmptyAnswer(result)) old.content = result->text;
    m_messages.push_back(std::move(old));
    return result;
}

bool Conversation::undo() {
    if (m_messages.empty()) return false;
    m_messages.resize(m_messages.size() - 2);
    return true;
}

void Conversation::clear() { m_messages.clear(); }

void Conversation::setSystemPrompt(std::string text) { m_system_prompt = std::move(text); }

Result<void> Conversation::restore(std::vector<ChatMessage> messages) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string_view expected = i % 2 == 0 ? kUser : kAssistant;
        if (messages[i].role == expected) continue;
        return fail(ErrorKind::InvalidArgument,
                    format("message {} is by '{}', expected '{}'", i + 1, messages[i].role, expected));
    }
    if (messages.size() % 2 != 0) return fail(ErrorKind::InvalidArgument, "the last message has no answer");
    m_messages = std::move(messages);
    return {};
}

ContextUse Conversation::contextUse() const { return {m_session.length(), m_session.contextTokens()}; }

Result<GenerateResult> Conversation::answer(const GenerateOptions& options, const TextCallback& on_text,
                                            const Operation& operation) {
    if (!options.context_shift) {
        TESSERA_TRY(const AnswerPrompt asked, prompt());
        return generate(m_session, m_tokenizer, m_cached, asked.tokens, forAnswer(options, asked), on_text, operation);
    }
    constexpr std::uint32_t kAnswerShare = 4;  // of the context stays free for the answer
    PromptRequest request{.system_prompt = m_system_prompt, .messages = m_messages, .inputs = m_inputs};
    request.context_tokens = m_session.contextTokens();
    request.reserve = request.context_tokens / kAnswerShare;
    request.policy = ContextPolicy::Slide;
    TESSERA_TRY(const PromptPlan plan, planPrompt(m_tokenizer, m_template, request));
    GenerateOptions shifting = forAnswer(options, {plan.tokens, plan.begun, plan.markers});
    shifting.keep_tokens = plan.parts.system;
    return generate(m_session, m_tokenizer, m_cached, plan.tokens, shifting, on_text, operation);
}

Result<AnswerPrompt> Conversation::prompt() const {
    std::vector<ChatMessage> messages;
    if (!m_system_prompt.empty()) messages.push_back({"system", m_system_prompt});
    messages.insert(messages.end(), m_messages.begin(), m_messages.end());
    return answerPrompt(m_tokenizer, m_template, messages, m_inputs);
}

}  // namespace tessera
