// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/openai_service.h"

#include "core/api/completion_json.h"
#include "core/api/completion_request.h"
#include "core/api/deferred_load.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/quote.h"
#include "core/chat/prompt_cache.h"
#include "core/chat/prompt_plan.h"
#include "core/model/prompt_key.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <mutex>

namespace tessera {

namespace {

constexpr std::string_view kRoot = "/v1/";
constexpr const char* kRetryAfter = "5";  // seconds

/// Whoever is busy asks to be asked again.
void send(ServerReply& reply, const ApiError& error) {
    ReplyHead head{error.status, {{"content-type", "application/json"}}};
    if (error.code == "model_loading" || error.code == "overloaded") head.fields.emplace_back("retry-after", kRetryAfter);
    reply.send(std::move(head), errorJson(error.message, error.type, error.code, error.param));
}

ApiError overloaded() { return {503, "too many requests wait already; try again", "server_error", "overloaded", {}}; }

/// What went wrong in the model, as a client's mistake where it is one.
ApiError apiError(const Error& error) {
    if (error.kind != ErrorKind::InvalidArgument) return {500, error.message, "server_error", std::string(errorKindName(error.kind)), {}};
    const bool too_long = error.message.find("context is full") != std::string::npos;
    return {400, error.message, "invalid_request_error", too_long ? "context_length_exceeded" : "invalid_value", {}};
}

/// One request on its way: gathers, or streams, what the generator says. Callbacks come on one thread.
class Answering {
public:
    Answering(CompletionRequest request, std::shared_ptr<ServerReply> reply, CompletionWriter writer)
        : m_request(std::move(request)), m_reply(std::move(reply)), m_writer(std::move(writer)) {}

    void token(const TracedToken& token) {
        if (m_request.stream) m_tokens.push_back(token);
    }
    void text(std::string_view text) {
        if (!m_request.stream) return;
        open();
        m_reply->write(m_writer.piece(text, std::exchange(m_tokens, {})));
    }
    void end(const Result<GenerateResult>& result) {
        if (!result && !m_open) return send(*m_reply, apiError(result.error()));
        if (!result) {
            const ApiError error = apiError(result.error());
            m_reply->write(CompletionWriter::event(errorJson(error.message, error.type, error.code)));
            return m_reply->finish();
        }
        if (result->reason == StopReason::Cancelled && !m_open) return send(*m_reply, {503, "the answer was stopped", "server_error", "cancelled", {}});
        if (!m_request.stream) return m_reply->send({200, {{"content-type", "application/json"}}}, m_writer.whole(*result, m_request.echo ? m_request.prompt : std::string()));
        open();
        if (!m_tokens.empty()) m_reply->write(m_writer.piece({}, std::exchange(m_tokens, {})));
        m_reply->write(m_writer.ending(result->reason));
        if (m_request.include_usage) m_reply->write(m_writer.usage(*result));
        m_reply->write(CompletionWriter::done());
        m_reply->finish();
    }

private:
    void open() {
        if (std::exchange(m_open, true)) return;
        m_reply->begin({200, {{"content-type", "text/event-stream"}, {"cache-control", "no-store"}, {"x-accel-buffering", "no"}}});
        m_reply->write(m_writer.opening());
        if (m_request.echo) m_reply->write(m_writer.piece(m_request.prompt, {}));
    }

    const CompletionRequest m_request;
    const std::shared_ptr<ServerReply> m_reply;
    const CompletionWriter m_writer;
    std::vector<TracedToken> m_tokens;  // not sent yet
    bool m_open = false;
};

}  // namespace

struct OpenAiService::Impl {
    const ApiOptions options;
    const Load load;
    const std::int64_t started = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    std::mutex mutex;           // model, pool, and rendering
    std::shared_ptr<LoadedModel> model;
    std::unique_ptr<ChatTemplate> chat_template;
    std::unique_ptr<PromptCache> prompt_cache;  // null: none
    std::unique_ptr<GenerationPool> pool;
    DeferredLoad loading;       // what waits for it uses all of the above

    Impl(ApiOptions o, Load l)
        : options(std::move(o)), load(std::move(l)), loading([this](const Operation& operation) { return makeReady(operation); }, options.load_patience, kMaxWaitingRequests) {}

    void listModels(std::string_view name, ServerReply& reply) const {
        const nlohmann::ordered_json mine{{"id", options.model}, {"object", "model"}, {"created", started}, {"owned_by", "tessera"}};
        if (!name.empty() && name != options.model) return send(reply, unknownModel(name));
        const nlohmann::ordered_json list{{"object", "list"}, {"data", nlohmann::ordered_json::array({mine})}};
        reply.send({200, {{"content-type", "application/json"}}}, (name.empty() ? list : mine).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }

    ApiError unknownModel(std::string_view name) const {
        return {404, format("there is no model {} here; {} is served", inQuotes(name), inQuotes(options.model)), "invalid_request_error", "model_not_found", "model"};
    }

    Result<void> makeReady(const Operation& operation) {
        auto loaded = load(operation);
        if (!loaded) {
            if (loaded.error().kind != ErrorKind::Cancelled) logError(loaded.error().message);
            return tl::unexpected(std::move(loaded).error());
        }
        const std::lock_guard lock(mutex);
        model = *std::move(loaded);
        // Others may render with the model's own at the same moment.
        TESSERA_TRY(chat_template, ChatTemplate::fromSource(model->chat_template->source(), *model->tokenizer));
        if (!options.prompt_cache.empty()) {
            TESSERA_TRY(std::string key, promptCacheKey(*model, options.session));
            TESSERA_TRY(prompt_cache, PromptCache::open(options.prompt_cache, options.prompt_cache_bytes, std::move(key)));
        }
        pool = std::make_unique<GenerationPool>(*model->engine, *model->tokenizer, options.session, options.parallel);
        return {};
    }

    ApiResult<std::vector<TokenId>> promptOf(const CompletionRequest& request) const {
        auto tokens = [&]() -> Result<std::vector<TokenId>> {
            if (!request.prompt_tokens.empty()) {
                for (const TokenId token : request.prompt_tokens) {
                    if (static_cast<std::size_t>(toInt(token)) >= model->tokenizer->vocabularySize()) return fail(ErrorKind::InvalidArgument, format("token {} is not in the model's vocabulary", toInt(token)));
                }
                return request.prompt_tokens;
            }
            if (request.kind == CompletionKind::Text) return model->tokenizer->encode(request.prompt, {.add_special = true, .parse_special = false});
            TESSERA_TRY(const auto parts, chat_template->render(request.messages, true));
            return encodePrompt(*model->tokenizer, parts);
        }();
        if (!tokens) return tl::unexpected(apiError(tokens.error()));
        return *std::move(tokens);
    }

    /// The system message of a chat; of a text the beginning that attention leans on (Xiao et al. 2023, arXiv:2309.17453).
    std::size_t keptTokens(const CompletionRequest& request, const std::vector<TokenId>& prompt) const {
        constexpr std::size_t kSinks = 4;
        const bool system = !request.messages.empty() && request.messages.front().role == "system";
        const auto tokens = systemTokens(*model->tokenizer, *chat_template, system ? request.messages.front().content : std::string(), prompt);
        return std::max(tokens.value_or(0), kSinks);
    }

    ApiResult<void> complete(CompletionKind kind, const ServerRequest& http, const std::shared_ptr<ServerReply>& reply) {
        auto request = parseCompletionRequest(kind, http.body, options.generate);
        if (!request) return tl::unexpected(std::move(request).error());
        if (!request->model.empty() && request->model != options.model) return tl::unexpected(unknownModel(request->model));
        const auto begin = [this, kind, request = *std::move(request), reply](const Result<void>& loaded) {
            auto begun = loaded ? generate(kind, request, reply) : ApiResult<void>(tl::unexpected(notLoaded(loaded.error())));
            if (!begun) send(*reply, begun.error());
        };
        if (!loading.whenLoaded(begin, reply->gone())) return tl::unexpected(overloaded());
        return {};
    }

    static ApiError notLoaded(const Error& error) {
        return {503, error.message, "server_error", error.kind == ErrorKind::Cancelled ? "model_loading" : "model_not_loaded", {}};
    }

    ApiResult<void> generate(CompletionKind kind, const CompletionRequest& request, const std::shared_ptr<ServerReply>& reply) {
        const std::lock_guard lock(mutex);
        auto prompt = promptOf(request);
        if (!prompt) return tl::unexpected(std::move(prompt).error());
        GenerationJob job;
        job.prompt = *std::move(prompt);
        job.options = request.options;
        job.options.prompt_cache = prompt_cache.get();
        if (job.options.context_shift) job.options.keep_tokens = keptTokens(request, job.prompt);
        job.stop = reply->gone();
        const CompletionWriter writer(kind, options.model, request.logprobs, request.top_logprobs, *model->tokenizer);
        const auto answering = std::make_shared<Answering>(request, reply, writer);
        job.options.on_token = [answering](const TracedToken& token) { answering->token(token); };
        job.on_text = [answering](std::string_view text) { answering->text(text); };
        job.on_end = [answering](const Result<GenerateResult>& result) { answering->end(result); };
        if (!pool->submit(std::move(job))) return tl::unexpected(overloaded());
        return {};
    }
};

OpenAiService::OpenAiService(ApiOptions options, Load load) : m_impl(std::make_unique<Impl>(std::move(options), std::move(load))) {}
OpenAiService::~OpenAiService() = default;

GenerationCounts OpenAiService::counts() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->pool ? m_impl->pool->counts() : GenerationCounts{};
}

bool OpenAiService::answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) {
    std::string_view path = request.path;
    if (!path.starts_with(kRoot)) return false;
    path.remove_prefix(kRoot.size());
    const bool chat = path == "chat/completions", text = path == "completions", models = path == "models" || path.starts_with("models/");
    const std::string_view method = chat || text ? "POST" : "GET";
    if (!chat && !text && !models) {
        send(*reply, {404, format("there is no {} here", inQuotes(request.path)), "invalid_request_error", "unknown_url", {}});
    } else if (request.method != method) {
        reply->send({405, {{"content-type", "application/json"}, {"allow", std::string(method)}}}, errorJson(format("{} is for {}", request.path, method), "invalid_request_error", "method_not_allowed"));
    } else if (models) {
        m_impl->listModels(path == "models" ? std::string_view() : path.substr(7), *reply);
    } else if (!request.header("content-type").starts_with("application/json")) {
        // Other types are what a web page may send to another site without being asked.
        send(*reply, {415, "send the request as application/json", "invalid_request_error", "unsupported_media_type", {}});
    } else if (auto begun = m_impl->complete(chat ? CompletionKind::Chat : CompletionKind::Text, request, reply); !begun) {
        send(*reply, begun.error());
    }
    return true;
}

}  // namespace tessera
