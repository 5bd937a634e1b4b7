// SPDX-License-Identifier: GPL-3.0-or-later
// GPT4All keeps one binary file per chat, written with QDataStream: magic, version (1–12), date, id, name, user name,
// model, document collections, until version 10 the state of the model, then the chat's items. The layout is that of
// gpt4all-chat/src/{chatlistmodel,chat,chatllm,chatmodel}.cpp.
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/exchange/importer.h"
#include "core/chat/exchange/qt_stream.h"

namespace tessera {

namespace {

constexpr int kMaxVersion = 12;
constexpr int kMaxItemDepth = 16;

struct Item {
    std::string name;   // "Prompt: ", "Response: ", …
    std::string text;   // of a response with its parts
    std::vector<Attachment> attachments;
};

void skipStrings(QtStream& in, std::size_t count) {
    for (std::size_t i = 0; i < count && in.ok(); ++i) in.skipString();
}

void skipStringList(QtStream& in) { skipStrings(in, in.count(in.u32())); }

/// Until version 10 the model's state stands before the items; none of it is wanted.
void skipModelState(QtStream& in, int version) {
    if (version >= 11) return;
    const bool has_cache = version >= 6 ? in.boolean() : true;
    if (version >= 2) in.skip(8);          // model type, state version
    skipStrings(in, 2);                    // last response, name response
    in.skip(4);                            // token count
    if (!has_cache) return;
    if (version < 4) in.skip(4);           // logits of the response
    in.skip(4);                            // tokens in the past
    if (version >= 7) in.skip(4);          // context size
    if (version < 9) in.skip(in.count(in.u64()) * std::uint64_t{4});
    in.skip(in.count(in.u64()) * std::uint64_t{4});
    (void)in.byteArray();
}

/// A QVariant of the types that a tool's parameters have.
void skipVariant(QtStream& in) {
    const std::uint32_t type = in.u32();
    const bool null = in.boolean();
    (void)null;
    switch (type) {
        case 0: case 51: return;                        // invalid (an empty string follows below), nullptr
        case 1: in.skip(1); return;                     // bool
        case 2: case 3: in.skip(4); return;             // int, unsigned
        case 4: case 5: case 6: in.skip(8); return;     // 64 bit, double
        case 10: in.skipString(); return;
        default: in.fail();
    }
}

void skipToolCall(QtStream& in) {
    in.skipString();
    const std::size_t parameters = in.count(in.u64());
    for (std::size_t i = 0; i < parameters && in.ok(); ++i) {
        in.skipString();
        in.skip(4);
        skipVariant(in);
    }
    in.skipString();
    in.skip(4);
    in.skipString();
}

std::string thinking(std::string text) {
    return text.starts_with("<think>") ? text : "<think>" + text + "</think>";
}

/// Parts of an answer (version 12): text, thinking, tool calls, nested. Their own parts come before their own value.
std::string readPart(QtStream& in, int depth) {
    if (depth > kMaxItemDepth) in.fail();
    const std::string name = in.string();
    std::string value = in.string();
    if (name == "Think: ") {
        in.skip(4);
        value = thinking(std::move(value));
    } else if (name == "ToolCall: ") {
        skipToolCall(in);
    } else if (name == "ToolResponse: ") {
        value.clear();  // what a tool told the model is not shown there either
    } else if (name != "Response: " && name != "Text: ") {
        in.fail();
    }
    std::string text;
    const std::size_t parts = in.count(in.u64());
    for (std::size_t i = 0; i < parts && in.ok(); ++i) text += readPart(in, depth + 1);
    return text + value;
}

void skipSources(QtStream& in, int version) {
    if (version >= 8) {
        const std::size_t sources = in.count(in.u64());
        for (std::size_t i = 0; i < sources && in.ok(); ++i) {
            skipStrings(in, 7);
            in.skip(12);
        }
    } else if (version >= 3) {
        in.skipString();
        skipStringList(in);
    }
}

std::vector<Attachment> readAttachments(QtStream& in) {
    std::vector<Attachment> attachments;
    const std::size_t files = in.count(in.u64());
    for (std::size_t i = 0; i < files && in.ok(); ++i) {
        const std::string url = in.byteArray();
        std::string content = in.byteArray();
        if (attachments.size() == limits::kMaxAttachments || content.size() > limits::kMaxAttachmentBytes) continue;
        attachments.push_back({truncateUtf8(toValidUtf8(url.substr(url.rfind('/') + 1)), limits::kMaxTitleBytes),
                               toValidUtf8(content)});
    }
    return attachments;
}

Item readItem(QtStream& in, int version) {
    Item item;
    if (version < 12) in.skip(4);  // id
    item.name = in.string();
    const std::string value = in.string();
    if (version < 10) in.skipString();
    in.skipString();               // response given to the data lake
    in.skip(4);                    // current, stopped, thumbs up, thumbs down
    if (version >= 11 && item.name == "Response: ") in.skip(1);  // error
    skipSources(in, version);
    if (version >= 10) item.attachments = readAttachments(in);
    if (version >= 12) {
        const std::size_t parts = in.count(in.u64());
        for (std::size_t i = 0; i < parts && in.ok(); ++i) item.text += readPart(in, 0);
    }
    item.text += value;
    return item;
}

void addItem(const Item& item, const std::string& model, MessageNumber& parent, StoredConversation& conversation,
             ImportResult& result) {
    const bool user = item.name == "Prompt: ";
    const MessageNumber number = addImported(conversation, result, parent, user ? MessageRole::User : MessageRole::Assistant,
                                             item.text, 0, user ? "" : model);
    if (number == kNoMessage) return;
    conversation.tree.edit(number)->attachments = item.attachments;
    parent = number;
}

}  // namespace

Result<void> importGpt4All(std::span<const std::byte> bytes, ImportResult& result) {
    QtStream in(bytes);
    in.skip(4);
    const std::int32_t version = in.i32();
    if (version < 1 || version > kMaxVersion)
        return fail(ErrorKind::Unsupported, format("a GPT4All chat of version {}; versions 1 to {} are read", version, kMaxVersion));
    const std::int64_t created = in.i64();
    in.skipString();  // id
    const std::string title = in.string();
    in.skipString();  // user name
    const std::string model = in.string();
    if (version >= 3) skipStringList(in);
    skipModelState(in, version);
    StoredConversation conversation = importedConversation(title, toMilliseconds(static_cast<double>(created)), 0);
    const std::size_t items = in.count(in.u32());
    MessageNumber parent = kNoMessage;
    for (std::size_t i = 0; i < items && in.ok(); ++i) {
        const Item item = readItem(in, version);
        if (!in.ok()) break;
        if (item.name == "Prompt: " || item.name == "Response: ")
            addItem(item, model, parent, conversation, result);
        else if (item.name == "System: ")
            conversation.info.system_prompt = truncateUtf8(item.text, limits::kMaxMessageBytes);
        else
            in.fail();
    }
    if (!in.ok() && conversation.tree.empty())
        return fail(ErrorKind::Corrupt, "the GPT4All chat ends in the middle or is damaged");
    if (!in.ok()) warn(result, format("\"{}\" is damaged: only its first {} messages were read", title, conversation.tree.size()));
    finishImported(std::move(conversation), result);
    return {};
}

}  // namespace tessera
