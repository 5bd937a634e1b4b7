// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations as text for others. Pure functions; any thread.
#pragma once

#include "core/chat/store/conversation_store.h"

#include <span>
#include <string>
#include <string_view>

namespace tessera {

/// Words of a document that the user's language decides.
struct ExportWords {
    std::string user = "You";
    std::string assistant = "Assistant";
    std::string system_prompt = "System prompt";
};

/// The versions on view, as one Markdown document. What the messages hold is not changed.
std::string toMarkdown(const StoredConversation& conversation, const ExportWords& words = {});

/// The same as one page of HTML: everything escaped, no script, nothing loaded from anywhere.
std::string toHtml(const StoredConversation& conversation, const ExportWords& words = {});

/// Everything, all versions and the traces that were read, in this project's own format (`"format": "tessera-conversations"`), which importConversations()
/// reads back the same but for the ids.
std::string toJson(std::span<const StoredConversation> conversations);

}  // namespace tessera
