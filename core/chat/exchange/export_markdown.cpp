// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/exchange/export.h"

namespace tessera {

std::string toMarkdown(const StoredConversation& conversation, const ExportWords& words) {
    std::string text = "# " + conversation.info.title + "\n";
    if (!conversation.info.system_prompt.empty())
        text += "\n## " + words.system_prompt + "\n\n" + conversation.info.system_prompt + "\n";
    for (const MessageNumber number : conversation.tree.path()) {
        const Message& message = *conversation.tree.find(number);
        text += "\n## " + (message.role == MessageRole::User ? words.user : words.assistant) + "\n\n";
        text += promptText(message);
        if (!text.ends_with('\n')) text += '\n';
    }
    return text;
}

}  // namespace tessera
