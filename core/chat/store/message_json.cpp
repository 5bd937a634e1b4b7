// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/message_json.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/chat/store/json_reader.h"

#include <algorithm>
#include <cmath>

namespace tessera {

using chat_json::Json;

namespace {

std::uint32_t count(const Json& json, std::string_view key) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(chat_json::integer(json, key), 0, 1'000'000'000));
}

double seconds(const Json& json, std::string_view key) {
    const double value = chat_json::number(json, key);
    return std::isfinite(value) && value > 0 && value < 1e9 ? value : 0;
}

}  // namespace

std::string factsToJson(const AnswerFacts& facts) {
    if (facts == AnswerFacts{}) return {};
    return chat_json::dump({{"model", facts.model},
                            {"stop", facts.stop_reason},
                            {"tokens", facts.tokens},
                            {"prompt_tokens", facts.prompt_tokens},
                            {"tokens_per_second", facts.tokens_per_second},
                            {"first_token_seconds", facts.first_token_seconds}});
}

AnswerFacts factsFromJson(std::string_view text) {
    AnswerFacts facts;
    if (text.empty()) return facts;
    const auto json = chat_json::parse(text);
    if (!json) return facts;
    facts.model = truncateUtf8(chat_json::text(*json, "model"), limits::kMaxTitleBytes);
    facts.stop_reason = truncateUtf8(chat_json::text(*json, "stop"), 40);
    facts.tokens = count(*json, "tokens");
    facts.prompt_tokens = count(*json, "prompt_tokens");
    facts.tokens_per_second = seconds(*json, "tokens_per_second");
    facts.first_token_seconds = seconds(*json, "first_token_seconds");
    return facts;
}

std::string attachmentsToJson(const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return {};
    Json list = Json::array();
    for (const Attachment& file : attachments) list.push_back({{"name", file.name}, {"text", file.text}});
    return chat_json::dump(list);
}

std::vector<Attachment> attachmentsFromJson(std::string_view text) {
    std::vector<Attachment> attachments;
    if (text.empty()) return attachments;
    const auto json = chat_json::parse(text);
    if (!json || !json->is_array()) return attachments;
    for (const Json& entry : *json) {
        if (attachments.size() == limits::kMaxAttachments) break;
        Attachment file{truncateUtf8(chat_json::text(entry, "name"), limits::kMaxTitleBytes),
                        chat_json::text(entry, "text")};
        if (file.text.size() <= limits::kMaxAttachmentBytes) attachments.push_back(std::move(file));
    }
    return attachments;
}

}  // namespace tessera
