// SPDX-License-Identifier: GPL-3.0-or-later
// What a conversation is made of, as chat templates read it: messages, calls of tools, and the tools themselves.
#pragma once

#include <string>
#include <vector>

namespace tessera {

/// A call of a tool that an answer asks for.
struct ToolCall {
    std::string id;         // by which the tool's answer names it; "" : none
    std::string name;
    std::string arguments;  // JSON, an object where the model kept to the form
    bool operator==(const ToolCall&) const = default;
};

struct ChatMessage {
    std::string role;     // "system", "user", "assistant", "tool"
    std::string content;
    std::string reasoning = {};              // of an assistant: what it thought before it answered
    std::vector<ToolCall> tool_calls = {};   // of an assistant
    std::string tool_call_id = {};           // of a tool: which call it answers
    bool operator==(const ChatMessage&) const = default;
};

/// A function that the model may ask to have called.
struct Tool {
    std::string name;         // letters, digits, '_', '-', '.'
    std::string description;
    std::string parameters;   // JSON Schema of the arguments, an object; "" : without arguments
};

}  // namespace tessera
