// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/download.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/platform/paths.h"
#include "core/loader/network/file_download.h"

#include <algorithm>
#include <cstdlib>

namespace tessera {

namespace {

constexpr int kRestarts = 2;  // when the file changes on the server meanwhile
constexpr std::uint64_t kMaxManifestBesideBytes = 64 * limits::MiB;
constexpr std::string_view kManifestSuffix = ".manifest.json";

std::string hubOf(const DownloadOptions& options) {
    if (!options.hub.empty()) return options.hub;
    const char* mirror = std::getenv("HF_ENDPOINT");
    std::string hub = mirror && *mirror ? mirror : std::string(kDefaultHub);
    while (hub.ends_with('/')) hub.pop_back();
    return hub;
}

Result<std::filesystem::path> makeFolder(const DownloadOptions& options) {
    const std::filesystem::path folder = options.folder.empty() ? dataFolder() / "models" : options.folder;
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) return fail(ErrorKind::Io, format("{}: cannot create the folder: {}", toUtf8(folder), code.message()));
    return folder;
}

Result<std::vector<OfferedModel>> listPage(HttpClient& client, const ModelLink& page, const std::string& hub, const Operation& operation) {
    TESSERA_TRY(const std::string json, client.json(page.url, limits::kMaxListingBytes, client.policy().attempts, operation.stop));
    return parseHubListing(json, page, hub);
}

/// The one model of a page.
Result<ModelLink> onlyModelOf(HttpClient& client, const ModelLink& page, const std::string& hub, const Operation& operation) {
    TESSERA_TRY(const auto offered, listPage(client, page, hub, operation));
    if (offered.size() == 1) return parseModelLink(offered.front().link, hub);
    std::string list;
    for (const OfferedModel& model : offered) {
        list += format("\n  {}  {}", model.link.substr(0, model.link.find('#')), model.size_bytes ? formatBytes(*model.size_bytes) : std::string());
    }
    return fail(ErrorKind::InvalidArgument, format("{} offers {} models, name one of them:{}", page.repository, offered.size(), list));
}

/// All files of one model, from plain links.
class PlainDownload {
public:
    PlainDownload(HttpClient& client, const ModelLink& link, const std::filesystem::path& folder, const DownloadOptions& options) {
        for (const ModelLink& part : partsOf(link)) {
            m_parts.emplace_back(client, FilePlan{part, folder / fromUtf8(part.file_name), options.connections, options.max_bytes});
        }
    }

    Result<Downloaded> run(const Operation& operation) {
        for (FileDownload& part : m_parts) TESSERA_CHECK(part.ask(operation.stop));
        TESSERA_CHECK(findMissing(operation));
        for (FileDownload* part : m_missing) TESSERA_CHECK(part->open());
        TESSERA_CHECK(fetch(operation));
        TESSERA_CHECK(verify(operation));
        for (auto part = m_missing.rbegin(); part != m_missing.rend(); ++part) TESSERA_CHECK((*part)->keep());
        return summary();
    }
    bool changed() const { return std::ranges::any_of(m_parts, &FileDownload::changed); }

private:
    Result<void> findMissing(const Operation& operation) {
        for (FileDownload& part : m_parts) {
            TESSERA_TRY(const bool there, part.isThere(operation));
            if (!there) m_missing.push_back(&part);
        }
        return {};
    }

    Result<void> fetch(const Operation& operation) {
        std::uint64_t total = 0, there = 0;
        const bool known = std::ranges::all_of(m_missing, [](const FileDownload* part) { return part->remote().size.has_value(); });
        for (const FileDownload* part : m_missing) {
            total += part->remote().size.value_or(0);
            there += part->bytesThere();
        }
        ProgressMeter meter(operation, known ? total : 0, "downloading");
        meter.add(there);
        for (FileDownload* part : m_missing) TESSERA_CHECK(part->fetch(operation, meter));
        meter.finish();
        return {};
    }

    Result<void> verify(const Operation& operation) {
        std::uint64_t total = 0;
        for (const FileDownload* part : m_missing) total += part->size();
        ProgressMeter meter(operation, total, "verifying");
        for (FileDownload* part : m_missing) TESSERA_CHECK(part->verify(operation, meter));
        meter.finish();
        return {};
    }

    Downloaded summary() const {
        Downloaded downloaded;
        downloaded.was_there = m_missing.empty();
        downloaded.check = std::ranges::all_of(m_parts, [](const FileDownload& part) { return part.remote().sha256.has_value(); }) ? DownloadCheck::Sha256 : DownloadCheck::Header;
        for (const FileDownload& part : m_parts) {
            downloaded.files.push_back(part.target());
            downloaded.bytes += part.remote().size.value_or(part.size());
            downloaded.sha256.push_back(part.remote().sha256.value_or(part.sha256()));
        }
        return downloaded;
    }

    std::vector<FileDownload> m_parts;
    std::vector<FileDownload*> m_missing;
};

Result<Downloaded> downloadPlain(HttpClient& client, const ModelLink& link, const std::filesystem::path& folder, const DownloadOptions& options, const Operation& operation) {
    for (int restart = 0;; ++restart) {
        PlainDownload download(client, link, folder, options);
        auto downloaded = download.run(operation);
        if (downloaded || !download.changed() || restart == kRestarts) return downloaded;
        logWarning(downloaded.error().message + "; beginning anew");
    }
}

Result<Downloaded> downloadByManifest(FragmentPlan plan, const DownloadOptions& options, const Operation& operation) {
    Downloaded downloaded;
    TESSERA_TRY(FetchedFragments fetched, downloadFragments(plan, options.http, operation));
    downloaded.files = std::move(fetched.files);
    downloaded.sources = std::move(fetched.sources);
    downloaded.whole = fetched.whole;
    downloaded.was_there = std::ranges::all_of(downloaded.sources, [](const SourceReport& source) { return source.fragments == 0; });
    downloaded.pinned = options.set_id.has_value();
    downloaded.check = DownloadCheck::Fragments;
    downloaded.bytes = plan.manifest.totalBytes();
    for (const ManifestFile& file : plan.manifest.files) downloaded.sha256.push_back(file.sha256);
    return downloaded;
}

FragmentLayout layoutOf(const ModelLink& link) {
    if (link.kind != LinkKind::Manifest) return FragmentLayout::File;
    const std::string path = link.url.substr(0, link.url.find_first_of("?#"));
    return path.ends_with("/manifest.json") ? FragmentLayout::Folder : FragmentLayout::Image;
}

/// A manifest as somebody serves it, true to what was asked for.
Result<Manifest> readManifestFrom(HttpClient& client, const ModelLink& link, const DownloadOptions& options, const Operation& operation) {
    TESSERA_TRY(const std::string json, client.json(link.url, limits::kMaxManifestBytes, options.mirrors.empty() ? client.policy().attempts : 1, operation.stop));
    TESSERA_TRY(Manifest manifest, parseManifest(json, link.url));
    if (link.sha256 && *link.sha256 != manifest.model_id) {
        return fail(ErrorKind::Corrupt, format("{}: this is the manifest of another model: its SHA-256 is {}, not {}", link.url, toHex(manifest.model_id), toHex(*link.sha256)));
    }
    if (options.set_id && *options.set_id != manifest.set_id) {
        return fail(ErrorKind::Corrupt, format("{}: this is the manifest of another set, or a forged one: its set_id is {}, not {}", link.url, toHex(manifest.set_id), toHex(*options.set_id)));
    }
    return manifest;
}

/// The manifest that the servers agree on. One that cannot be reached, or has another than the one that was asked for, is
/// passed over as long as somebody has the right one; without a pin two that differ are an error, as nobody knows who lies.
Result<Manifest> agreedManifest(HttpClient& client, const std::vector<ModelLink>& links, const DownloadOptions& options, const Operation& operation) {
    std::optional<Manifest> agreed;
    std::optional<Error> trouble;
    for (const ModelLink& link : links) {
        if (link.kind != LinkKind::Manifest || (agreed && options.set_id)) continue;
        auto manifest = readManifestFrom(client, link, options, operation);
        if (!manifest) {
            if (manifest.error().kind == ErrorKind::Cancelled) return manifest;
            if (links.size() > 1) logWarning(manifest.error().message);
            if (!trouble) trouble = std::move(manifest).error();
        } else if (!agreed) {
            agreed = *std::move(manifest);
        } else if (agreed->set_id != manifest->set_id) {
            return fail(ErrorKind::Corrupt, format("{} serves another set (set_id {}) than the servers before it ({}); say which is meant with --set", hostOf(link.url), toHex(manifest->set_id), toHex(agreed->set_id)));
        }
    }
    if (agreed) return *std::move(agreed);
    if (trouble) return tl::unexpected(*std::move(trouble));
    return fail(ErrorKind::InvalidArgument, "several servers are of use only with a manifest; name one of them by its manifest.json");
}

Result<Downloaded> downloadWith(Manifest manifest, const std::vector<ModelLink>& links, const std::filesystem::path& folder, const DownloadOptions& options, const Operation& operation) {
    if (manifest.totalBytes() > options.max_bytes) {
        return fail(ErrorKind::InvalidArgument, format("the model has {}, more than the {} that are allowed", formatBytes(manifest.totalBytes()), formatBytes(options.max_bytes)));
    }
    FragmentPlan plan;
    for (const ModelLink& link : links) {
        FragmentSource source{link.url, layoutOf(link)};
        if (source.layout == FragmentLayout::File && manifest.files.size() > 1) source.layout = FragmentLayout::Image;  // parts lie beside it
        plan.sources.push_back(std::move(source));
    }
    plan.manifest = std::move(manifest);
    plan.folder = folder;
    plan.connections = options.connections;
    plan.layers = options.layers;
    return downloadByManifest(std::move(plan), options, operation);
}

/// Whoever serves a model that was cut in place serves "<model>.gguf.manifest.json" as well: with it every fragment can
/// be verified as it comes. Hubs tell the hash of the file and have none.
std::optional<Manifest> manifestBeside(HttpClient& client, const ModelLink& link, const Operation& operation) {
    if (partsOf(link).size() > 1 || link.url.find('?') != std::string::npos) return std::nullopt;
    const auto json = client.json(link.url + std::string(kManifestSuffix), kMaxManifestBesideBytes, 1, operation.stop);
    if (!json) return std::nullopt;
    auto manifest = parseManifest(*json, link.url);
    if (!manifest || manifest->files.size() != 1 || manifest->files[0].name != link.file_name) return std::nullopt;
    if (link.sha256 && *link.sha256 != manifest->model_id) return std::nullopt;
    return *std::move(manifest);
}

Result<Downloaded> downloadGguf(HttpClient& client, const ModelLink& link, const std::filesystem::path& folder, const DownloadOptions& options, const Operation& operation) {
    FileDownload first(client, FilePlan{link, folder / fromUtf8(link.file_name), 1, options.max_bytes});
    TESSERA_CHECK(first.ask(operation.stop));
    const bool by_fragments = options.layers || options.set_id;
    if (first.remote().ranges && (!first.remote().sha256 || by_fragments)) {
        auto manifest = manifestBeside(client, link, operation);
        const bool fits = manifest && manifest->files[0].size_bytes == first.remote().size && (!options.set_id || *options.set_id == manifest->set_id);
        if (fits) return downloadWith(*std::move(manifest), {link}, folder, options, operation);
    }
    if (by_fragments) return fail(ErrorKind::NotFound, format("{} has no manifest of this set beside the file; fetch by the link of a manifest", hostOf(link.url)));
    return downloadPlain(client, link, folder, options, operation);
}

}  // namespace

Result<std::vector<OfferedModel>> offeredModels(const std::string& link, const DownloadOptions& options, const Operation& operation) {
    const std::string hub = hubOf(options);
    TESSERA_TRY(const ModelLink parsed, parseModelLink(link, hub));
    if (parsed.kind != LinkKind::HubPage) {
        const std::string mark = parsed.sha256 ? "#sha256=" + toHex(*parsed.sha256) : std::string();
        return std::vector{OfferedModel{parsed.file_name, parsed.url + mark, std::nullopt}};
    }
    HttpClient client(options.http);
    return listPage(client, parsed, hub, operation);
}

Result<Downloaded> downloadModel(const std::string& text, const DownloadOptions& given, const Operation& operation) {
    DownloadOptions options = given;
    const std::string hub = hubOf(options);
    std::vector<ModelLink> links;
    std::vector<std::string> texts{text};
    texts.insert(texts.end(), options.mirrors.begin(), options.mirrors.end());
    for (const std::string& one : texts) {
        TESSERA_TRY(ModelLink link, parseModelLink(one, hub));
        if (options.sha256) link.sha256 = options.sha256;
        if (link.set_id && options.set_id && *link.set_id != *options.set_id) return fail(ErrorKind::InvalidArgument, format("{} is of another set than the one that was asked for", one));
        if (link.set_id) options.set_id = link.set_id;
        links.push_back(std::move(link));
    }
    HttpClient client(options.http);
    for (ModelLink& link : links) {
        if (link.kind != LinkKind::HubPage) continue;
        TESSERA_TRY(link, onlyModelOf(client, link, hub, operation));
        if (options.sha256) link.sha256 = options.sha256;
    }
    TESSERA_TRY(const std::filesystem::path folder, makeFolder(options));
    if (links.size() == 1 && links.front().kind != LinkKind::Manifest) return downloadGguf(client, links.front(), folder, options, operation);
    TESSERA_TRY(Manifest manifest, agreedManifest(client, links, options, operation));
    return downloadWith(std::move(manifest), links, folder, options, operation);
}

}  // namespace tessera
