// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/conversation_store.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/chat/store/message_json.h"
#include "core/chat/store/schema.h"
#include "core/chat/store/search_query.h"
#include "core/chat/store/sqlite.h"

#include <random>

namespace tessera {

struct ConversationStore::Impl {
    Database database;
};

namespace {

ContextPolicy policyFrom(std::string_view name) {
    if (name == "stop") return ContextPolicy::Stop;
    if (name == "slide") return ContextPolicy::Slide;
    return ContextPolicy::Ask;
}

constexpr const char* kInfoColumns =
    "SELECT id, title, title_is_automatic, folder, pinned, model, system_prompt, sampling, context_policy, draft,"
    " created_ms, updated_ms, (SELECT count(*) FROM message WHERE conversation = id AND removed = 0)"
    " FROM conversation WHERE removed = 0";

ConversationInfo readInfo(const Statement& row) {
    ConversationInfo info;
    info.id = ConversationId{row.integer(0)};
    info.title = row.text(1);
    info.title_is_automatic = row.integer(2) != 0;
    info.folder = row.text(3);
    info.pinned = row.integer(4) != 0;
    info.model = row.text(5);
    info.system_prompt = row.text(6);
    // Settings that cannot be read are no reason to lose the conversation.
    if (auto sampling = samplingFromJson(row.text(7))) info.sampling = *std::move(sampling);
    info.context_policy = policyFrom(row.text(8));
    info.draft = row.text(9);
    info.created_ms = row.integer(10);
    info.updated_ms = row.integer(11);
    info.message_count = row.integer(12);
    return info;
}

Message readMessage(const Statement& row) {
    Message message;
    message.number = MessageNumber{static_cast<std::int32_t>(row.integer(0))};
    message.parent = MessageNumber{static_cast<std::int32_t>(row.integer(1))};
    message.role = row.text(2) == "assistant" ? MessageRole::Assistant : MessageRole::User;
    message.text = row.text(3);
    message.created_ms = row.integer(4);
    message.chosen = row.integer(5);
    message.facts = factsFromJson(row.text(6));
    message.attachments = attachmentsFromJson(row.text(7));
    return message;
}

Result<void> writeInfo(Database& database, const ConversationInfo& info) {
    TESSERA_TRY(auto save, database.prepare(
        "INSERT INTO conversation(id, title, title_is_automatic, folder, pinned, model, system_prompt, sampling,"
        " context_policy, draft, created_ms, updated_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT(id) DO UPDATE SET title = excluded.title, title_is_automatic = excluded.title_is_automatic,"
        " folder = excluded.folder, pinned = excluded.pinned, model = excluded.model,"
        " system_prompt = excluded.system_prompt, sampling = excluded.sampling,"
        " context_policy = excluded.context_policy, draft = excluded.draft, updated_ms = excluded.updated_ms"));
    save.bind(toInt(info.id)).bind(info.title).bind(std::int64_t{info.title_is_automatic}).bind(info.folder);
    save.bind(std::int64_t{info.pinned}).bind(info.model).bind(info.system_prompt).bind(samplingToJson(info.sampling));
    save.bind(contextPolicyName(info.context_policy)).bind(info.draft).bind(info.created_ms).bind(info.updated_ms);
    return save.finish();
}

/// Rewrites nothing when the text is the same, so that choosing a version does not index it again.
constexpr const char* kSaveMessage =
    "INSERT INTO message(conversation, number, parent, role, text, created_ms, chosen, facts, attachments)"
    " VALUES (?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT(conversation, number) DO UPDATE SET text = excluded.text, chosen = excluded.chosen,"
    " facts = excluded.facts, attachments = excluded.attachments";

Result<void> writeMessage(Statement& save, ConversationId id, const Message& message) {
    save.bind(toInt(id)).bind(std::int64_t{toInt(message.number)}).bind(std::int64_t{toInt(message.parent)});
    save.bind(roleName(message.role)).bind(message.text).bind(message.created_ms).bind(message.chosen);
    save.bind(factsToJson(message.facts)).bind(attachmentsToJson(message.attachments));
    return save.finish();
}

Result<void> setMessagesRemoved(Database& database, ConversationId id, const std::vector<MessageNumber>& numbers,
                                bool removed) {
    TESSERA_TRY(Transaction transaction, Transaction::begin(database));
    TESSERA_TRY(auto change, database.prepare("UPDATE message SET removed = ? WHERE conversation = ? AND number = ?"));
    for (const MessageNumber number : numbers) {
        change.bind(std::int64_t{removed}).bind(toInt(id)).bind(std::int64_t{toInt(number)});
        TESSERA_CHECK(change.finish());
    }
    return transaction.commit();
}

Result<void> setRemoved(Database& database, ConversationId id, bool removed) {
    TESSERA_TRY(auto change, database.prepare("UPDATE conversation SET removed = ? WHERE id = ?"));
    return change.bind(std::int64_t{removed}).bind(toInt(id)).finish();
}

}  // namespace

ConversationId newConversationId() {
    std::random_device device;
    const std::uint64_t bits = (std::uint64_t{device()} << 32) | device();
    return ConversationId{static_cast<std::int64_t>((bits >> 2) | 1)};  // positive and never 0
}

std::string_view contextPolicyName(ContextPolicy policy) {
    switch (policy) {
        case ContextPolicy::Stop: return "stop";
        case ContextPolicy::Slide: return "slide";
        case ContextPolicy::Ask: return "ask";
    }
    return "ask";
}

ConversationStore::ConversationStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(const std::filesystem::path& path) {
    std::error_code code;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), code);
    TESSERA_TRY(auto database, Database::open(path));
    TESSERA_CHECK(database.run("PRAGMA journal_mode = WAL"));
    // A message that was shown must survive a power cut too; a commit a second is cheap.
    TESSERA_CHECK(database.run("PRAGMA synchronous = FULL"));
    TESSERA_CHECK(database.run("PRAGMA secure_delete = ON"));  // deleted chats leave no text in the file
    if (auto migrated = migrate(database, schemaVersion()); !migrated) return failAt(toUtf8(path), migrated.error());
    return std::unique_ptr<ConversationStore>(new ConversationStore(std::make_unique<Impl>(Impl{std::move(database)})));
}

Result<std::vector<ConversationInfo>> ConversationStore::list() const {
    const std::string sql = std::string(kInfoColumns) + " ORDER BY pinned DESC, updated_ms DESC, id";
    TESSERA_TRY(auto query, m_impl->database.prepare(sql.c_str()));
    std::vector<ConversationInfo> infos;
    for (;;) {
        TESSERA_TRY(const bool row, query.step());
        if (!row) return infos;
        infos.push_back(readInfo(query));
    }
}

Result<StoredConversation> ConversationStore::load(ConversationId id) const {
    const std::string sql = std::string(kInfoColumns) + " AND id = ?";
    TESSERA_TRY(auto query, m_impl->database.prepare(sql.c_str()));
    TESSERA_TRY(const bool found, query.bind(toInt(id)).step());
    if (!found) return fail(ErrorKind::NotFound, "this conversation does not exist, or was deleted");
    StoredConversation conversation{readInfo(query), {}, {}};
    TESSERA_TRY(auto messages, m_impl->database.prepare(
        "SELECT number, parent, role, text, created_ms, chosen, facts, attachments FROM message"
        " WHERE conversation = ? AND removed = 0 ORDER BY number"));
    messages.bind(toInt(id));
    // A removed message keeps its number until purge(): a new one under it would be out of view too.
    TESSERA_TRY(auto last, m_impl->database.prepare("SELECT ifnull(max(number), 0) FROM message WHERE conversation = ?"));
    TESSERA_CHECK(last.bind(toInt(id)).step());
    conversation.tree.neverUseUpTo(MessageNumber{static_cast<std::int32_t>(last.integer(0))});
    for (;;) {
        TESSERA_TRY(const bool row, messages.step());
        if (!row) return conversation;
        TESSERA_CHECK(conversation.tree.insert(readMessage(messages)));
    }
}

Result<void> ConversationStore::saveInfo(const ConversationInfo& info) { return writeInfo(m_impl->database, info); }

Result<void> ConversationStore::saveMessage(ConversationId id, const Message& message) {
    TESSERA_TRY(Transaction transaction, Transaction::begin(m_impl->database));
    TESSERA_TRY(auto touch, m_impl->database.prepare(
        "UPDATE conversation SET updated_ms = max(updated_ms, ?) WHERE id = ?"));
    TESSERA_CHECK(touch.bind(message.created_ms).bind(toInt(id)).finish());
    if (m_impl->database.changes() == 0) return fail(ErrorKind::NotFound, "the message's conversation is not saved");
    TESSERA_TRY(auto save, m_impl->database.prepare(kSaveMessage));
    TESSERA_CHECK(writeMessage(save, id, message));
    return transaction.commit();
}

Result<void> ConversationStore::saveAll(const StoredConversation& conversation) {
    TESSERA_TRY(Transaction transaction, Transaction::begin(m_impl->database));
    TESSERA_CHECK(writeInfo(m_impl->database, conversation.info));
    TESSERA_TRY(auto save, m_impl->database.prepare(kSaveMessage));
    for (const auto& [number, message] : conversation.tree.messages())
        TESSERA_CHECK(writeMessage(save, conversation.info.id, message));
    for (const auto& [number, trace] : conversation.traces) TESSERA_CHECK(saveTrace(conversation.info.id, number, trace));
    return transaction.commit();
}

Result<void> ConversationStore::removeMessages(ConversationId id, const std::vector<MessageNumber>& numbers) {
    return setMessagesRemoved(m_impl->database, id, numbers, true);
}

Result<void> ConversationStore::restoreMessages(ConversationId id, const std::vector<MessageNumber>& numbers) {
    return setMessagesRemoved(m_impl->database, id, numbers, false);
}

Result<void> ConversationStore::remove(ConversationId id) { return setRemoved(m_impl->database, id, true); }
Result<void> ConversationStore::restore(ConversationId id) { return setRemoved(m_impl->database, id, false); }

Result<void> ConversationStore::purge() {
    Database& database = m_impl->database;
    TESSERA_TRY(Transaction transaction, Transaction::begin(database));
    TESSERA_CHECK(database.run(
        "DELETE FROM message WHERE removed != 0 OR conversation IN (SELECT id FROM conversation WHERE removed != 0)"));
    const bool changed = database.changes() > 0;
    TESSERA_CHECK(database.run("DELETE FROM conversation WHERE removed != 0"));
    // The index keeps deleted words until its segments are merged.
    if (changed) TESSERA_CHECK(database.run("INSERT INTO message_text(message_text) VALUES ('optimize')"));
    return transaction.commit();
}

Result<void> ConversationStore::saveTrace(ConversationId id, MessageNumber number, const TokenTrace& trace) {
    if (trace.tokens.empty()) {
        TESSERA_TRY(auto remove, m_impl->database.prepare("DELETE FROM trace WHERE conversation = ? AND number = ?"));
        return remove.bind(toInt(id)).bind(std::int64_t{toInt(number)}).finish();
    }
    TESSERA_TRY(auto save, m_impl->database.prepare(
        "INSERT INTO trace(conversation, number, tokens) VALUES (?, ?, ?)"
        " ON CONFLICT(conversation, number) DO UPDATE SET tokens = excluded.tokens"));
    return save.bind(toInt(id)).bind(std::int64_t{toInt(number)}).bind(traceToJson(trace)).finish();
}

Result<std::map<MessageNumber, TokenTrace>> ConversationStore::traces(ConversationId id) const {
    TESSERA_TRY(auto query, m_impl->database.prepare("SELECT number, tokens FROM trace WHERE conversation = ?"));
    query.bind(toInt(id));
    std::map<MessageNumber, TokenTrace> traces;
    for (;;) {
        TESSERA_TRY(const bool row, query.step());
        if (!row) return traces;
        if (TokenTrace trace = traceFromJson(query.text(1)); !trace.tokens.empty())
            traces.emplace(MessageNumber{static_cast<std::int32_t>(query.integer(0))}, std::move(trace));
    }
}

Result<std::vector<SearchHit>> ConversationStore::search(std::string_view words, int limit) const {
    const SearchQuery search = parseSearch(words);
    std::vector<SearchHit> hits;
    if (search.words.empty()) return hits;
    TESSERA_CHECK(searchTitles(m_impl->database, search, limit, hits));
    TESSERA_CHECK(searchMessages(m_impl->database, search, limit, hits));
    return hits;
}

Result<std::vector<SamplingSettings>> ConversationStore::presets() const {
    TESSERA_TRY(auto query, m_impl->database.prepare("SELECT name, settings FROM preset ORDER BY name COLLATE NOCASE"));
    std::vector<SamplingSettings> presets;
    for (;;) {
        TESSERA_TRY(const bool row, query.step());
        if (!row) return presets;
        auto settings = samplingFromJson(query.text(1));
        if (!settings) continue;
        settings->preset = query.text(0);
        presets.push_back(*std::move(settings));
    }
}

Result<void> ConversationStore::savePreset(const SamplingSettings& settings) {
    if (settings.preset.empty() || settings.preset.size() > 100)
        return fail(ErrorKind::InvalidArgument, "a preset needs a name of at most 100 bytes");
    for (const SamplingSettings& built_in : builtInPresets())
        if (built_in.preset == settings.preset)
            return fail(ErrorKind::InvalidArgument,
                        format("{} is built in and stays as it is; choose another name", settings.preset));
    TESSERA_TRY(auto save, m_impl->database.prepare(
        "INSERT INTO preset(name, settings) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET settings = excluded.settings"));
    return save.bind(settings.preset).bind(samplingToJson(settings)).finish();
}

Result<void> ConversationStore::removePreset(std::string_view name) {
    TESSERA_TRY(auto remove, m_impl->database.prepare("DELETE FROM preset WHERE name = ?"));
    return remove.bind(name).finish();
}

}  // namespace tessera
