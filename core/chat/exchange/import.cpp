// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/exchange/import.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"

#include <chrono>
#include <cmath>

namespace tessera {

using chat_json::Json;

namespace {

constexpr std::size_t kMaxWarnings = 50;
constexpr std::string_view kGpt4AllMagic("\xf5\xd5\x53\xcc", 4);

std::int64_t nowMilliseconds() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

bool isJanMessage(const Json& json) {
    return json.is_object() && (chat_json::text(json, "object") == "thread.message" || json.contains("thread_id")) &&
           json.contains("content");
}

bool isJanThread(const Json& json) {
    return json.is_object() && (chat_json::text(json, "object") == "thread" || json.contains("assistants"));
}

/// The file of the same thread that lies beside this one; "" when it is missing or too large.
std::string neighbour(const std::filesystem::path& path, const char* name) {
    return readTextFile(path.parent_path() / name, limits::kMaxConversationFileBytes).value_or("");
}

std::string_view firstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

Result<void> importJson(const std::filesystem::path& path, const std::string& text, ImportResult& result,
                        const Operation& operation) {
    // JSON lines do not parse as a whole; their first line does.
    const bool lines = toUtf8(path.extension()) == ".jsonl";
    if (auto line = chat_json::parse(lines ? firstLine(text) : ""); line && isJanMessage(*line)) {
        result.format = ImportFormat::Jan;
        const auto thread = chat_json::parse(neighbour(path, "thread.json"));
        return importJan(text, thread ? *thread : Json(), result, operation);
    }
    TESSERA_TRY(const Json json, chat_json::parse(text));
    if (chat_json::text(json, "format") == "tessera-conversations") {
        result.format = ImportFormat::Tessera;
        return importTessera(json, result, operation);
    }
    if (chat_json::at(json, "messages").is_array()) {
        result.format = ImportFormat::LmStudio;
        return importLmStudio(json, result);
    }
    const Json& first = json.is_array() && !json.empty() ? json.front() : json;
    if (chat_json::at(first, "mapping").is_object()) {
        result.format = ImportFormat::ChatGpt;
        return importChatGpt(json, result, operation);
    }
    if (isJanThread(json)) {
        result.format = ImportFormat::Jan;
        return importJan(neighbour(path, "messages.jsonl"), json, result, operation);
    }
    return fail(ErrorKind::Unsupported,
                "these are no conversations of Tessera, LM Studio, Jan, GPT4All or ChatGPT (their conversations.json)");
}

Result<void> importBytes(const std::filesystem::path& path, const std::string& bytes, ImportResult& result,
                         const Operation& operation) {
    if (bytes.starts_with(kGpt4AllMagic)) {
        result.format = ImportFormat::Gpt4All;
        return importGpt4All(std::as_bytes(std::span(bytes)), result);
    }
    if (bytes.starts_with("PK\x03\x04"))
        return fail(ErrorKind::Unsupported, "this is a ZIP archive; unpack it and choose conversations.json");
    const std::string_view text = bytes;
    return importJson(path, std::string(text.substr(text.starts_with("\xef\xbb\xbf") ? 3 : 0)), result, operation);
}

}  // namespace

std::string_view importFormatName(ImportFormat format) {
    switch (format) {
        case ImportFormat::Tessera: return "Tessera";
        case ImportFormat::LmStudio: return "LM Studio";
        case ImportFormat::Jan: return "Jan";
        case ImportFormat::Gpt4All: return "GPT4All";
        case ImportFormat::ChatGpt: return "ChatGPT";
    }
    return "";
}

Result<ImportResult> importConversations(const std::filesystem::path& path, const Operation& operation) {
    TESSERA_TRY(const std::string bytes, readTextFile(path, limits::kMaxConversationFileBytes));
    ImportResult result;
    if (auto imported = importBytes(path, bytes, result, operation); !imported)
        return failAt(toUtf8(path), imported.error());
    if (result.conversations.empty())
        return fail(ErrorKind::InvalidArgument,
                    format("{}: {} conversations, but no message in them", toUtf8(path), importFormatName(result.format)));
    return result;
}

StoredConversation importedConversation(std::string title, std::int64_t created_ms, std::int64_t updated_ms) {
    StoredConversation conversation;
    conversation.info.id = newConversationId();
    conversation.info.title = truncateUtf8(trimmed(title), limits::kMaxTitleBytes);
    conversation.info.title_is_automatic = conversation.info.title.empty();
    conversation.info.created_ms = created_ms > 0 ? created_ms : nowMilliseconds();
    conversation.info.updated_ms = std::max(updated_ms, conversation.info.created_ms);
    return conversation;
}

MessageNumber addImported(StoredConversation& conversation, ImportResult& result, MessageNumber parent, MessageRole role,
                          std::string text, std::int64_t created_ms, std::string model) {
    auto number = conversation.tree.add(parent, role, std::move(text),
                                        created_ms > 0 ? created_ms : conversation.info.created_ms);
    if (!number) {
        warn(result, format("\"{}\": {}", conversation.info.title, number.error().message));
        return kNoMessage;
    }
    conversation.tree.edit(*number)->facts.model = truncateUtf8(model, limits::kMaxTitleBytes);
    return *number;
}

void finishImported(StoredConversation conversation, ImportResult& result) {
    if (conversation.tree.empty()) return;
    if (conversation.info.title.empty())
        conversation.info.title = automaticTitle(conversation.tree.messages().begin()->second.text);
    result.conversations.push_back(std::move(conversation));
}

void warn(ImportResult& result, std::string sentence) {
    if (result.warnings.size() < kMaxWarnings) result.warnings.push_back(std::move(sentence));
}

std::int64_t toMilliseconds(double time) {
    if (!std::isfinite(time) || time <= 0 || time > 1e14) return 0;
    return static_cast<std::int64_t>(time < 1e11 ? time * 1000 : time);  // 1e11 s is the year 5138
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

}  // namespace tessera
