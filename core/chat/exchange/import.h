// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations from our own and other programs' files. Every byte is hostile: limits hold, and what cannot be read is
// told, not guessed.
#pragma once

#include "core/base/operation.h"
#include "core/chat/store/conversation_store.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tessera {

enum class ImportFormat { Tessera, LmStudio, Jan, Gpt4All, ChatGpt };
std::string_view importFormatName(ImportFormat format);  // "Tessera", "LM Studio", "Jan", "GPT4All", "ChatGPT"

struct ImportResult {
    ImportFormat format = ImportFormat::Tessera;
    std::vector<StoredConversation> conversations;  // with new ids; at least one
    std::vector<std::string> warnings;              // one sentence for each thing left out
};

/// The program is found by the content. `path` is a file:
///  - ours: the JSON of toJson()
///  - LM Studio: `*.conversation.json` of its conversations folder; versions become versions
///  - Jan: `messages.jsonl` of a thread, or its `thread.json` (both are read when both are there)
///  - GPT4All: `gpt4all-*.chat`, versions 1–12 of its format
///  - ChatGPT: `conversations.json` of its data export; edits become versions
/// Unsupported: none of these. Corrupt: one of these, but damaged. InvalidArgument: over a limit, or without messages.
Result<ImportResult> importConversations(const std::filesystem::path& path, const Operation& operation);

}  // namespace tessera
