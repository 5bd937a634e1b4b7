// SPDX-License-Identifier: GPL-3.0-or-later
// One model over HTTP: the OpenAI-compatible API, its fragments, or both. What `tessera serve` runs, and the window.
#pragma once

#include "core/api/openai_service.h"
#include "core/serve/fragment_service.h"
#include "core/serve/http_server.h"

#include <filesystem>
#include <memory>
#include <string>

namespace tessera {

struct ModelServerOptions {
    ServerOptions server = {};
    LoadOptions load = {};
    SessionOptions session = {};
    std::size_t parallel = 8;                      // requests of the API answered at once
    bool api = true;
    bool fragments = true;
    bool context_shift = false;                    // answers of the API go on when the context is full
    std::filesystem::path prompt_cache = {};       // the API keeps prompts in this folder; empty: nowhere
    std::uint64_t prompt_cache_bytes = 0;
    int speculate = 0;                             // GenerateOptions::speculate of the API's answers
    std::filesystem::path draft = {};              // the set of a model that guesses for them; empty: the text so far does
    std::shared_ptr<LoadedModel> loaded = nullptr;  // the set's model, when somebody has loaded it; else the first request does
};

/// Members are listed so that each is destroyed before what it borrows. Any thread may call any method.
class ModelServer {
public:
    /// A plain GGUF whose fragments are served is read once for its hashes. Errors are those of openFragmentSet and
    /// HttpServer::start.
    static Result<std::unique_ptr<ModelServer>> start(const std::filesystem::path& set, const ModelServerOptions& options, const Operation& operation);

    std::string url() const { return m_server->url(); }  // "http://127.0.0.1:8337"
    ServerCounts counts() const { return m_server->counts(); }
    const FragmentSet& set() const { return m_set; }
    /// The set has no manifest of its own: one was made for this server, and is gone with it.
    bool madeManifest() const { return m_made_manifest; }
    const std::string& modelName() const { return m_set.store->manifest().model_name; }

private:
    ModelServer() = default;
    bool answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply);

    FragmentSet m_set;
    bool m_made_manifest = false;
    std::unique_ptr<FragmentService> m_fragments;  // null: they are not served
    std::unique_ptr<OpenAiService> m_api;          // null: no API
    std::unique_ptr<HttpServer> m_server;
};

/// The secret that clients of this user's server need, 192 bits in hex, kept in the identity's folder for this user only
/// and made at the first call; `renew` replaces it.
Result<std::string> serverKey(const std::filesystem::path& folder, bool renew = false);

}  // namespace tessera
