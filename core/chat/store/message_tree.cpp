// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/message_tree.h"

#include "core/base/format.h"
#include "core/base/ids.h"
#include "core/base/limits.h"

#include <algorithm>

namespace tessera {

std::string_view roleName(MessageRole role) { return role == MessageRole::User ? "user" : "assistant"; }

namespace {

/// A fence longer than any run of backticks in the text, so that a file cannot end it.
std::string fenceFor(std::string_view text) {
    std::size_t longest = 2, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::string(longest + 1, '`');
}

}  // namespace

std::string promptText(const Message& message) {
    std::string text;
    for (const Attachment& file : message.attachments) {
        const std::string fence = fenceFor(file.text);
        text += format("File {}:\n{}\n{}{}{}\n\n", file.name, fence, file.text, file.text.ends_with('\n') ? "" : "\n", fence);
    }
    return text + message.text;
}

Result<MessageNumber> MessageTree::add(MessageNumber parent, MessageRole role, std::string text,
                                       std::int64_t created_ms) {
    if (parent != kNoMessage && find(parent) == nullptr)
        return fail(ErrorKind::InvalidArgument, format("there is no message {} to answer", toInt(parent)));
    Message message;
    message.number = MessageNumber{m_last_number + 1};
    message.parent = parent;
    message.role = role;
    message.text = std::move(text);
    message.created_ms = created_ms;
    message.chosen = m_last_chosen + 1;
    const MessageNumber number = message.number;
    if (auto inserted = insert(std::move(message)); !inserted)
        return fail(ErrorKind::InvalidArgument, std::move(inserted).error().message);
    return number;
}

Result<void> MessageTree::insert(Message message) {
    const MessageNumber number = message.number;
    if (toInt(number) <= 0 || m_messages.contains(number))
        return fail(ErrorKind::Corrupt, format("message number {} is taken or not positive", toInt(number)));
    if (message.parent != kNoMessage && (message.parent >= number || !m_messages.contains(message.parent)))
        return fail(ErrorKind::Corrupt,
                    format("message {} answers message {}, which is not before it", toInt(number), toInt(message.parent)));
    if (m_messages.size() >= limits::kMaxConversationMessages)
        return fail(ErrorKind::Corrupt, format("more than {} messages in one conversation; start a new chat",
                                               limits::kMaxConversationMessages));
    if (message.text.size() > limits::kMaxMessageBytes)
        return fail(ErrorKind::Corrupt, format("message {} has {}, at most {} are kept", toInt(number),
                                               formatBytes(message.text.size()), formatBytes(limits::kMaxMessageBytes)));
    auto& siblings = m_children[message.parent];
    siblings.insert(std::upper_bound(siblings.begin(), siblings.end(), number), number);
    m_last_number = std::max(m_last_number, toInt(number));
    m_last_chosen = std::max(m_last_chosen, message.chosen);
    m_messages.emplace(number, std::move(message));
    return {};
}

void MessageTree::neverUseUpTo(MessageNumber number) { m_last_number = std::max(m_last_number, toInt(number)); }

const Message* MessageTree::find(MessageNumber number) const {
    const auto found = m_messages.find(number);
    return found == m_messages.end() ? nullptr : &found->second;
}

Message* MessageTree::edit(MessageNumber number) {
    const auto found = m_messages.find(number);
    return found == m_messages.end() ? nullptr : &found->second;
}

std::vector<MessageNumber> MessageTree::children(MessageNumber parent) const {
    const auto found = m_children.find(parent);
    return found == m_children.end() ? std::vector<MessageNumber>{} : found->second;
}

MessageNumber MessageTree::chosenChild(MessageNumber parent) const {
    const auto found = m_children.find(parent);
    if (found == m_children.end() || found->second.empty()) return kNoMessage;
    return *std::ranges::max_element(found->second, {}, [this](MessageNumber number) {
        return std::pair(find(number)->chosen, number);
    });
}

std::vector<MessageNumber> MessageTree::path() const {
    std::vector<MessageNumber> numbers;
    for (MessageNumber at = chosenChild(kNoMessage); at != kNoMessage; at = chosenChild(at)) numbers.push_back(at);
    return numbers;
}

MessageNumber MessageTree::leaf() const {
    MessageNumber last = kNoMessage;
    for (MessageNumber at = chosenChild(kNoMessage); at != kNoMessage; at = chosenChild(at)) last = at;
    return last;
}

std::vector<MessageNumber> MessageTree::pathTo(MessageNumber number) const {
    std::vector<MessageNumber> numbers;
    for (const Message* at = find(number); at != nullptr; at = find(at->parent)) numbers.push_back(at->number);
    std::ranges::reverse(numbers);
    return numbers;
}

Versions MessageTree::versions(MessageNumber number) const {
    Versions versions;
    const Message* message = find(number);
    if (message == nullptr) return versions;
    for (const MessageNumber sibling : children(message->parent)) {
        if (find(sibling)->role != message->role) continue;
        if (sibling == number) versions.index = versions.numbers.size();
        versions.numbers.push_back(sibling);
    }
    return versions;
}

bool MessageTree::choose(MessageNumber number) {
    Message* message = edit(number);
    if (message == nullptr) return false;
    message->chosen = ++m_last_chosen;
    return true;
}

std::vector<Message> MessageTree::take(MessageNumber number) {
    std::vector<Message> taken;
    const Message* root = find(number);
    if (root == nullptr) return taken;
    std::erase(m_children[root->parent], number);
    std::vector<MessageNumber> open{number};
    while (!open.empty()) {
        const MessageNumber at = open.back();
        open.pop_back();
        for (const MessageNumber child : children(at)) open.push_back(child);
        m_children.erase(at);
        taken.push_back(std::move(m_messages.extract(at).mapped()));
    }
    std::ranges::sort(taken, {}, &Message::number);
    return taken;
}

}  // namespace tessera
