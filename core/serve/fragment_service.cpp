// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/serve/fragment_service.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/quote.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/verifier.h"
#include "core/gguf/reader.h"
#include "core/serve/fragment_body.h"
#include "core/serve/gzip.h"
#include "core/serve/http_range.h"
#include "core/store/image_store.h"

#include <nlohmann/json.hpp>

#include <array>

namespace tessera {

namespace {

constexpr std::string_view kImageSuffix = ".manifest.json";
constexpr std::uint64_t kVerifiedAhead = 64 * limits::MiB;   // before the head of an answer
constexpr std::size_t kWorthZipping = 4 * limits::KiB;
constexpr std::size_t kMaxZipped = 256 * limits::MiB;

std::string quoted(const Sha256Digest& digest) { return format("\"{}\"", toHex(digest)); }

int statusOf(ErrorKind kind) { return kind == ErrorKind::NotFound ? 404 : 500; }

bool takeAfter(std::string_view prefix, std::string_view& path) {
    if (!path.starts_with(prefix)) return false;
    path.remove_prefix(prefix.size());
    return true;
}

/// A part of a text that several answers send at once.
class SharedText final : public BodySource {
public:
    SharedText(std::shared_ptr<const std::string> text, std::uint64_t begin, std::uint64_t size)
        : m_text(std::move(text)), m_part(std::as_bytes(std::span(*m_text)).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size))) {}

    Result<BodyPiece> next() override {
        BodyPiece piece;
        piece.bytes = m_part;
        return piece;
    }

private:
    const std::shared_ptr<const std::string> m_text;
    const std::span<const std::byte> m_part;
};

}  // namespace

FragmentService::FragmentService(FragmentStore& store) : m_store(store), m_once(store), m_tensors(store.manifest()) {
    const Manifest& manifest = store.manifest();
    m_fragments.reserve(manifest.fragments.size());
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) m_fragments.emplace(manifest.fragments[i].id, i);
    m_manifest = std::make_shared<const std::string>(manifestToJson(manifest));
    m_manifest_hash = sha256(std::as_bytes(std::span(*m_manifest)));
    if (m_manifest->size() >= kWorthZipping && m_manifest->size() <= kMaxZipped) m_manifest_gzip = std::make_shared<const std::string>(gzipped(*m_manifest));
}

Result<std::unique_ptr<FragmentService>> FragmentService::create(FragmentStore& store) {
    if (!hasHashes(store.manifest())) return fail(ErrorKind::Unsupported, format("{} has no manifest, so nobody could verify what is served", store.manifest().model_name));
    return std::unique_ptr<FragmentService>(new FragmentService(store));
}

FragmentService::Resource FragmentService::tensor(std::string_view name) const {
    const auto fragments = m_tensors.find(name);
    const Manifest& manifest = m_store.manifest();
    const Fragment& first = manifest.at(fragments.front());
    const Fragment& last = manifest.at(fragments.back());
    Sha256 hash;
    for (const FragmentIndex index : fragments) hash.update(manifest.at(index).sha256);
    return {first.file_index, first.offset, last.offset + last.size_bytes, hash.finish()};
}

std::optional<FragmentService::Resource> FragmentService::find(std::string_view path) const {
    const Manifest& manifest = m_store.manifest();
    if (takeAfter("/tensor/", path)) {
        if (m_tensors.find(path).empty()) return std::nullopt;
        return tensor(path);
    }
    bool fragment = takeAfter("/fragment/", path);
    if (!fragment && path.ends_with(".dat") && takeAfter("/fragments/", path)) {
        fragment = true;
        path.remove_suffix(4);
    }
    if (fragment) {
        const auto found = m_fragments.find(path);
        if (found == m_fragments.end()) return std::nullopt;
        const Fragment& f = manifest.fragments[found->second];
        return Resource{f.file_index, f.offset, f.offset + f.size_bytes, f.sha256};
    }
    for (std::uint32_t i = 0; i < manifest.files.size(); ++i) {
        if (path.substr(1) == manifest.files[i].name) return Resource{i, 0, manifest.files[i].size_bytes, manifest.files[i].sha256};
    }
    return std::nullopt;
}

bool FragmentService::answer(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) {
    const std::string_view path = request.path;
    const std::string& first_file = m_store.manifest().files.front().name;
    const bool manifest = path == "/manifest" || path == "/manifest.json" || (path.ends_with(kImageSuffix) && path.substr(1, path.size() - 1 - kImageSuffix.size()) == first_file);
    const bool named = path.starts_with("/fragment/") || path.starts_with("/fragments/") || path.starts_with("/tensor/");
    const auto resource = manifest ? std::nullopt : find(path);
    if (!manifest && !named && !resource && path != "/status") return false;
    if (request.method != "GET" && request.method != "HEAD") {
        reply->send({405, {{"content-type", "application/json"}, {"allow", "GET, HEAD"}}}, errorJson(format("{} is not for this", inQuotes(request.method)), "invalid_request_error", "method_not_allowed"));
    } else if (manifest) {
        sendManifest(request, *reply);
    } else if (path == "/status") {
        sendStatus(*reply);
    } else if (!resource) {
        sendError(*reply, 404, format("the manifest of {} has no {}", m_store.manifest().model_name, inQuotes(path)), "not_found_error", "not_found");
    } else {
        sendResource(*resource, request, *reply);
    }
    return true;
}

void FragmentService::sendManifest(const ServerRequest& request, ServerReply& reply) const {
    const bool gzip = m_manifest_gzip && request.header("range").empty() && acceptsGzip(request.header("accept-encoding"));
    const std::string etag = gzip ? format("\"{}-gzip\"", toHex(m_manifest_hash)) : quoted(m_manifest_hash);
    const auto& text = gzip ? m_manifest_gzip : m_manifest;
    const Selection part = selectBytes(request, etag, text->size());
    ReplyHead head{part.status, {{"content-type", "application/json"}, {"etag", etag}, {"vary", "accept-encoding"}, {"accept-ranges", "bytes"}}};
    if (gzip) head.fields.emplace_back("content-encoding", "gzip");
    if (part.status == 206) head.fields.emplace_back("content-range", format("bytes {}-{}/{}", part.begin, part.end - 1, text->size()));
    if (part.status == 416) head.fields.emplace_back("content-range", format("bytes */{}", text->size()));
    const std::uint64_t size = part.end - part.begin;
    if (size == 0) return reply.send(std::move(head), {});
    reply.send(std::move(head), size, std::make_unique<SharedText>(text, part.begin, size));
}

void FragmentService::sendStatus(ServerReply& reply) const {
    const Manifest& manifest = m_store.manifest();
    std::array<std::size_t, 4> counts{};
    nlohmann::ordered_json available = nlohmann::ordered_json::array();  // runs of fragments, by place in the manifest
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
        const FragmentState state = m_store.state(FragmentIndex{i});
        ++counts[static_cast<std::size_t>(state)];
        if (state == FragmentState::Missing || state == FragmentState::Bad) continue;
        if (!available.empty() && available.back()[1] == i - 1) available.back()[1] = i;
        else available.push_back({i, i});
    }
    const auto count = [&](FragmentState state) { return counts[static_cast<std::size_t>(state)]; };
    const nlohmann::ordered_json status{{"model_name", manifest.model_name},
                                        {"architecture", manifest.architecture},
                                        {"model_id", toHex(manifest.model_id)},
                                        {"set_id", toHex(manifest.set_id)},
                                        {"size_bytes", manifest.totalBytes()},
                                        {"total_fragments", manifest.fragments.size()},
                                        {"available", available},
                                        {"verified", count(FragmentState::Verified)},
                                        {"missing", count(FragmentState::Missing)},
                                        {"bad", count(FragmentState::Bad)},
                                        {"bytes_served", m_bytes.load()}};
    reply.send({200, {{"content-type", "application/json"}, {"cache-control", "no-store"}}}, status.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void FragmentService::sendResource(const Resource& resource, const ServerRequest& request, ServerReply& reply) {
    const std::uint64_t size = resource.end - resource.begin;
    const std::string etag = quoted(resource.hash);
    const Selection part = selectBytes(request, etag, size);
    ReplyHead head{part.status, {{"etag", etag}, {"accept-ranges", "bytes"}}};
    if (part.status == 304) return reply.send(std::move(head), {});
    if (part.status == 416) {
        head.fields.emplace_back("content-type", "application/json");
        head.fields.emplace_back("content-range", format("bytes */{}", size));
        return reply.send(std::move(head), errorJson(format("there are {} bytes", size), "invalid_request_error", "range_not_satisfiable"));
    }
    auto body = std::make_unique<FragmentBody>(m_store, m_once, resource.file, resource.begin + part.begin, resource.begin + part.end);
    if (auto prepared = body->prepare(kVerifiedAhead); !prepared) {
        logWarning(format("not served: {}", prepared.error().message));
        return sendError(reply, statusOf(prepared.error().kind), prepared.error().message, "server_error", errorKindName(prepared.error().kind));
    }
    head.fields.emplace_back("content-type", "application/octet-stream");
    if (part.status == 206) head.fields.emplace_back("content-range", format("bytes {}-{}/{}", part.begin, part.end - 1, size));
    if (request.method == "GET") m_bytes += part.end - part.begin;
    reply.send(std::move(head), part.end - part.begin, std::move(body));
}

Result<FragmentSet> withHashes(FragmentSet set, const Operation& operation) {
    if (hasHashes(set.store->manifest())) return set;
    TESSERA_TRY(auto files, ggufModelFiles(set.gguf));
    TESSERA_TRY(Manifest manifest, hashModel(set.gguf, {}, operation));
    TESSERA_TRY(set.store, openImageFiles(std::move(files), std::move(manifest), false));
    for (std::uint32_t i = 0; i < set.store->manifest().fragments.size(); ++i) set.store->setState(FragmentIndex{i}, FragmentState::Verified);
    set.verifiable = true;
    return set;
}

}  // namespace tessera
