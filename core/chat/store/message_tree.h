// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as a tree of versions: an edit or a new answer stands beside the old one, nothing is overwritten.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Of a message within its conversation, from 1; parents have lower numbers than their children; never used twice.
enum class MessageNumber : std::int32_t {};
inline constexpr MessageNumber kNoMessage{0};

enum class MessageRole { User, Assistant };
std::string_view roleName(MessageRole role);  // "user", "assistant"

/// A text file that was sent along.
struct Attachment {
    std::string name;
    std::string text;
    bool operator==(const Attachment&) const = default;
};

/// How an answer came about; zeros and empty texts when unknown (imports).
struct AnswerFacts {
    std::string model;
    std::string stop_reason;  // stopReasonName(), or "" while it is being written
    std::uint32_t tokens = 0;
    std::uint32_t prompt_tokens = 0;
    double tokens_per_second = 0;
    double first_token_seconds = 0;
    bool operator==(const AnswerFacts&) const = default;
};

struct Message {
    MessageNumber number = kNoMessage;
    MessageNumber parent = kNoMessage;  // kNoMessage: a first message
    MessageRole role = MessageRole::User;
    std::string text;
    std::int64_t created_ms = 0;        // since 1970, UTC
    std::int64_t chosen = 0;            // of several versions the one with the greatest number is shown
    std::vector<Attachment> attachments;
    AnswerFacts facts;
    bool operator==(const Message&) const = default;
};

/// What the model reads of a message: its text with the attached files before it.
std::string promptText(const Message& message);

/// Where a message stands among its versions: `numbers[index]` is the message itself.
struct Versions {
    std::vector<MessageNumber> numbers;
    std::size_t index = 0;
};

/// A value; one thread at a time.
class MessageTree {
public:
    /// Adds a message below `parent` (kNoMessage: a first one) and chooses it. InvalidArgument when there is no such
    /// parent, or the limits on messages and their size are reached.
    Result<MessageNumber> add(MessageNumber parent, MessageRole role, std::string text, std::int64_t created_ms);
    /// Puts in a message that has its number already (storage, imports). Corrupt when the number is taken or not
    /// positive, or its parent is missing or has no lower number.
    Result<void> insert(Message message);

    /// New messages get greater numbers: for messages that are kept elsewhere (deleted, but with an undo).
    void neverUseUpTo(MessageNumber number);

    const Message* find(MessageNumber number) const;
    /// For changes of text, facts and attachments; number, parent and chosen stay as they are.
    Message* edit(MessageNumber number);
    std::size_t size() const { return m_messages.size(); }
    bool empty() const { return m_messages.empty(); }
    /// All, by number.
    const std::map<MessageNumber, Message>& messages() const { return m_messages; }

    /// From the first message to the last one shown.
    std::vector<MessageNumber> path() const;
    /// The last one shown; kNoMessage when empty.
    MessageNumber leaf() const;
    /// From the first message to this one.
    std::vector<MessageNumber> pathTo(MessageNumber number) const;
    /// Messages of the same role with the same parent. Empty when there is no such message.
    Versions versions(MessageNumber number) const;
    /// Shows this version; false when there is no such message.
    bool choose(MessageNumber number);

    /// Takes out a message and everything below it, by number; empty when there is no such message. insert() puts them
    /// back, in this order.
    std::vector<Message> take(MessageNumber number);

private:
    std::vector<MessageNumber> children(MessageNumber parent) const;
    MessageNumber chosenChild(MessageNumber parent) const;

    std::map<MessageNumber, Message> m_messages;
    std::map<MessageNumber, std::vector<MessageNumber>> m_children;
    std::int32_t m_last_number = 0;
    std::int64_t m_last_chosen = 0;
};

}  // namespace tessera
