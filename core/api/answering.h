// SPDX-License-Identifier: GPL-3.0-or-later
// One request on its way: what the generator says is taken apart and gathered, or streamed, to the client.
#pragma once

#include "core/api/completion_json.h"
#include "core/api/completion_request.h"
#include "core/chat/answer/answer_parser.h"
#include "core/serve/http_server.h"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// The reply that says what is wrong. Whoever is busy asks to be asked again.
void sendApiError(ServerReply& reply, const ApiError& error);
/// What went wrong in the model, as a client's mistake where it is one.
ApiError apiError(const Error& error);

/// Callbacks come on one thread.
class Answering {
public:
    /// `prompt_end`: where the answer begins; `opening`: what of it was written for the model.
    Answering(CompletionRequest request, std::shared_ptr<ServerReply> reply, CompletionWriter writer, const AnswerFormat& format,
              std::string_view prompt_end, std::string opening);

    /// The client has gone, or has what it wanted.
    std::stop_token stop() const { return m_stop.get_token(); }

    void token(const TracedToken& token);
    void text(std::string_view text);
    void end(const Result<GenerateResult>& result);

private:
    void open();
    void say(const std::vector<AnswerEvent>& events);
    void say(const AnswerEvent& event);
    void sayText(const std::string& text);
    void sayCall(const AnswerEvent& event);
    void finish(const GenerateResult& result);
    void write(const std::string& event);
    std::vector<TracedToken> tokens() { return std::exchange(m_tokens, {}); }

    const CompletionRequest m_request;
    const std::shared_ptr<ServerReply> m_reply;
    const CompletionWriter m_writer;
    const bool m_short_ids;
    const std::string m_opening;
    AnswerParser m_parser;
    ChatMessage m_message{"assistant", {}};  // so far
    std::vector<TracedToken> m_tokens;       // not sent yet
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_on_gone;
    bool m_open = false;
    bool m_thoughts_open = false;            // in the content
    bool m_enough = false;                   // one call was wanted, and is there
};

}  // namespace tessera
