// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/tool_prompt.h"

#include "core/base/format.h"
#include "core/chat/answer/call_json.h"
#include "core/chat/json_grammar.h"

#include <map>

namespace tessera {

namespace {

/// As the models of the Hermes family were trained to read it, which others follow, too.
std::string toolsInWords(const std::vector<Tool>& tools, const CallForm& form) {
    std::string text = "# Tools\n\nYou can call functions. These are the functions, each with its name, what it does, and the JSON schema of its arguments:\n<tools>\n";
    for (const Tool& tool : tools)
        text += format("{{\"name\": {}, \"description\": {}, \"parameters\": {}}}\n", jsonQuoted(tool.name), jsonQuoted(tool.description), tool.parameters.empty() ? "{}" : tool.parameters);
    return text + format("</tools>\n\nTo call a function, write its name and its arguments as JSON between tags, and nothing after it:\n{}NAME{}{{…}}{}\n"
                         "What the function answers will be given to you. When no function is needed, answer in words.",
                         form.before_name, form.before_arguments, form.after);
}

std::string callsInWords(const ChatMessage& message, const CallForm& form) {
    std::string text = message.content;
    for (const ToolCall& call : message.tool_calls)
        text += (text.empty() ? "" : "\n") + form.before_name + call.name + form.before_arguments + call.arguments + form.after;
    return text;
}

/// Ids as the model was trained to read them, counted through the conversation, in place of the ones that clients kept.
void nameCallsById(std::vector<ChatMessage>& messages) {
    std::map<std::string, std::string> ids;
    std::size_t index = 0;
    for (ChatMessage& message : messages) {
        for (ToolCall& call : message.tool_calls) {
            std::string id = tessera::format("functions.{}:{}", call.name, index++);
            ids[call.id] = id;
            call.id = std::move(id);
        }
        if (const auto found = ids.find(message.tool_call_id); message.role == "tool" && found != ids.end()) message.tool_call_id = found->second;
    }
}

/// Ends what the prompt has begun to think.
std::string thoughtsEnd(const AnswerFormat& format, std::string_view prompt) {
    const std::string_view begun = begunByPrompt(format, prompt);
    for (const SpanOpener& opener : format.openers)
        if (!begun.empty() && !opener.close.empty() && begun.starts_with(opener.prompt_end)) return std::string(begun.ends_with('\n') ? "" : "\n") + std::string(opener.close) + "\n\n";
    return {};
}

/// A token often begins with the space before a word: it is left to the grammar.
std::string withoutSpaceBehind(std::string text) {
    while (text.ends_with(' ')) text.pop_back();
    return text;
}

}  // namespace

std::vector<ChatMessage> withToolsInWords(std::vector<ChatMessage> messages, const ChatTemplate& chat_template, const AnswerFormat& format, TemplateInputs& inputs) {
    if (!inputs.tools.empty() && format.told_in_words) {
        const std::string words = toolsInWords(std::exchange(inputs.tools, {}), format.form);
        if (!messages.empty() && messages.front().role == "system") messages.front().content += "\n\n" + words;
        else messages.insert(messages.begin(), {"system", words});
    }
    if (chat_template.knowsToolCalls() && !format.told_in_words) {
        if (format.calls_by_id) nameCallsById(messages);
        return messages;
    }
    std::vector<ChatMessage> written;
    for (ChatMessage& message : messages) {
        if (!message.tool_calls.empty()) {
            message.content = callsInWords(message, format.form);
            message.tool_calls.clear();
        }
        if (message.role == "tool") {
            message.role = "user";
            message.content = "<tool_response>\n" + message.content + "\n</tool_response>";
            message.tool_call_id.clear();
            // Templates insist on question and answer in turn.
            if (!written.empty() && written.back().role == "user") {
                written.back().content += "\n" + message.content;
                continue;
            }
        }
        written.push_back(std::move(message));
    }
    return written;
}

Result<ForcedAnswer> forcedCall(const AnswerFormat& format, const std::vector<Tool>& tools, const std::string& name, bool several, std::string_view prompt) {
    const CallForm& form = format.form;
    const std::string before_arguments = withoutSpaceBehind(form.before_arguments);
    JsonGrammar grammar;
    std::string calls;      // any of them, from its name on
    std::string first;
    for (const Tool& tool : tools) {
        if (!name.empty() && tool.name != name) continue;
        TESSERA_TRY(const std::string arguments, grammar.add(tool.parameters.empty() ? R"({"type":"object","additionalProperties":false})" : tool.parameters));
        const std::string value = tessera::format("{} {}", kJsonSpaceRule, arguments);
        calls += tessera::format("{}{} {}", calls.empty() ? "" : " | ", JsonGrammar::literal(tool.name + before_arguments), value);
        first = name.empty() ? "" : value;  // the name is in the opening
    }
    if (calls.empty()) return fail(ErrorKind::InvalidArgument, "no such tool is offered");
    std::string root = first.empty() ? "( " + calls + " )" : first;
    if (several && name.empty() && !form.between.empty()) root += tessera::format(" ( {} ( {} ) ){{0,{}}}", JsonGrammar::literal(form.between), calls, kMostForcedCalls - 1);
    std::string opening = thoughtsEnd(format, prompt) + form.before_name;
    if (!name.empty()) opening += name + before_arguments;
    return ForcedAnswer{std::move(opening), grammar.text(root + " " + JsonGrammar::literal(form.after))};
}

Result<ForcedAnswer> forcedJson(const AnswerFormat& format, const std::string& schema, std::string_view prompt) {
    JsonGrammar grammar;
    TESSERA_TRY(const std::string value, grammar.add(schema));
    return ForcedAnswer{thoughtsEnd(format, prompt) + std::string(format.before_words), grammar.text(value)};
}

}  // namespace tessera
