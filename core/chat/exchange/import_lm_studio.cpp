// SPDX-License-Identifier: GPL-3.0-or-later
// LM Studio keeps one JSON file per conversation: `messages`, each with `versions` and `currentlySelected`. A version of
// the user is one step with `content`; one of the assistant has `steps`, of which the content blocks hold the text and
// those styled as thinking the reasoning.
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"

namespace tessera {

using chat_json::Json;

namespace {

std::string contentText(const Json& content) {
    if (content.is_string()) return toValidUtf8(content.get_ref<const std::string&>());
    std::string text;
    if (content.is_array())
        for (const Json& part : content) text += chat_json::text(part, "text");
    return text;
}

bool isThinking(const Json& step) { return chat_json::text(chat_json::at(step, "style"), "type") == "thinking"; }

/// The text of a version with the reasoning between the tags that this program knows.
std::string versionText(const Json& version) {
    std::string text = contentText(chat_json::at(version, "content"));
    const Json& steps = chat_json::at(version, "steps");
    if (!steps.is_array()) return text;
    for (const Json& step : steps) {
        const std::string part = contentText(chat_json::at(step, "content"));
        if (part.empty()) continue;
        if (!text.empty() && !text.ends_with('\n')) text += "\n\n";
        text += isThinking(step) ? "<think>" + part + "</think>" : part;
    }
    return text;
}

std::string systemPrompt(const Json& json) {
    const Json& fields = chat_json::at(chat_json::at(json, "perChatPredictionConfig"), "fields");
    if (fields.is_array())
        for (const Json& field : fields)
            if (chat_json::text(field, "key") == "llm.prediction.systemPrompt") return chat_json::text(field, "value");
    return chat_json::text(json, "systemPrompt");
}

/// Adds all versions of a message and returns the selected one, which the next message answers.
MessageNumber addVersions(const Json& message, MessageNumber parent, const std::string& model,
                          StoredConversation& conversation, ImportResult& result) {
    const Json& versions = chat_json::at(message, "versions");
    if (!versions.is_array()) return parent;
    const std::int64_t selected = chat_json::integer(message, "currentlySelected");
    MessageNumber chosen = kNoMessage;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const std::string role = chat_json::text(versions[i], "role");
        if (role == "system") {
            conversation.info.system_prompt = truncateUtf8(versionText(versions[i]), limits::kMaxMessageBytes);
            continue;
        }
        const bool assistant = role == "assistant";
        const MessageNumber number =
            addImported(conversation, result, parent, assistant ? MessageRole::Assistant : MessageRole::User,
                        versionText(versions[i]), 0, assistant ? model : "");
        if (number != kNoMessage && (chosen == kNoMessage || static_cast<std::int64_t>(i) == selected)) chosen = number;
    }
    if (chosen == kNoMessage) return parent;
    conversation.tree.choose(chosen);
    return chosen;
}

}  // namespace

Result<void> importLmStudio(const Json& json, ImportResult& result) {
    StoredConversation conversation =
        importedConversation(chat_json::text(json, "name"), toMilliseconds(chat_json::number(json, "createdAt")),
                             toMilliseconds(chat_json::number(json, "assistantLastMessagedAt")));
    conversation.info.pinned = chat_json::boolean(json, "pinned");
    conversation.info.system_prompt = truncateUtf8(systemPrompt(json), limits::kMaxMessageBytes);
    const Json& last_model = chat_json::at(json, "lastUsedModel");
    const std::string model = chat_json::text(last_model, "identifier");
    MessageNumber parent = kNoMessage;
    for (const Json& message : chat_json::at(json, "messages"))
        parent = addVersions(message, parent, model, conversation, result);
    finishImported(std::move(conversation), result);
    return {};
}

}  // namespace tessera
