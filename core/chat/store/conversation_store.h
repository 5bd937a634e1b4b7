// SPDX-License-Identifier: GPL-3.0-or-later
// Where conversations are kept: one SQLite database with full-text search.
#pragma once

#include "core/base/result.h"
#include "core/chat/store/message_tree.h"
#include "core/chat/store/sampling.h"
#include "core/chat/token_trace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Random, so that two programs on one database do not meet. 0: none.
enum class ConversationId : std::int64_t {};
ConversationId newConversationId();

/// What happens when a prompt no longer fits the context.
enum class ContextPolicy { Stop, Slide, Ask };
std::string_view contextPolicyName(ContextPolicy policy);  // "stop", "slide", "ask"

struct ConversationInfo {
    ConversationId id{0};
    std::string title;
    bool title_is_automatic = true;
    std::string folder;          // "" : none
    bool pinned = false;
    std::string model;           // path of the set; "" : whatever is loaded
    std::string system_prompt;
    SamplingSettings sampling = defaultSampling();
    ContextPolicy context_policy = ContextPolicy::Ask;
    std::string draft;           // typed, not sent
    std::int64_t created_ms = 0;
    std::int64_t updated_ms = 0;
    std::int64_t message_count = 0;  // of all versions; computed by list()
};

struct StoredConversation {
    ConversationInfo info;
    MessageTree tree;
    /// Token probabilities of its answers, where they were recorded. They are large: load() leaves them out, see traces().
    std::map<MessageNumber, TokenTrace> traces;
};

struct SearchHit {
    ConversationId conversation{0};
    std::string title;
    MessageNumber message = kNoMessage;  // kNoMessage: the title matches
    /// Some words around the match; \x02 and \x03 stand around what matched.
    std::string excerpt;
};

/// A title from the first question: its first line without Markdown signs, at most about 48 characters.
std::string automaticTitle(std::string_view question);

/// One thread at a time; several stores (of several programs too) may be open on one file. Everything is durable when
/// its call returns: the database is in WAL mode and synced at each commit.
class ConversationStore {
public:
    /// Creates the file and its folder when missing, brings an older schema up to date. Unsupported: written by a newer
    /// version, left as it is. Corrupt: no database, or a damaged one.
    static Result<std::unique_ptr<ConversationStore>> open(const std::filesystem::path& path);
    ~ConversationStore();

    /// Pinned ones first, then the most recently changed. Without removed ones.
    Result<std::vector<ConversationInfo>> list() const;
    /// NotFound when there is none, or it was removed.
    Result<StoredConversation> load(ConversationId id) const;

    /// Creates or changes; `message_count` is not read.
    Result<void> saveInfo(const ConversationInfo& info);
    /// Creates or changes. NotFound when the conversation was never saved.
    Result<void> saveMessage(ConversationId id, const Message& message);
    /// Both for everything, and its traces, in one transaction: all or nothing.
    Result<void> saveAll(const StoredConversation& conversation);
    /// Takes messages out of view, to be put back by restoreMessages(), until purge().
    Result<void> removeMessages(ConversationId id, const std::vector<MessageNumber>& numbers);
    Result<void> restoreMessages(ConversationId id, const std::vector<MessageNumber>& numbers);
    Result<void> remove(ConversationId id);
    Result<void> restore(ConversationId id);
    /// Deletes what was removed, for good.
    Result<void> purge();

    /// Token probabilities of an answer; an empty trace takes them away. Kept as long as the message.
    Result<void> saveTrace(ConversationId id, MessageNumber number, const TokenTrace& trace);
    /// All of a conversation that have any. Damaged ones count as missing.
    Result<std::map<MessageNumber, TokenTrace>> traces(ConversationId id) const;

    /// Every word must occur (words may be unfinished), titles first, then messages, newest conversations first.
    Result<std::vector<SearchHit>> search(std::string_view words, int limit = 100) const;

    /// The user's own, by name; beside builtInPresets().
    Result<std::vector<SamplingSettings>> presets() const;
    Result<void> savePreset(const SamplingSettings& settings);
    Result<void> removePreset(std::string_view name);

private:
    struct Impl;
    explicit ConversationStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
