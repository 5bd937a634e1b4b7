// SPDX-License-Identifier: GPL-3.0-or-later
// An API that clients of OpenAI's understand: /v1/models, /v1/chat/completions, /v1/completions.
#pragma once

#include "core/api/generation_pool.h"
#include "core/model/loaded_model.h"
#include "core/serve/http_server.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace tessera {

struct ApiOptions {
    std::string model;                  // the name that clients ask for
    SessionOptions session;
    GenerateOptions generate = {};      // where a request says nothing
    std::size_t parallel = 4;           // requests answered at once
    std::chrono::milliseconds load_patience{120'000};  // requests that come while the model is loaded wait so long
    std::filesystem::path prompt_cache = {};  // prompts are kept in this folder (core/chat/prompt_cache.h); empty: nowhere
    std::uint64_t prompt_cache_bytes = 0;     // … up to so many bytes
    std::filesystem::path draft = {};         // the set of a model that guesses where `generate` speculates; empty: none
    LoadOptions draft_load = {};
};

/// Thread-safe. Must outlive the server whose requests it answers.
class OpenAiService {
public:
    using Load = std::function<Result<std::shared_ptr<LoadedModel>>(const Operation&)>;

    /// `load` is called once, when the first request needs the model, and again after it failed; on a thread of its own,
    /// and it is stopped when the service goes. Requests that come meanwhile wait without holding one of the server's
    /// threads; 503 with Retry-After when that takes longer than `load_patience`.
    OpenAiService(ApiOptions options, Load load);
    ~OpenAiService();
    OpenAiService(const OpenAiService&) = delete;
    OpenAiService& operator=(const OpenAiService&) = delete;

    /// false: the path does not begin with "/v1/".
    bool answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply);
    GenerationCounts counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
