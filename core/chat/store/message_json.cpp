// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/message_json.h"

#include "core/base/ids.h"
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

// [[token, probability, begin, end, [[token, probability, text], …]], …]: there are hundreds per answer, so no names.
// Texts are tokens and may be parts of characters, which JSON cannot hold: they read U+FFFD afterwards.
std::string traceToJson(const TokenTrace& trace) {
    const auto rounded = [](float probability) { return std::round(double(probability) * 1e5) / 1e5; };
    Json list = Json::array();
    for (const TracedToken& at : trace.tokens) {
        Json others = Json::array();
        for (const TokenAlternative& other : at.alternatives)
            others.push_back(Json::array({toInt(other.id), rounded(other.probability), other.text}));
        list.push_back(Json::array({toInt(at.id), rounded(at.probability), at.begin, at.end, std::move(others)}));
    }
    return chat_json::dump(list);
}

namespace {

bool isNumbers(const Json& entry, std::size_t count) {
    if (!entry.is_array() || entry.size() <= count) return false;
    return std::all_of(entry.begin(), entry.begin() + static_cast<std::ptrdiff_t>(count), [](const Json& value) { return value.is_number(); });
}

std::uint32_t whole(const Json& number) {
    return static_cast<std::uint32_t>(std::clamp(number.get<double>(), 0.0, double(INT32_MAX)));
}

}  // namespace

TokenTrace traceFromJson(std::string_view text) {
    TokenTrace trace;
    const auto json = chat_json::parse(text);
    if (!json || !json->is_array()) return trace;
    std::uint32_t last = 0;
    for (const Json& entry : *json) {
        // A hole would shift everything behind it.
        if (!isNumbers(entry, 4)) return {};
        TracedToken traced;
        traced.id = TokenId{static_cast<std::int32_t>(whole(entry[0]))};
        traced.probability = static_cast<float>(std::clamp(entry[1].get<double>(), 0.0, 1.0));
        traced.begin = std::max(whole(entry[2]), last);
        traced.end = last = std::max(whole(entry[3]), traced.begin);
        for (const Json& other : entry[4])
            if (isNumbers(other, 2) && other[2].is_string())
                traced.alternatives.push_back({TokenId{static_cast<std::int32_t>(whole(other[0]))}, other[2].get<std::string>(),
                                               static_cast<float>(std::clamp(other[1].get<double>(), 0.0, 1.0))});
        trace.tokens.push_back(std::move(traced));
    }
    return trace;
}

}  // namespace tessera
