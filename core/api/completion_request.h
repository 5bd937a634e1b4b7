// SPDX-License-Identifier: GPL-3.0-or-later
// What a client of OpenAI's API asks for (platform.openai.com/docs/api-reference: chat/create, completions/create),
// read and checked. What is not offered is refused by name rather than ignored.
#pragma once

#include "core/chat/generator.h"
#include "core/tokenizer/chat_template.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// As {"error": …} tells it.
struct ApiError {
    int status = 400;
    std::string message;
    std::string type = "invalid_request_error";
    std::string code = "invalid_value";
    std::string param = {};   // the field that is wrong
};
template <class T>
using ApiResult = tl::expected<T, ApiError>;

enum class CompletionKind { Chat, Text };

struct ToolChoice {
    enum class Kind { None, Auto, Required, Named };
    Kind kind = Kind::Auto;
    std::string name = {};
};

struct CompletionRequest {
    CompletionKind kind = CompletionKind::Chat;
    std::string model;
    std::vector<ChatMessage> messages;   // of a chat
    std::string prompt;                  // of a text,
    std::vector<TokenId> prompt_tokens;  // or as tokens
    GenerateOptions options;             // alternatives > 0 when log probabilities are asked for
    int top_logprobs = 0;                // how many of the alternatives are shown
    bool logprobs = false;
    bool echo = false;
    bool stream = false;
    bool include_usage = false;
    // Of a chat
    TemplateInputs inputs;                             // with the tools, none when the choice is none
    ToolChoice tool_choice;
    bool parallel_tool_calls = true;
    std::optional<std::string> json_schema = {};       // the answer's text is JSON; "" : any object
    bool reasoning_in_content = false;                 // thoughts stay in the text, between <think> tags
};

/// Sampling options that the request leaves out are those of `defaults`.
ApiResult<CompletionRequest> parseCompletionRequest(CompletionKind kind, std::string_view json, const GenerateOptions& defaults);

}  // namespace tessera
