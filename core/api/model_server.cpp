// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model_server.h"

#include "core/base/format.h"
#include "core/compute/identity.h"

namespace tessera {
namespace {

constexpr std::size_t kKeyBytes = 24;

}  // namespace

Result<std::unique_ptr<ModelServer>> ModelServer::start(const std::filesystem::path& path, const ModelServerOptions& options, const Operation& operation) {
    auto server = std::unique_ptr<ModelServer>(new ModelServer);
    TESSERA_TRY(server->m_set, openFragmentSet(path, operation));
    if (options.fragments) {
        server->m_made_manifest = !server->m_set.verifiable;
        TESSERA_TRY(server->m_set, withHashes(std::move(server->m_set), operation));
        TESSERA_TRY(server->m_fragments, FragmentService::create(*server->m_set.store));
    }
    if (options.api) {
        const auto load = [path, loaded = options.loaded, how = options.load](const Operation& loading) -> Result<std::shared_ptr<LoadedModel>> {
            if (loaded) return loaded;
            return loadModel(path, how, loading);
        };
        ApiOptions api{server->modelName(), options.session, {}, options.parallel};
        api.generate.context_shift = options.context_shift;
        api.generate.speculate = options.speculate;
        api.draft = options.draft;
        api.draft_load = options.load;
        api.prompt_cache = options.prompt_cache;
        api.prompt_cache_bytes = options.prompt_cache_bytes;
        server->m_api = std::make_unique<OpenAiService>(std::move(api), load);
    }
    const auto handle = [self = server.get()](const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) {
        if (!self->answer(request, reply)) sendError(*reply, 404, "there is nothing at this path; /manifest and /status are", "not_found_error", "not_found");
    };
    TESSERA_TRY(server->m_server, HttpServer::start(options.server, handle));
    return server;
}

bool ModelServer::answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) {
    return (m_fragments && m_fragments->answer(request, reply)) || (m_api && m_api->answer(request, reply));
}

Result<std::string> serverKey(const std::filesystem::path& folder, bool renew) {
    const auto path = folder / "server.key";
    if (!renew) {
        auto kept = readTextFile(path, 1024);
        if (kept && kept->size() >= limits::kMinTokenBytes) return kept;
    }
    TESSERA_CHECK(loadOrCreateIdentity(folder));  // its folder is for this user's eyes only
    TESSERA_TRY(const auto bytes, secretBytes(kKeyBytes));
    std::string key;
    for (const unsigned char byte : bytes) key += format("{:02x}", byte);
    TESSERA_CHECK(writeFileAtomically(path, std::as_bytes(std::span(key))));
    return key;
}

}  // namespace tessera
