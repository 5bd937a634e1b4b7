// SPDX-License-Identifier: GPL-3.0-or-later
// What the importers share. Include from .cpp files of core/chat/exchange only.
#pragma once

#include "core/chat/exchange/import.h"
#include "core/chat/store/json_reader.h"

namespace tessera {

/// Each reads the parsed file; checking the stop token and the limit on conversations is part of it.
Result<void> importTessera(const chat_json::Json& json, ImportResult& result, const Operation& operation);
Result<void> importLmStudio(const chat_json::Json& json, ImportResult& result);
Result<void> importChatGpt(const chat_json::Json& json, ImportResult& result, const Operation& operation);
/// `messages`: the text of messages.jsonl; `thread`: the parsed thread.json or null.
Result<void> importJan(std::string_view messages, const chat_json::Json& thread, ImportResult& result,
                       const Operation& operation);
Result<void> importGpt4All(std::span<const std::byte> bytes, ImportResult& result);

/// A conversation to be filled: new id, times, a title cut to the limit.
StoredConversation importedConversation(std::string title, std::int64_t created_ms, std::int64_t updated_ms);
/// Adds below `parent`; a message that is over a limit becomes a warning and kNoMessage.
MessageNumber addImported(StoredConversation& conversation, ImportResult& result, MessageNumber parent, MessageRole role,
                          std::string text, std::int64_t created_ms, std::string model = {});
/// Puts it to the result unless it has no messages; a title is made when there is none.
void finishImported(StoredConversation conversation, ImportResult& result);
/// Warnings of a broken file could be as many as its lines: after some the rest is counted by nobody.
void warn(ImportResult& result, std::string sentence);

/// Seconds or milliseconds since 1970 as others write them → milliseconds.
std::int64_t toMilliseconds(double time);
/// Whitespace at both ends taken away.
std::string trimmed(std::string_view text);

}  // namespace tessera
