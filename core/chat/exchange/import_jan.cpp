// SPDX-License-Identifier: GPL-3.0-or-later
// Jan keeps a folder per thread: thread.json with title and assistants, messages.jsonl with one message per line, whose
// `content` is a list of parts, as in OpenAI's thread API.
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"

#include <algorithm>

namespace tessera {

using chat_json::Json;

namespace {

struct Line {
    std::string role;
    std::string text;
    std::int64_t created_ms = 0;
    std::string model;
};

std::string partText(const Json& part, std::string_view title, ImportResult& result) {
    const std::string type = chat_json::text(part, "type");
    const std::string value = chat_json::text(chat_json::at(part, "text"), "value");
    if (type == "reasoning") return "<think>" + value + "</think>\n\n";
    if (type != "text") warn(result, format("\"{}\": a part of type \"{}\" was left out", title, truncateUtf8(type, 40)));
    return value;
}

Line readLine(const Json& json, std::string_view title, ImportResult& result) {
    Line line;
    line.role = chat_json::text(json, "role");
    const Json& content = chat_json::at(json, "content");
    if (content.is_string()) line.text = chat_json::text(json, "content");
    if (content.is_array())
        for (const Json& part : content) line.text += partText(part, title, result);
    const double created = chat_json::number(json, "created_at", chat_json::number(json, "created"));
    line.created_ms = toMilliseconds(created);
    line.model = chat_json::text(chat_json::at(json, "metadata"), "modelId");
    return line;
}

/// Lines that do not parse are told; a killed program may have left half of the last one.
Result<std::vector<Line>> readLines(std::string_view text, std::string_view title, ImportResult& result,
                                    const Operation& operation) {
    std::vector<Line> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        TESSERA_CHECK(operation.checkStop());
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view raw = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trimmed(raw).empty()) continue;
        const auto json = chat_json::parse(raw);
        if (json && json->is_object())
            lines.push_back(readLine(*json, title, result));
        else
            warn(result, format("line {} of messages.jsonl is no message and was left out", number));
        if (lines.size() > limits::kMaxConversationMessages)
            return fail(ErrorKind::InvalidArgument,
                        format("more than {} messages in one thread", limits::kMaxConversationMessages));
    }
    // Older versions wrote the newest first.
    std::ranges::stable_sort(lines, {}, &Line::created_ms);
    return lines;
}

const Json& firstAssistant(const Json& thread) {
    static const Json none;
    const Json& assistants = chat_json::at(thread, "assistants");
    return assistants.is_array() && !assistants.empty() ? assistants.front() : none;
}

}  // namespace

Result<void> importJan(std::string_view messages, const Json& thread, ImportResult& result, const Operation& operation) {
    StoredConversation conversation = importedConversation(
        chat_json::text(thread, "title"),
        toMilliseconds(chat_json::number(thread, "created", chat_json::number(thread, "created_at"))),
        toMilliseconds(chat_json::number(thread, "updated", chat_json::number(thread, "updated_at"))));
    const Json& assistant = firstAssistant(thread);
    conversation.info.system_prompt = truncateUtf8(chat_json::text(assistant, "instructions"), limits::kMaxMessageBytes);
    const std::string thread_model = chat_json::text(chat_json::at(assistant, "model"), "id");
    TESSERA_TRY(const auto lines, readLines(messages, conversation.info.title, result, operation));
    MessageNumber parent = kNoMessage;
    for (const Line& line : lines) {
        if (line.role == "system") {
            conversation.info.system_prompt = truncateUtf8(line.text, limits::kMaxMessageBytes);
            continue;
        }
        if (line.role != "user" && line.role != "assistant") {
            warn(result, format("\"{}\": a message of \"{}\" was left out", conversation.info.title,
                                truncateUtf8(line.role, 40)));
            continue;
        }
        const bool user = line.role == "user";
        const MessageNumber number =
            addImported(conversation, result, parent, user ? MessageRole::User : MessageRole::Assistant, line.text,
                        line.created_ms, user ? "" : (line.model.empty() ? thread_model : line.model));
        if (number != kNoMessage) parent = number;
    }
    finishImported(std::move(conversation), result);
    return {};
}

}  // namespace tessera
