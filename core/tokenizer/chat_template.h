// SPDX-License-Identifier: GPL-3.0-or-later
// From a conversation to the prompt a model was trained on, through llama.cpp's jinja engine.
#pragma once

#include "core/gguf/metadata.h"
#include "core/tokenizer/chat_message.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A stretch of the rendered prompt. User-typed stretches never become control tokens.
struct PromptPart {
    std::string text;
    bool typed = false;  // came from a message, not from the template
};

/// What a template is told beside the messages.
struct TemplateInputs {
    std::vector<Tool> tools = {};
    std::optional<bool> thinking = {};   // asks models that can do both to think or not to; nullopt: as the template has it
    std::string reasoning_effort = {};   // "low", "medium", "high" where a template knows it; "" : as the template has it
};

/// Immutable; render() may be called by one thread at a time.
class ChatTemplate {
public:
    /// `tokenizer.chat_template` of the model, TinyLlama's (Zephyr style) when it has none. Unsupported with the
    /// position when the template does not parse or nests too deep.
    static Result<std::unique_ptr<ChatTemplate>> fromMetadata(const Metadata& metadata, const Tokenizer& tokenizer);
    static Result<std::unique_ptr<ChatTemplate>> fromSource(std::string_view jinja, const Tokenizer& tokenizer);
    ~ChatTemplate();

    /// With `add_generation_prompt` the text ends where the assistant begins to speak. A system message goes in front
    /// of the first user message when the template knows no system role. Errors: InvalidArgument with the template's own
    /// words when it refuses the messages (raise_exception); Unsupported when it fails or does not come to an end.
    /// Tools that the template does not know are left out: see withToolsInWords (core/chat/answer/tool_prompt.h).
    Result<std::vector<PromptPart>> render(const std::vector<ChatMessage>& messages, bool add_generation_prompt, const TemplateInputs& inputs = {}) const;

    bool knowsTools() const;      // it tells the model of tools
    bool knowsToolCalls() const;  // it writes calls, and messages of tools

    const std::string& source() const;
    bool isFallback() const;  // true: the model has no template of its own

private:
    struct Impl;
    explicit ChatTemplate(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Token ids of a rendered prompt: as if the joined text were encoded with special tokens parsed, except that nothing
/// inside or partly inside a typed part becomes a control token, or another added token that the template itself marks
/// something with. BOS is added when the model asks for it and the text does not begin with it. Errors as
/// Tokenizer::encode; InvalidArgument too when a typed text cannot be written without a control token.
Result<std::vector<TokenId>> encodePrompt(const Tokenizer& tokenizer, const std::vector<PromptPart>& parts);

}  // namespace tessera
