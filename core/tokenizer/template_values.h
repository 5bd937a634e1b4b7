// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and tools as values of the jinja engine, in the forms that templates expect them.
#pragma once

#include "core/base/result.h"
#include "core/tokenizer/chat_message.h"
#include "core/tokenizer/control_text_seal.h"

#include <jinja/value.h>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tessera {

struct TemplateForms {
    bool typed_content = false;     // content as [{"type": "text", "text": …}], the only form the template takes
    bool object_arguments = false;  // a call's arguments as an object, not as its JSON
    bool null_content = false;      // none, not "", where a message only calls tools
};

/// Everything that strangers wrote, read once: their JSON, and their texts shown to the seal. Borrows messages and seal.
class TemplateValues {
public:
    /// InvalidArgument when a tool's parameters are no JSON.
    static Result<TemplateValues> read(const std::vector<ChatMessage>& messages, const std::vector<Tool>& tools, const ControlTextSeal& seal);

    void showTo(ControlTextSeal& seal) const;
    jinja::value messages(const TemplateForms& forms) const;
    /// None when there are no tools.
    jinja::value tools() const;

private:
    explicit TemplateValues(const std::vector<ChatMessage>& messages, const ControlTextSeal& seal) : m_messages(messages), m_seal(seal) {}
    jinja::value typed(const std::string& text) const;
    jinja::value typed(const nlohmann::ordered_json& json) const;
    jinja::value content(const ChatMessage& message, const TemplateForms& forms) const;
    jinja::value toolCalls(const ChatMessage& message, const TemplateForms& forms) const;

    const std::vector<ChatMessage>& m_messages;
    const ControlTextSeal& m_seal;
    nlohmann::ordered_json m_tools;  // in OpenAI's form
};

}  // namespace tessera
