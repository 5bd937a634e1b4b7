// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/completion_json.h"

#include "core/base/format.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

namespace tessera {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kImpossible = -9999.0;  // OpenAI's own figure for what JSON cannot say

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string randomId() {
    std::random_device random;
    return format("{:08x}{:08x}{:08x}", random(), random(), random());
}

double logOf(float probability) { return probability > 0 ? std::log(static_cast<double>(probability)) : kImpossible; }

Json bytesOf(std::string_view text) {
    Json bytes = Json::array();
    for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
    return bytes;
}

Json chatToken(std::string_view text, float probability) { return {{"token", text}, {"logprob", logOf(probability)}, {"bytes", bytesOf(text)}}; }

Json chatLogprobs(std::span<const TracedToken> tokens, int most, const Tokenizer& tokenizer) {
    Json content = Json::array();
    for (const TracedToken& token : tokens) {
        Json one = chatToken(tokenizer.piece(token.id), token.probability);
        one["top_logprobs"] = Json::array();
        for (std::size_t i = 0; i < std::min(token.alternatives.size(), static_cast<std::size_t>(most)); ++i)
            one["top_logprobs"].push_back(chatToken(token.alternatives[i].text, token.alternatives[i].probability));
        content.push_back(std::move(one));
    }
    return {{"content", content}, {"refusal", nullptr}};
}

Json textLogprobs(std::span<const TracedToken> tokens, int most, const Tokenizer& tokenizer) {
    Json names = Json::array(), values = Json::array(), tops = Json::array(), offsets = Json::array();
    for (const TracedToken& token : tokens) {
        names.push_back(tokenizer.piece(token.id));
        values.push_back(logOf(token.probability));
        offsets.push_back(token.begin);
        Json top = Json::object();
        for (std::size_t i = 0; i < std::min(token.alternatives.size(), static_cast<std::size_t>(most)); ++i) top[token.alternatives[i].text] = logOf(token.alternatives[i].probability);
        tops.push_back(std::move(top));
    }
    return {{"tokens", names}, {"token_logprobs", values}, {"top_logprobs", tops}, {"text_offset", offsets}};
}

const char* finishReason(StopReason reason, bool calls) {
    switch (reason) {
        case StopReason::EndOfGeneration:
        case StopReason::StopString: return calls ? "tool_calls" : "stop";
        case StopReason::MaxTokens:
        case StopReason::ContextFull:
        case StopReason::Cancelled: return "length";
    }
    return "stop";
}

Json callJson(const ToolCall& call) { return {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}}; }

Json messageJson(const ChatMessage& message) {
    Json json{{"role", "assistant"}, {"content", message.content}, {"refusal", nullptr}};
    if (message.content.empty() && !message.tool_calls.empty()) json["content"] = nullptr;
    if (!message.reasoning.empty()) json["reasoning_content"] = message.reasoning;
    if (!message.tool_calls.empty()) {
        json["tool_calls"] = Json::array();
        for (const ToolCall& call : message.tool_calls) json["tool_calls"].push_back(callJson(call));
    }
    return json;
}

Json usageOf(const GenerateResult& result) {
    return {{"prompt_tokens", result.prompt_tokens},
            {"completion_tokens", result.tokens.size()},
            {"total_tokens", result.prompt_tokens + result.tokens.size()},
            {"prompt_tokens_details", {{"cached_tokens", result.reused_tokens}}}};
}

}  // namespace

CompletionWriter::CompletionWriter(CompletionKind kind, std::string model, bool logprobs, int top_logprobs, const Tokenizer& tokenizer)
    : m_kind(kind), m_id((kind == CompletionKind::Chat ? "chatcmpl-" : "cmpl-") + randomId()), m_model(std::move(model)),
      m_created(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()),
      m_logprobs(logprobs), m_top_logprobs(top_logprobs), m_tokenizer(tokenizer) {}

/// The objects that answers are made of.
struct CompletionWriter::Parts {
    const CompletionWriter& writer;

    Json frame(const char* object, Json choices) const {
        return {{"id", writer.m_id}, {"object", object}, {"created", writer.m_created}, {"model", writer.m_model}, {"choices", std::move(choices)}};
    }
    Json logprobs(std::span<const TracedToken> tokens) const {
        if (!writer.m_logprobs) return nullptr;
        return writer.m_kind == CompletionKind::Chat ? chatLogprobs(tokens, writer.m_top_logprobs, writer.m_tokenizer)
                                                     : textLogprobs(tokens, writer.m_top_logprobs, writer.m_tokenizer);
    }
    Json chunk(Json content, Json logprobs, Json finish) const {
        Json choice{{"index", 0}};
        choice[writer.m_kind == CompletionKind::Chat ? "delta" : "text"] = std::move(content);
        choice["logprobs"] = std::move(logprobs);
        choice["finish_reason"] = std::move(finish);
        return frame(writer.m_kind == CompletionKind::Chat ? "chat.completion.chunk" : "text_completion", Json::array({choice}));
    }
    std::string delta(Json content, std::span<const TracedToken> tokens) const { return event(dumped(chunk(std::move(content), logprobs(tokens), nullptr))); }
    Json content(std::string_view text) const {
        if (writer.m_kind == CompletionKind::Text) return text;
        return text.empty() ? Json::object() : Json{{"content", text}};
    }
};

std::string CompletionWriter::whole(const GenerateResult& result, const ChatMessage& message) const {
    const Parts parts{*this};
    Json choice{{"index", 0}};
    if (m_kind == CompletionKind::Chat) choice["message"] = messageJson(message);
    else choice["text"] = message.content;
    choice["logprobs"] = parts.logprobs(result.trace.tokens);
    choice["finish_reason"] = finishReason(result.reason, !message.tool_calls.empty());
    Json answer = parts.frame(m_kind == CompletionKind::Chat ? "chat.completion" : "text_completion", Json::array({choice}));
    answer["usage"] = usageOf(result);
    return dumped(answer);
}

std::string CompletionWriter::event(std::string_view json) { return format("data: {}\n\n", json); }

std::string CompletionWriter::opening() const {
    if (m_kind == CompletionKind::Text) return {};
    return event(dumped(Parts{*this}.chunk({{"role", "assistant"}, {"content", ""}}, nullptr, nullptr)));
}

std::string CompletionWriter::piece(std::string_view text, std::span<const TracedToken> tokens) const {
    const Parts parts{*this};
    return parts.delta(parts.content(text), tokens);
}

std::string CompletionWriter::reasoning(std::string_view text, std::span<const TracedToken> tokens) const {
    return Parts{*this}.delta({{"reasoning_content", text}}, tokens);
}

std::string CompletionWriter::call(std::size_t index, const ToolCall& call, std::span<const TracedToken> tokens) const {
    Json one = callJson(call);
    one["index"] = index;
    return Parts{*this}.delta({{"tool_calls", Json::array({one})}}, tokens);
}

std::string CompletionWriter::arguments(std::size_t index, std::string_view json, std::span<const TracedToken> tokens) const {
    const Json one{{"index", index}, {"function", {{"arguments", json}}}};
    return Parts{*this}.delta({{"tool_calls", Json::array({one})}}, tokens);
}

std::string CompletionWriter::ending(StopReason reason, bool calls) const {
    const Parts parts{*this};
    return event(dumped(parts.chunk(parts.content(""), nullptr, finishReason(reason, calls))));
}

std::string CompletionWriter::usage(const GenerateResult& result) const {
    Json chunk = Parts{*this}.frame(m_kind == CompletionKind::Chat ? "chat.completion.chunk" : "text_completion", Json::array());
    chunk["usage"] = usageOf(result);
    return event(dumped(chunk));
}

}  // namespace tessera
