// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/answering.h"

#include <algorithm>
#include <random>

namespace tessera {

namespace {

constexpr const char* kRetryAfter = "5";  // seconds

/// Nine letters and digits are what Mistral's templates take; all clients take both.
std::string randomCallId(bool is_short) {
    constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::random_device random;
    std::string id = is_short ? "" : "call_";
    for (int left = is_short ? 9 : 24; left > 0; --left) id += kCharacters[random() % kCharacters.size()];
    return id;
}

}  // namespace

void sendApiError(ServerReply& reply, const ApiError& error) {
    ReplyHead head{error.status, {{"content-type", "application/json"}}};
    if (error.code == "model_loading" || error.code == "overloaded") head.fields.emplace_back("retry-after", kRetryAfter);
    reply.send(std::move(head), errorJson(error.message, error.type, error.code, error.param));
}

ApiError apiError(const Error& error) {
    if (error.kind != ErrorKind::InvalidArgument) return {500, error.message, "server_error", std::string(errorKindName(error.kind)), {}};
    const bool too_long = error.message.find("context is full") != std::string::npos;
    return {400, error.message, "invalid_request_error", too_long ? "context_length_exceeded" : "invalid_value", {}};
}

Answering::Answering(CompletionRequest request, std::shared_ptr<ServerReply> reply, CompletionWriter writer, const AnswerFormat& format,
                     std::string_view prompt_end, std::string opening)
    : m_request(std::move(request)), m_reply(std::move(reply)), m_writer(std::move(writer)), m_short_ids(format.short_call_ids), m_opening(std::move(opening)),
      m_parser(format, {.calls = !m_request.inputs.tools.empty(), .tools = m_request.inputs.tools}),
      m_on_gone(m_reply->gone(), [this] { m_stop.request_stop(); }) {
    m_parser.beginAfter(prompt_end);
    if (m_request.echo) m_message.content = m_request.prompt;
}

void Answering::token(const TracedToken& token) {
    if (m_request.stream && !m_enough) m_tokens.push_back(token);
}

void Answering::text(std::string_view text) {
    open();
    if (m_request.kind == CompletionKind::Chat) say(m_parser.push(text));
    else sayText(std::string(text));
}

void Answering::end(const Result<GenerateResult>& result) {
    const bool cancelled = result && result->reason == StopReason::Cancelled && !m_enough;
    const bool nothing_sent = !m_open || !m_request.stream;
    if (!result && nothing_sent) return sendApiError(*m_reply, apiError(result.error()));
    if (!result) {
        const ApiError error = apiError(result.error());
        m_reply->write(CompletionWriter::event(errorJson(error.message, error.type, error.code)));
        return m_reply->finish();
    }
    if (cancelled && nothing_sent) return sendApiError(*m_reply, {503, "the answer was stopped", "server_error", "cancelled", {}});
    open();
    if (m_request.kind == CompletionKind::Chat) say(m_parser.finish());
    GenerateResult ended = *result;
    if (m_enough) ended.reason = StopReason::EndOfGeneration;
    finish(ended);
}

void Answering::finish(const GenerateResult& result) {
    if (!m_request.stream) return m_reply->send({200, {{"content-type", "application/json"}}}, m_writer.whole(result, m_message));
    if (!m_tokens.empty()) m_reply->write(m_writer.piece({}, tokens()));
    m_reply->write(m_writer.ending(result.reason, !m_message.tool_calls.empty()));
    if (m_request.include_usage) m_reply->write(m_writer.usage(result));
    m_reply->write(CompletionWriter::done());
    m_reply->finish();
}

void Answering::open() {
    if (std::exchange(m_open, true)) return;
    if (m_request.stream) {
        m_reply->begin({200, {{"content-type", "text/event-stream"}, {"cache-control", "no-store"}, {"x-accel-buffering", "no"}}});
        m_reply->write(m_writer.opening());
        if (m_request.echo) m_reply->write(m_writer.piece(m_request.prompt, {}));
    }
    if (m_request.kind == CompletionKind::Chat) say(m_parser.push(m_opening));
}

void Answering::write(const std::string& event) {
    if (m_request.stream) m_reply->write(event);
}

void Answering::say(const std::vector<AnswerEvent>& events) {
    for (const AnswerEvent& event : events)
        if (!m_enough) say(event);
}

void Answering::say(const AnswerEvent& event) {
    using Kind = AnswerEvent::Kind;
    switch (event.kind) {
        case Kind::Text: return sayText(event.text);
        case Kind::Reasoning:
            if (m_request.reasoning_in_content) return sayText((std::exchange(m_thoughts_open, true) ? "" : "<think>\n") + event.text);
            m_message.reasoning += event.text;
            return write(m_writer.reasoning(event.text, tokens()));
        case Kind::ReasoningEnd:
            if (std::exchange(m_thoughts_open, false)) sayText("\n</think>\n\n");
            return;
        case Kind::Call: return sayCall(event);
        case Kind::Arguments:
            m_message.tool_calls.back().arguments += event.text;
            return write(m_writer.arguments(m_message.tool_calls.size() - 1, event.text, tokens()));
        case Kind::CallEnd: return;
    }
}

void Answering::sayText(const std::string& text) {
    m_message.content += text;
    write(m_writer.piece(text, tokens()));
}

void Answering::sayCall(const AnswerEvent& event) {
    if (!m_request.parallel_tool_calls && !m_message.tool_calls.empty()) {
        m_enough = true;
        m_stop.request_stop();
        return;
    }
    m_message.tool_calls.push_back({randomCallId(m_short_ids), event.text, {}});
    write(m_writer.call(m_message.tool_calls.size() - 1, m_message.tool_calls.back(), tokens()));
}

}  // namespace tessera
