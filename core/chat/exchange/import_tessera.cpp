// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"
#include "core/chat/store/message_json.h"

namespace tessera {

using chat_json::Json;

namespace {

ContextPolicy policyNamed(std::string_view name) {
    for (const ContextPolicy policy : {ContextPolicy::Stop, ContextPolicy::Slide})
        if (name == contextPolicyName(policy)) return policy;
    return ContextPolicy::Ask;
}

std::string embedded(const Json& json) { return json.is_null() ? std::string() : chat_json::dump(json); }

MessageNumber numberAt(const Json& json, std::string_view key) {
    const std::int64_t number = chat_json::integer(json, key);
    return number > 0 && number < INT32_MAX ? MessageNumber{static_cast<std::int32_t>(number)} : kNoMessage;
}

Message readMessage(const Json& json) {
    Message message;
    message.number = numberAt(json, "number");
    message.parent = numberAt(json, "parent");
    message.role = chat_json::text(json, "role") == "assistant" ? MessageRole::Assistant : MessageRole::User;
    message.text = chat_json::text(json, "text");
    message.created_ms = chat_json::integer(json, "created_ms");
    message.chosen = std::clamp<std::int64_t>(chat_json::integer(json, "chosen"), 0, INT64_MAX / 2);
    message.facts = factsFromJson(embedded(chat_json::at(json, "facts")));
    message.attachments = attachmentsFromJson(embedded(chat_json::at(json, "attachments")));
    return message;
}

/// Empty unless its ranges lie in the answer's text.
TokenTrace readTrace(const Json& json, std::size_t text_bytes) {
    TokenTrace trace = traceFromJson(embedded(chat_json::at(json, "tokens")));
    if (!trace.tokens.empty() && trace.tokens.back().end > text_bytes) return {};
    return trace;
}

StoredConversation readInfo(const Json& json) {
    StoredConversation conversation =
        importedConversation(chat_json::text(json, "title"), chat_json::integer(json, "created_ms"),
                             chat_json::integer(json, "updated_ms"));
    ConversationInfo& info = conversation.info;
    info.title_is_automatic = chat_json::boolean(json, "title_is_automatic");
    info.folder = truncateUtf8(chat_json::text(json, "folder"), limits::kMaxTitleBytes);
    info.pinned = chat_json::boolean(json, "pinned");
    info.model = truncateUtf8(chat_json::text(json, "model"), 4096);
    info.system_prompt = truncateUtf8(chat_json::text(json, "system_prompt"), limits::kMaxMessageBytes);
    if (auto sampling = samplingFromJson(embedded(chat_json::at(json, "sampling")))) info.sampling = *sampling;
    info.context_policy = policyNamed(chat_json::text(json, "context_policy"));
    return conversation;
}

}  // namespace

Result<void> importTessera(const Json& json, ImportResult& result, const Operation& operation) {
    const std::int64_t version = chat_json::integer(json, "version");
    if (version != 1)
        return fail(ErrorKind::Unsupported, format("conversations of format version {}; this program reads version 1", version));
    for (const Json& entry : chat_json::at(json, "conversations")) {
        TESSERA_CHECK(operation.checkStop());
        if (result.conversations.size() == limits::kMaxImportedConversations)
            return fail(ErrorKind::InvalidArgument,
                        format("more than {} conversations in one file", limits::kMaxImportedConversations));
        StoredConversation conversation = readInfo(entry);
        for (const Json& json_message : chat_json::at(entry, "messages")) {
            Message message = readMessage(json_message);
            const MessageNumber number = message.number;
            TokenTrace trace = readTrace(json_message, message.text.size());
            if (auto inserted = conversation.tree.insert(std::move(message)); !inserted)
                warn(result, format("\"{}\": {}", conversation.info.title, inserted.error().message));
            else if (!trace.tokens.empty()) conversation.traces.emplace(number, std::move(trace));
        }
        finishImported(std::move(conversation), result);
    }
    return {};
}

}  // namespace tessera
