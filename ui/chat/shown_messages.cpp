// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/shown_messages.h"

#include "ui/chat/chat_controller.h"

namespace tessera::ui {

ShownMessage shownMessage(const ChatController& controller, MessageNumber number) {
    const OpenChat& chat = controller.chat();
    const Message& message = *chat.stored.tree.find(number);
    const Versions versions = chat.stored.tree.versions(number);
    ShownMessage shown;
    shown.number = number;
    shown.role = message.role;
    shown.text = QString::fromStdString(message.text);
    for (const Attachment& file : message.attachments) shown.attachments.append(QString::fromStdString(file.name));
    shown.facts = message.facts;
    shown.version = static_cast<int>(versions.index) + 1;
    shown.versions = static_cast<int>(versions.numbers.size());
    if (number == controller.runningNumber()) {
        shown.streaming = true;
        shown.status = controller.phaseText();
        return shown;
    }
    if (const auto trace = chat.traces.find(number); trace != chat.traces.end()) shown.trace = trace->second;
    if (const auto error = chat.errors.find(number); error != chat.errors.end()) {
        shown.status = error->second;
        shown.failed = true;
    } else if (message.role == MessageRole::Assistant) {
        shown.status = stopText(message.facts);
    }
    return shown;
}

std::vector<ShownMessage> shownMessages(const ChatController& controller) {
    std::vector<ShownMessage> messages;
    for (const MessageNumber number : controller.tree().path()) messages.push_back(shownMessage(controller, number));
    return messages;
}

}  // namespace tessera::ui
