// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/openai_service.h"

#include "core/api/answering.h"
#include "core/api/completion_request.h"
#include "core/api/deferred_load.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/quote.h"
#include "core/chat/answer/tool_prompt.h"
#include "core/chat/prompt_cache.h"
#include "core/chat/prompt_plan.h"
#include "core/model/draft_model.h"
#include "core/model/prompt_key.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <mutex>

namespace tessera {

namespace {

constexpr std::string_view kRoot = "/v1/";
ApiError overloaded() { return {503, "too many requests wait already; try again", "server_error", "overloaded", {}}; }

/// The prompt of a request, and what is known of the answer before it is written.
/// What attention leans on when a text's beginning is forgotten (Xiao et al. 2023, arXiv:2309.17453).
constexpr std::size_t kAttentionSinks = 4;

struct Prepared {
    std::vector<TokenId> tokens;
    std::size_t kept_tokens = 0;  // the system message, when the context may shift
    std::string prompt_end;   // of the rendered prompt, as far as the answer's parser looks
    ForcedAnswer forced;      // its opening is in the tokens
};

}  // namespace

struct OpenAiService::Impl {
    const ApiOptions options;
    const Load load;
    const std::int64_t started = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    std::mutex mutex;           // model, pool, and rendering
    std::shared_ptr<LoadedModel> model;
    std::unique_ptr<ChatTemplate> chat_template;
    AnswerFormat format;
    std::unique_ptr<PromptCache> prompt_cache;  // null: none
    std::unique_ptr<LoadedModel> draft;         // null: none
    std::unique_ptr<GenerationPool> pool;
    DeferredLoad loading;       // what waits for it uses all of the above

    Impl(ApiOptions o, Load l)
        : options(std::move(o)), load(std::move(l)), loading([this](const Operation& operation) { return makeReady(operation); }, options.load_patience, kMaxWaitingRequests) {}

    void listModels(std::string_view name, ServerReply& reply) const {
        const nlohmann::ordered_json mine{{"id", options.model}, {"object", "model"}, {"created", started}, {"owned_by", "tessera"}};
        if (!name.empty() && name != options.model) return sendApiError(reply, unknownModel(name));
        const nlohmann::ordered_json list{{"object", "list"}, {"data", nlohmann::ordered_json::array({mine})}};
        reply.send({200, {{"content-type", "application/json"}}}, (name.empty() ? list : mine).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }

    ApiError unknownModel(std::string_view name) const {
        return {404, tessera::format("there is no model {} here; {} is served", inQuotes(name), inQuotes(options.model)), "invalid_request_error", "model_not_found", "model"};
    }

    Result<void> makeReady(const Operation& operation) {
        auto loaded = load(operation);
        if (!loaded) {
            if (loaded.error().kind != ErrorKind::Cancelled) logError(loaded.error().message);
            return tl::unexpected(std::move(loaded).error());
        }
        std::unique_ptr<LoadedModel> guessing;
        if (!options.draft.empty()) {
            auto opened = loadDraftModel(options.draft, **loaded, options.draft_load, operation);
            if (!opened) {
                if (opened.error().kind != ErrorKind::Cancelled) logError(opened.error().message);
                return tl::unexpected(std::move(opened).error());
            }
            guessing = *std::move(opened);
        }
        const std::lock_guard lock(mutex);
        model = *std::move(loaded);
        draft = std::move(guessing);
        // Others may render with the model's own at the same moment.
        TESSERA_TRY(chat_template, ChatTemplate::fromSource(model->chat_template->source(), *model->tokenizer));
        format = answerFormat(chat_template->source(), chat_template->knowsTools());
        if (!options.prompt_cache.empty()) {
            TESSERA_TRY(std::string key, promptCacheKey(*model, options.session));
            TESSERA_TRY(prompt_cache, PromptCache::open(options.prompt_cache, options.prompt_cache_bytes, std::move(key)));
        }
        pool = std::make_unique<GenerationPool>(*model->engine, *model->tokenizer, options.session, options.parallel, draft ? draft->engine.get() : nullptr);
        return {};
    }

    Result<Prepared> prepareText(const CompletionRequest& request) const {
        Prepared prepared;
        for (const TokenId token : request.prompt_tokens) {
            if (static_cast<std::size_t>(toInt(token)) >= model->tokenizer->vocabularySize()) return fail(ErrorKind::InvalidArgument, tessera::format("token {} is not in the model's vocabulary", toInt(token)));
        }
        prepared.tokens = request.prompt_tokens;
        if (prepared.tokens.empty()) {
            TESSERA_TRY(prepared.tokens, model->tokenizer->encode(request.prompt, {.add_special = true, .parse_special = false}));
        }
        return prepared;
    }

    Result<Prepared> prepareChat(const CompletionRequest& request) const {
        Prepared prepared;
        TemplateInputs inputs = request.inputs;
        const auto messages = withToolsInWords(request.messages, *chat_template, format, inputs);
        TESSERA_TRY(auto parts, chat_template->render(messages, true, inputs));
        prepared.prompt_end = promptEnd(parts);
        const bool must_call = request.tool_choice.kind == ToolChoice::Kind::Required || request.tool_choice.kind == ToolChoice::Kind::Named;
        if (must_call) {
            TESSERA_TRY(prepared.forced, forcedCall(format, request.inputs.tools, request.tool_choice.name, request.parallel_tool_calls, prepared.prompt_end));
        } else if (request.json_schema) {
            TESSERA_TRY(prepared.forced, forcedJson(format, *request.json_schema, prepared.prompt_end));
        }
        parts.push_back({prepared.forced.opening, false});
        TESSERA_TRY(prepared.tokens, encodePrompt(*model->tokenizer, parts));
        // With the tools that it tells of.
        const std::string system = !messages.empty() && messages.front().role == "system" ? messages.front().content : std::string();
        if (request.options.context_shift) prepared.kept_tokens = systemTokens(*model->tokenizer, *chat_template, system, prepared.tokens, inputs).value_or(0);
        return prepared;
    }

    ApiResult<void> complete(CompletionKind kind, const ServerRequest& http, const std::shared_ptr<ServerReply>& reply) {
        auto request = parseCompletionRequest(kind, http.body, options.generate);
        if (!request) return tl::unexpected(std::move(request).error());
        if (!request->model.empty() && request->model != options.model) return tl::unexpected(unknownModel(request->model));
        const auto begin = [this, kind, request = *std::move(request), reply](const Result<void>& loaded) {
            auto begun = loaded ? generate(kind, request, reply) : ApiResult<void>(tl::unexpected(notLoaded(loaded.error())));
            if (!begun) sendApiError(*reply, begun.error());
        };
        if (!loading.whenLoaded(begin, reply->gone())) return tl::unexpected(overloaded());
        return {};
    }

    static ApiError notLoaded(const Error& error) {
        return {503, error.message, "server_error", error.kind == ErrorKind::Cancelled ? "model_loading" : "model_not_loaded", {}};
    }

    ApiResult<void> generate(CompletionKind kind, const CompletionRequest& request, const std::shared_ptr<ServerReply>& reply) {
        const std::lock_guard lock(mutex);
        auto prepared = kind == CompletionKind::Chat ? prepareChat(request) : prepareText(request);
        if (!prepared) return tl::unexpected(apiError(prepared.error()));
        const CompletionWriter writer(kind, options.model, request.logprobs, request.top_logprobs, *model->tokenizer);
        const auto answering = std::make_shared<Answering>(request, reply, writer, format, prepared->prompt_end, prepared->forced.opening);
        GenerationJob job;
        job.prompt = std::move(prepared->tokens);
        job.options = request.options;
        job.options.prompt_cache = prompt_cache.get();
        if (job.options.context_shift) job.options.keep_tokens = std::max(prepared->kept_tokens, kAttentionSinks);
        job.options.grammar = std::move(prepared->forced.grammar);
        if (kind == CompletionKind::Chat) job.options.shown_tokens = markerTokens(format, *model->tokenizer);
        job.stop = answering->stop();
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
        sendApiError(*reply, {404, format("there is no {} here", inQuotes(request.path)), "invalid_request_error", "unknown_url", {}});
    } else if (request.method != method) {
        reply->send({405, {{"content-type", "application/json"}, {"allow", std::string(method)}}}, errorJson(format("{} is for {}", request.path, method), "invalid_request_error", "method_not_allowed"));
    } else if (models) {
        m_impl->listModels(path == "models" ? std::string_view() : path.substr(7), *reply);
    } else if (!request.header("content-type").starts_with("application/json")) {
        // Other types are what a web page may send to another site without being asked.
        sendApiError(*reply, {415, "send the request as application/json", "invalid_request_error", "unsupported_media_type", {}});
    } else if (auto begun = m_impl->complete(chat ? CompletionKind::Chat : CompletionKind::Text, request, reply); !begun) {
        sendApiError(*reply, begun.error());
    }
    return true;
}

}  // namespace tessera
