// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/completion_request.h"

#include "core/api/tool_fields.h"
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace tessera {

namespace {

using Json = nlohmann::json;

constexpr int kMostAlternatives = 20;
constexpr std::size_t kMostStops = 16;
constexpr std::size_t kMostBiases = 1024;
constexpr int kLegacyMaxTokens = 16;  // what OpenAI's /v1/completions does when nothing is said

/// Fields of the request, each taken with its check; the first error is kept.
class Reader {
public:
    Reader(CompletionKind kind, const Json& json, std::string_view body, const GenerateOptions& defaults) : m_json(json), m_body(body) {
        m_request.kind = kind;
        m_request.options = defaults;
    }

    ApiResult<CompletionRequest> read() {
        m_request.model = text("model");
        refuseWhatIsNotOffered();
        readSampling();
        readLength();
        readStops();
        readBias();
        readLogprobs();
        m_request.stream = flag("stream");
        if (const Json* options = find("stream_options"); options && options->is_object()) {
            const auto usage = options->find("include_usage");
            m_request.include_usage = usage != options->end() && usage->is_boolean() && usage->get<bool>();
        }
        if (m_request.kind == CompletionKind::Chat) {
            readTools();
            readThinking();
            readMessages();
        } else {
            readPrompt();
        }
        if (m_error) return tl::unexpected(*std::move(m_error));
        return std::move(m_request);
    }

private:
    /// nullptr when it is left out or null.
    const Json* find(const char* name) const {
        const auto found = m_json.find(name);
        return found == m_json.end() || found->is_null() ? nullptr : &*found;
    }
    void error(std::string param, std::string message, std::string code = "invalid_value") {
        if (!m_error) m_error = wrongField(std::move(param), std::move(message), std::move(code)).value();
    }
    std::string text(const char* name) {
        const Json* value = find(name);
        if (!value) return {};
        if (value->is_string()) return value->get<std::string>();
        error(name, format("{} must be a text", name), "invalid_type");
        return {};
    }
    bool flag(const char* name) {
        const Json* value = find(name);
        if (!value) return false;
        if (value->is_boolean()) return value->get<bool>();
        error(name, format("{} must be true or false", name), "invalid_type");
        return false;
    }
    template <class T>
    void number(const char* name, T& target, double least, double most) {
        const Json* value = find(name);
        if (!value) return;
        if (!value->is_number() || (std::is_integral_v<T> && value->is_number_float() && std::floor(value->get<double>()) != value->get<double>()))
            return error(name, format("{} must be a {}number", name, std::is_integral_v<T> ? "whole " : ""), "invalid_type");
        const double asked = value->get<double>();
        if (!(asked >= least && asked <= most)) return error(name, format("{} is {}; it may be from {} to {}", name, asked, least, most));
        target = static_cast<T>(asked);
    }

    void refuseWhatIsNotOffered() {
        const bool chat = m_request.kind == CompletionKind::Chat;
        if (const Json* value = find("functions"); value && !value->empty()) error("functions", "functions are out of date; send tools", "unsupported_parameter");
        for (const char* name : {"tools", "response_format"}) {
            if (!chat && find(name)) error(name, format("{} is for chats", name), "unsupported_parameter");
        }
        for (const char* name : {"n", "best_of"}) {
            int count = 1;
            number(name, count, 1, 128);
            if (count != 1) error(name, format("this server gives one answer; {} may only be 1", name), "unsupported_value");
        }
        if (!text("suffix").empty()) error("suffix", "this server cannot fill in before a suffix", "unsupported_parameter");
    }

    template <class T>
    T take(ApiResult<T> read) {
        if (read) return *std::move(read);
        if (!m_error) m_error = std::move(read).error();
        return {};
    }

    void readTools() {
        if (!find("tools") && !find("response_format")) {
            if (const Json* choice = find("tool_choice")) m_request.tool_choice = take(readToolChoice(*choice, {}));
            return;
        }
        const OrderedJson fields = take(orderedFields(m_body));
        if (find("tools") && fields.contains("tools")) m_request.inputs.tools = take(tessera::readTools(fields["tools"]));
        if (const Json* choice = find("tool_choice")) m_request.tool_choice = take(readToolChoice(*choice, m_request.inputs.tools));
        if (m_request.tool_choice.kind == ToolChoice::Kind::None) m_request.inputs.tools.clear();
        if (find("parallel_tool_calls")) m_request.parallel_tool_calls = flag("parallel_tool_calls");
        if (find("response_format") && fields.contains("response_format")) m_request.json_schema = take(readResponseFormat(fields["response_format"]));
        if (m_request.json_schema && !m_request.inputs.tools.empty()) error("response_format", "response_format cannot be used together with tools here, unless tool_choice is none", "unsupported_value");
    }

    /// As other servers and clients call them: what the template is told, and what becomes of the thoughts.
    void readThinking() {
        if (const Json* more = find("chat_template_kwargs")) {
            if (!more->is_object()) return error("chat_template_kwargs", "chat_template_kwargs must be an object", "invalid_type");
            if (const auto thinking = more->find("enable_thinking"); thinking != more->end() && thinking->is_boolean()) m_request.inputs.thinking = thinking->get<bool>();
        }
        if (const Json* effort = find("reasoning_effort")) {
            constexpr std::array kEfforts{"none", "minimal", "low", "medium", "high"};
            if (std::ranges::find(kEfforts, *effort) == kEfforts.end()) return error("reasoning_effort", "reasoning_effort must be none, minimal, low, medium or high");
            if (*effort == "none") m_request.inputs.thinking = false;
            else m_request.inputs.reasoning_effort = *effort == "minimal" ? "low" : effort->get<std::string>();
        }
        if (const Json* form = find("reasoning_format")) {
            constexpr std::array kForms{"auto", "deepseek", "none"};
            if (std::ranges::find(kForms, *form) == kForms.end()) return error("reasoning_format", "reasoning_format must be auto, deepseek or none");
            m_request.reasoning_in_content = *form == "none";
        }
    }

    void readSampling() {
        SamplerOptions& sampler = m_request.options.sampler;
        number("temperature", sampler.temperature, 0, 2);
        number("top_p", sampler.top_p, 0, 1);
        number("presence_penalty", sampler.presence_penalty, -2, 2);
        number("frequency_penalty", sampler.frequency_penalty, -2, 2);
        // As llama.cpp's server calls them.
        number("top_k", sampler.top_k, 0, 1'000'000);
        number("min_p", sampler.min_p, 0, 1);
        number("repeat_penalty", sampler.repeat_penalty, 0.01, 100);
        if (find("seed")) {
            std::int64_t seed = 0;
            number("seed", seed, -9.2e18, 9.2e18);
            sampler.seed = static_cast<std::uint32_t>(seed);
        }
    }

    void readLength() {
        int& most = m_request.options.max_tokens;
        if (m_request.kind == CompletionKind::Text) most = kLegacyMaxTokens;
        number("max_tokens", most, m_request.kind == CompletionKind::Text ? 0 : 1, limits::kMaxContextTokens);
        number("max_completion_tokens", most, 1, limits::kMaxContextTokens);
    }

    void readStops() {
        const Json* stop = find("stop");
        if (!stop) return;
        const auto take = [&](const Json& value) {
            if (!value.is_string() || value.get_ref<const std::string&>().empty()) return error("stop", "stop must be a text, or a list of texts", "invalid_type");
            m_request.options.stop_strings.push_back(value.get<std::string>());
        };
        if (!stop->is_array()) return take(*stop);
        if (stop->size() > kMostStops) return error("stop", format("at most {} texts may stop an answer", kMostStops));
        for (const Json& value : *stop) take(value);
    }

    void readBias() {
        const Json* bias = find("logit_bias");
        if (!bias) return;
        if (!bias->is_object() || bias->size() > kMostBiases) return error("logit_bias", format("logit_bias must be an object of at most {} token ids", kMostBiases), "invalid_type");
        for (const auto& [key, value] : bias->items()) {
            std::int32_t token = 0;
            const auto [end, code] = std::from_chars(key.data(), key.data() + key.size(), token);
            if (code != std::errc() || end != key.data() + key.size() || !value.is_number()) return error("logit_bias", format("{} is no token id with a number", inQuotes(key)));
            const double amount = value.get<double>();
            if (!(amount >= -100 && amount <= 100)) return error("logit_bias", format("the bias of token {} is {}; it may be from -100 to 100", token, amount));
            m_request.options.sampler.logit_bias.emplace_back(TokenId{token}, amount <= -100 ? -INFINITY : static_cast<float>(amount));
        }
    }

    void readLogprobs() {
        if (m_request.kind == CompletionKind::Chat) {
            m_request.logprobs = flag("logprobs");
            number("top_logprobs", m_request.top_logprobs, 0, kMostAlternatives);
            if (m_request.top_logprobs > 0 && !m_request.logprobs) error("top_logprobs", "top_logprobs needs logprobs to be true");
        } else if (find("logprobs")) {
            m_request.logprobs = true;
            number("logprobs", m_request.top_logprobs, 0, kMostAlternatives);
            m_request.echo = flag("echo");
            if (m_request.echo) error("echo", "the prompt cannot be echoed together with logprobs", "unsupported_value");
        } else {
            m_request.echo = flag("echo");
        }
        if (m_request.logprobs) m_request.options.alternatives = std::max(m_request.top_logprobs, 1);
    }

    void readMessages() {
        const Json* messages = find("messages");
        if (!messages || !messages->is_array() || messages->empty()) return error("messages", "messages must be a list of at least one message", messages ? "invalid_type" : "missing_required_parameter");
        if (messages->size() > limits::kMaxConversationMessages) return error("messages", format("a conversation may have {} messages", limits::kMaxConversationMessages));
        for (std::size_t i = 0; i < messages->size(); ++i) readMessage((*messages)[i], format("messages[{}]", i));
    }

    void readMessage(const Json& message, const std::string& place) {
        if (!message.is_object()) return error(place, format("{} must be an object", place), "invalid_type");
        const auto role = message.find("role");
        if (role == message.end() || !role->is_string()) return error(place + ".role", format("{}.role must be a text", place), "invalid_type");
        std::string name = role->get<std::string>();
        if (name == "developer") name = "system";
        constexpr std::array kRoles{"system", "user", "assistant", "tool"};
        if (std::ranges::find(kRoles, name) == kRoles.end()) return error(place + ".role", format("{}.role is {}; system, user, assistant and tool are known here", place, inQuotes(name)));
        const auto content = message.find("content");
        ChatMessage read{std::move(name), {}};
        if (content == message.end() || content->is_null()) {
            if (read.role != "assistant") return error(place + ".content", format("{}.content is missing", place), "missing_required_parameter");
        } else if (content->is_string()) {
            read.content = content->get<std::string>();
        } else if (content->is_array()) {
            for (const Json& part : *content) {
                const bool is_text = part.is_object() && part.value("type", Json()) == "text" && part.contains("text") && part["text"].is_string();
                if (!is_text) return error(place + ".content", format("{}.content has a part that is no text; this server reads text only", place), "unsupported_content");
                read.content += part["text"].get<std::string>();
            }
        } else {
            return error(place + ".content", format("{}.content must be a text", place), "invalid_type");
        }
        if (read.role == "tool") read.tool_call_id = textOf(message, "tool_call_id");
        if (read.role == "assistant") {
            read.reasoning = textOf(message, "reasoning_content");
            if (const auto calls = message.find("tool_calls"); calls != message.end() && !calls->is_null()) read.tool_calls = take(readToolCalls(*calls, place + ".tool_calls"));
        }
        m_request.messages.push_back(std::move(read));
    }

    void readPrompt() {
        const Json* prompt = find("prompt");
        if (!prompt) return error("prompt", "prompt is missing", "missing_required_parameter");
        const Json* one = prompt;
        if (prompt->is_array() && prompt->size() == 1 && (prompt->front().is_string() || prompt->front().is_array())) one = &prompt->front();
        if (one->is_string()) {
            m_request.prompt = one->get<std::string>();
            return;
        }
        if (!one->is_array() || one->empty()) return error("prompt", "prompt must be a text or a list of token ids", "invalid_type");
        for (const Json& token : *one) {
            if (!token.is_number_integer()) return error("prompt", "this server takes one prompt: a text or a list of token ids", "unsupported_value");
            const auto id = token.get<std::int64_t>();
            if (id < 0 || id > INT32_MAX) return error("prompt", format("{} is no token id", id));
            m_request.prompt_tokens.push_back(TokenId{static_cast<std::int32_t>(id)});
        }
    }

    const Json& m_json;
    std::string_view m_body;
    CompletionRequest m_request;
    std::optional<ApiError> m_error;
};

}  // namespace

ApiResult<CompletionRequest> parseCompletionRequest(CompletionKind kind, std::string_view json, const GenerateOptions& defaults) {
    int deepest = 0;
    const auto notTooDeep = [&deepest](int depth, Json::parse_event_t, Json&) { return (deepest = std::max(deepest, depth)) <= limits::kMaxJsonDepth; };
    const Json parsed = Json::parse(json, notTooDeep, false);
    if (parsed.is_discarded() || deepest > limits::kMaxJsonDepth || !parsed.is_object()) return wrongField({}, "the request's body is no JSON object", "invalid_json");
    return Reader(kind, parsed, json, defaults).read();
}

}  // namespace tessera
