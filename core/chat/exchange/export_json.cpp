// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"
#include "core/chat/exchange/export.h"
#include "core/chat/store/json_reader.h"
#include "core/chat/store/message_json.h"

namespace tessera {

using chat_json::Json;

namespace {

Json embedded(const std::string& json) { return json.empty() ? Json() : Json::parse(json, nullptr, false); }

Json toJson(const Message& message, const TokenTrace* trace) {
    Json json{{"number", toInt(message.number)}, {"parent", toInt(message.parent)}, {"role", roleName(message.role)},
              {"text", message.text}, {"created_ms", message.created_ms}, {"chosen", message.chosen}};
    if (message.facts != AnswerFacts{}) json["facts"] = embedded(factsToJson(message.facts));
    if (!message.attachments.empty()) json["attachments"] = embedded(attachmentsToJson(message.attachments));
    if (trace) json["tokens"] = embedded(traceToJson(*trace));
    return json;
}

Json toJson(const StoredConversation& conversation) {
    const ConversationInfo& info = conversation.info;
    Json messages = Json::array();
    for (const auto& [number, message] : conversation.tree.messages()) {
        const auto trace = conversation.traces.find(number);
        messages.push_back(toJson(message, trace == conversation.traces.end() ? nullptr : &trace->second));
    }
    return {{"title", info.title}, {"title_is_automatic", info.title_is_automatic}, {"folder", info.folder},
            {"pinned", info.pinned}, {"model", info.model}, {"system_prompt", info.system_prompt},
            {"sampling", embedded(samplingToJson(info.sampling))},
            {"context_policy", contextPolicyName(info.context_policy)}, {"created_ms", info.created_ms},
            {"updated_ms", info.updated_ms}, {"messages", std::move(messages)}};
}

}  // namespace

std::string toJson(std::span<const StoredConversation> conversations) {
    Json list = Json::array();
    for (const StoredConversation& conversation : conversations) list.push_back(toJson(conversation));
    return chat_json::dump({{"format", "tessera-conversations"}, {"version", 1}, {"conversations", std::move(list)}}, 1) +
           "\n";
}

}  // namespace tessera
