// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment set over HTTP. docs/NETWORK.md lists what can be asked for. Only names that the manifest has are answered:
// nothing of a request becomes a path.
#pragma once

#include "core/loader/fragment_set.h"
#include "core/loader/verify_once.h"
#include "core/serve/http_server.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tessera {

/// Thread-safe.
class FragmentService {
public:
    /// A set without hashes is Unsupported: give it a manifest first (withHashes()). `store` must outlive the service.
    static Result<std::unique_ptr<FragmentService>> create(FragmentStore& store);

    /// false: the path is not one of a set's.
    bool answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply);

    std::uint64_t bytesServed() const { return m_bytes; }

private:
    explicit FragmentService(FragmentStore& store);
    /// Bytes of a model's file that have a name.
    struct Resource {
        std::uint32_t file = 0;
        std::uint64_t begin = 0, end = 0;
        Sha256Digest hash{};
    };
    std::optional<Resource> find(std::string_view path) const;
    Resource tensor(std::string_view name) const;
    void sendManifest(const ServerRequest& request, ServerReply& reply) const;
    void sendStatus(ServerReply& reply) const;
    void sendResource(const Resource& resource, const ServerRequest& request, ServerReply& reply);

    FragmentStore& m_store;
    VerifyOnce m_once;
    const FragmentIndexByTensor m_tensors;
    std::unordered_map<std::string_view, std::uint32_t> m_fragments;  // by id
    std::shared_ptr<const std::string> m_manifest, m_manifest_gzip;   // as JSON; null: not packed. All answers share them
    Sha256Digest m_manifest_hash{};
    std::atomic<std::uint64_t> m_bytes{0};
};

/// A set that has hashes: `set` itself, or, for a plain GGUF, the same with a manifest made now (the model is read once).
Result<FragmentSet> withHashes(FragmentSet set, const Operation& operation);

}  // namespace tessera
