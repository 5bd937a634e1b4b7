// SPDX-License-Identifier: GPL-3.0-or-later
// A chat: messages in, answers out as they come, the KV cache kept between turns.
#pragma once

#include "core/chat/answer_prompt.h"
#include "core/chat/generator.h"
#include "core/engine/engine.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// How full the context is.
struct ContextUse {
    std::uint32_t used = 0;   // tokens in the KV cache
    std::uint32_t total = 0;  // tokens it can hold
};

/// One linear conversation over one session. Borrows session, tokenizer and template. One thread at a time; the text
/// callback runs on the calling thread.
///
/// When the context is full nothing is forgotten silently (unless GenerateOptions::context_shift asks for it: then the oldest
/// messages, and the oldest part of the answer, are left out, the system message never): a prompt that does not fit is InvalidArgument with the
/// counts and the conversation stays as it was; an answer that reaches the end keeps its text and has reason
/// ContextFull.
class Conversation {
public:
    /// `system_prompt` empty: no system message is given (a template may bring its own).
    Conversation(Session& session, const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                 std::string system_prompt = {});

    /// Adds the user's message and the answer to it. An answer that was cancelled or cut is kept with what it has; when
    /// nothing was generated because of an error or a stop while the prompt was read, the message is taken back too.
    Result<GenerateResult> say(std::string_view text, const GenerateOptions& options, const TextCallback& on_text,
                               const Operation& operation);

    /// Answers the last user message anew. InvalidArgument when there is none; on an error the old answer stays.
    Result<GenerateResult> regenerate(const GenerateOptions& options, const TextCallback& on_text,
                                      const Operation& operation);

    /// Takes back the last user message and its answer; false when there is none.
    bool undo();
    /// Forgets everything but the system prompt.
    void clear();
    /// Takes effect with the next answer.
    void setSystemPrompt(std::string text);
    /// Continues an older conversation: without a system message, user and assistant in turn, the assistant last.
    Result<void> restore(std::vector<ChatMessage> messages);

    /// Whether models that can do both think before they answer; nullopt: as their template has it.
    void setThinking(std::optional<bool> thinking) { m_inputs.thinking = thinking; }

    /// User and assistant messages in order, without the system message; answers as the model wrote them.
    const std::vector<ChatMessage>& messages() const { return m_messages; }
    const std::string& systemPrompt() const { return m_system_prompt; }
    ContextUse contextUse() const;

private:
    Result<GenerateResult> answer(const GenerateOptions& options, const TextCallback& on_text,
                                  const Operation& operation);
    Result<AnswerPrompt> prompt() const;

    Session& m_session;
    const Tokenizer& m_tokenizer;
    const ChatTemplate& m_template;
    std::string m_system_prompt;
    TemplateInputs m_inputs;
    std::vector<ChatMessage> m_messages;
    std::vector<TokenId> m_cached;  // what the session's KV cache holds
};

}  // namespace tessera
