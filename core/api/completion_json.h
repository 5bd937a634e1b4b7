// SPDX-License-Identifier: GPL-3.0-or-later
// Answers as clients of OpenAI's API read them: whole, or in pieces of a stream.
#pragma once

#include "core/api/completion_request.h"
#include "core/chat/generator.h"
#include "core/tokenizer/tokenizer.h"

#include <span>
#include <string>
#include <string_view>

namespace tessera {

/// Writes one request's answer. One thread at a time.
class CompletionWriter {
public:
    /// `tokenizer` must outlive it. `id` is made unique here.
    CompletionWriter(CompletionKind kind, std::string model, bool logprobs, int top_logprobs, const Tokenizer& tokenizer);

    /// The whole answer as one object. `message`: what it says; of a text its content alone.
    std::string whole(const GenerateResult& result, const ChatMessage& message) const;

    // Events of a stream ("data: …\n\n").
    /// What opens a chat's answer: its role. "" for a text.
    std::string opening() const;
    std::string piece(std::string_view text, std::span<const TracedToken> tokens) const;
    std::string reasoning(std::string_view text, std::span<const TracedToken> tokens) const;
    /// A call begins: its name.
    std::string call(std::size_t index, const ToolCall& call, std::span<const TracedToken> tokens) const;
    std::string arguments(std::size_t index, std::string_view json, std::span<const TracedToken> tokens) const;
    std::string ending(StopReason reason, bool calls) const;
    std::string usage(const GenerateResult& result) const;
    static std::string event(std::string_view json);
    static std::string done() { return event("[DONE]"); }

private:
    struct Parts;
    CompletionKind m_kind;
    std::string m_id, m_model;
    std::int64_t m_created;
    bool m_logprobs;
    int m_top_logprobs;
    const Tokenizer& m_tokenizer;
};

}  // namespace tessera
