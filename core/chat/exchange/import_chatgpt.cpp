// SPDX-License-Identifier: GPL-3.0-or-later
// ChatGPT's data export holds conversations.json: a list of conversations, each with `mapping` (nodes by id, with
// `parent`, `children` and perhaps a `message`) and `current_node`, the last message on view. Nodes without visible text
// (the root, tools, hidden system messages) are passed through to their children.
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"

#include <unordered_map>
#include <unordered_set>

namespace tessera {

using chat_json::Json;

namespace {

std::string joined(const Json& list, std::string_view key) {
    std::string text;
    if (!list.is_array()) return text;
    for (const Json& part : list) {
        const std::string piece = part.is_string() ? toValidUtf8(part.get_ref<const std::string&>()) : chat_json::text(part, key);
        if (!text.empty() && !piece.empty()) text += "\n\n";
        text += piece;
    }
    return text;
}

/// What a person would see of a message's content.
std::string visibleText(const Json& content) {
    const std::string type = chat_json::text(content, "content_type");
    if (type == "code") return "```" + chat_json::text(content, "language") + "\n" + chat_json::text(content, "text") + "\n```";
    if (type == "thoughts") {
        const std::string thoughts = joined(chat_json::at(content, "thoughts"), "content");
        return thoughts.empty() ? "" : "<think>" + thoughts + "</think>";
    }
    const std::string parts = joined(chat_json::at(content, "parts"), "text");
    return parts.empty() ? chat_json::text(content, "text") : parts;
}

bool isHidden(const Json& message) {
    return chat_json::number(message, "weight", 1) == 0 ||
           chat_json::boolean(chat_json::at(message, "metadata"), "is_visually_hidden_from_conversation");
}

/// Walks one conversation's mapping from its roots, never recursively: the depth is the file's choice.
class Walk {
public:
    Walk(const Json& mapping, StoredConversation& conversation, ImportResult& result)
        : m_mapping(mapping), m_conversation(conversation), m_result(result) {}

    void run(const std::string& current_node) {
        for (const auto& [id, node] : m_mapping.items())
            if (!m_mapping.contains(chat_json::text(node, "parent"))) m_open.push_back({id, kNoMessage});
        std::reverse(m_open.begin(), m_open.end());
        while (!m_open.empty()) {
            const auto [id, parent] = m_open.back();
            m_open.pop_back();
            visit(id, parent);
        }
        choosePathTo(current_node);
    }

private:
    void visit(const std::string& id, MessageNumber parent) {
        if (!m_seen.insert(id).second) return;  // a loop, or a node with two parents
        const auto node = m_mapping.find(id);
        if (node == m_mapping.end()) return;
        const MessageNumber number = add(chat_json::at(*node, "message"), parent);
        m_numbers[id] = number;
        const Json& children = chat_json::at(*node, "children");
        if (!children.is_array()) return;
        for (auto child = children.rbegin(); child != children.rend(); ++child)
            if (child->is_string()) m_open.push_back({child->get<std::string>(), number});
    }

    MessageNumber add(const Json& message, MessageNumber parent) {
        const std::string role = chat_json::text(chat_json::at(message, "author"), "role");
        if (role == "system" && !isHidden(message)) {
            const std::string text = visibleText(chat_json::at(message, "content"));
            if (!text.empty()) m_conversation.info.system_prompt = truncateUtf8(text, limits::kMaxMessageBytes);
        }
        if ((role != "user" && role != "assistant") || isHidden(message)) return parent;
        std::string text = visibleText(chat_json::at(message, "content"));
        if (trimmed(text).empty()) return parent;
        const MessageRole kind = role == "user" ? MessageRole::User : MessageRole::Assistant;
        const Json& metadata = chat_json::at(message, "metadata");
        const MessageNumber number =
            addImported(m_conversation, m_result, parent, kind, std::move(text),
                        toMilliseconds(chat_json::number(message, "create_time")), chat_json::text(metadata, "model_slug"));
        return number == kNoMessage ? parent : number;
    }

    void choosePathTo(const std::string& id) {
        const auto found = m_numbers.find(id);
        if (found == m_numbers.end()) return;
        for (const MessageNumber number : m_conversation.tree.pathTo(found->second)) m_conversation.tree.choose(number);
    }

    const Json& m_mapping;
    StoredConversation& m_conversation;
    ImportResult& m_result;
    std::vector<std::pair<std::string, MessageNumber>> m_open;
    std::unordered_set<std::string> m_seen;
    std::unordered_map<std::string, MessageNumber> m_numbers;
};

void importOne(const Json& json, ImportResult& result) {
    const Json& mapping = chat_json::at(json, "mapping");
    if (!mapping.is_object()) return warn(result, "an entry without messages was left out");
    StoredConversation conversation =
        importedConversation(chat_json::text(json, "title"), toMilliseconds(chat_json::number(json, "create_time")),
                             toMilliseconds(chat_json::number(json, "update_time")));
    Walk(mapping, conversation, result).run(chat_json::text(json, "current_node"));
    finishImported(std::move(conversation), result);
}

}  // namespace

Result<void> importChatGpt(const Json& json, ImportResult& result, const Operation& operation) {
    if (json.is_object()) {
        importOne(json, result);
        return {};
    }
    if (json.size() > limits::kMaxImportedConversations)
        return fail(ErrorKind::InvalidArgument,
                    format("{} conversations in one file, at most {} are read", json.size(), limits::kMaxImportedConversations));
    for (const Json& entry : json) {
        TESSERA_CHECK(operation.checkStop());
        importOne(entry, result);
    }
    return {};
}

}  // namespace tessera
