// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker needs to answer: the model, and one session whose keys and values are kept from answer to answer.
#pragma once

#include "core/chat/generator.h"
#include "core/chat/prompt_plan.h"
#include "core/model/loaded_model.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace tessera::ui {

/// An answer while it grows. The worker writes, the UI thread takes; any thread.
class AnswerStream {
public:
    struct Growth {
        std::string text;                 // since the last take()
        std::vector<TracedToken> tokens;  // where they are traced; may be ahead of the text
        double tokens_per_second = 0;
        std::uint32_t pieces = 0;         // of text so far: about as many as tokens
        bool started() const { return pieces > 0; }
    };
    void add(std::string_view text);
    void add(TracedToken token);
    Growth take();

private:
    using Clock = std::chrono::steady_clock;
    std::mutex m_mutex;
    std::string m_text;
    std::vector<TracedToken> m_tokens;
    std::uint32_t m_pieces = 0;
    Clock::time_point m_first, m_last;
};

struct AnswerRequest {
    PromptRequest prompt;      // context_tokens and reserve are filled in by the engine
    GenerateOptions options;
};

struct Answer {
    GenerateResult result;
    ContextParts parts;
    std::uint32_t context_tokens = 0;
    std::size_t left_out = 0;  // messages that did not fit
    bool overflow = false;     // nothing was generated: the prompt does not fit, and the policy says to ask or to stop
};

/// One answer at a time (a second one waits), planning beside it from any thread. Keeps the model alive.
class ChatEngine {
public:
    /// `own_template`: instead of the model's, null for that.
    ChatEngine(std::shared_ptr<LoadedModel> model, SessionOptions options, std::unique_ptr<ChatTemplate> own_template = nullptr);

    const std::shared_ptr<LoadedModel>& model() const { return m_model; }
    std::uint32_t contextTokens() const { return m_context_tokens; }
    /// Of the template in use; empty when the model was opened without.
    std::string templateSource() const;
    /// Tokens that are kept free for an answer of at most `max_tokens` (−1: no limit).
    std::uint32_t reserve(int max_tokens) const;

    /// context_tokens is filled in.
    Result<PromptPlan> plan(PromptRequest request) const;
    /// With ContextPolicy::Slide an answer that fills the context goes on after the oldest messages are left out.
    Result<Answer> answer(AnswerRequest request, AnswerStream& stream, const Operation& operation);

private:
    const ChatTemplate* chatTemplate() const { return m_own_template ? m_own_template.get() : m_model->chat_template.get(); }
    Result<void> prepareSession();
    Result<GenerateResult> write(AnswerRequest& request, const PromptPlan& prompt, std::size_t text_before, AnswerStream& stream, const Operation& operation);
    Result<void> goOn(AnswerRequest& request, Answer& answer, AnswerStream& stream, const Operation& operation);

    std::shared_ptr<LoadedModel> m_model;
    SessionOptions m_options;
    std::uint32_t m_context_tokens;
    std::unique_ptr<ChatTemplate> m_own_template;
    mutable std::mutex m_template_mutex;  // rendering is for one thread at a time
    std::mutex m_mutex;                   // the rest
    std::unique_ptr<Session> m_session;   // made for the first answer
    std::vector<TokenId> m_cached;
};

}  // namespace tessera::ui
