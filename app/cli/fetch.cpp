// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/layer_spans.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/loader/network/download.h"
#include "core/loader/network/model_link.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::vector<std::string> links;
    std::optional<std::string> folder, token;
    DownloadOptions download;
};

std::string_view checkName(DownloadCheck check) {
    switch (check) {
        case DownloadCheck::Sha256: return "sha256";
        case DownloadCheck::Fragments: return "fragments";
        case DownloadCheck::Header: return "header";
    }
    return {};
}

Result<int> act(Options options, Output& output) {
    const auto began = std::chrono::steady_clock::now();
    if (options.folder) options.download.folder = fromUtf8(*options.folder);
    VerbOperation running(output, ProgressUnit::Bytes);
    options.download.mirrors.assign(options.links.begin() + 1, options.links.end());
    options.download.http.token = options.token.value_or(environment(kLinkTokenVariable));
    TESSERA_TRY(const Downloaded downloaded, downloadModel(options.links.front(), options.download, running.operation()));
    running.bar().finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < downloaded.files.size(); ++i) {
        const std::string path = toUtf8(downloaded.files[i]);
        files.push_back({{"path", path}});
        if (downloaded.whole) files.back()["sha256"] = toHex(downloaded.sha256[i]);  // of a part it would not be true
        output.line(downloaded.whole ? format("{}  SHA-256 {}", path, toHex(downloaded.sha256[i])) : path);
    }
    nlohmann::ordered_json sources = nlohmann::ordered_json::array();
    for (const SourceReport& source : downloaded.sources) {
        if (downloaded.sources.size() > 1) output.line(format("{} fragments, {} from {}{}", source.fragments, formatBytes(source.bytes), hostOf(source.url), source.banned ? ", banned for wrong bytes" : ""));
        sources.push_back({{"url", source.url}, {"fragments", source.fragments}, {"bytes", source.bytes}, {"banned", source.banned}, {"trouble", source.trouble}});
    }
    if (downloaded.was_there) output.note("it was there already");
    if (!downloaded.whole) output.note("only the layers that were asked for are there; fetching again without --layers brings the rest");
    if (!downloaded.whole && !downloaded.pinned) output.note("the link did not pin the set, so only its server vouches for these bytes; add #set=… or --set");
    if (downloaded.check == DownloadCheck::Header) {
        output.note("the server told no hash, so nothing proves that these are the bytes its maker published; compare the SHA-256, or give it with --sha256");
    }
    output.result({{"files", files}, {"bytes", downloaded.bytes}, {"checked_by", checkName(downloaded.check)}, {"was_there", downloaded.was_there}, {"whole", downloaded.whole}, {"pinned", downloaded.pinned}, {"sources", sources}, {"seconds", seconds}});
    return kExitFine;
}

}  // namespace

void addFetchVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("fetch", "Download a model: a GGUF, a fragment set, or from a model hub's page");
    verb.details("LINK is the http(s) link of a GGUF, of a manifest.json, of <model>.gguf.manifest.json, or of a page of a model hub "
                 "(hf.co/OWNER/NAME, with :Q4_K_M to choose among its files). A download that was stopped or killed goes on where it was. "
                 "By manifest every fragment is held against its hash as it comes; a mirror that sends wrong bytes is asked no more. "
                 "The model appears only when it is whole and met its hash: the one of --sha256, of '#sha256=…' in the link, of the hub, or of the manifest.");
    verb.positionals("LINK", options->links, "Where the model is; further links are mirrors of the same set, and all are asked at once");
    verb.group("Downloading");
    verb.text("-o,--output", "DIR", options->folder, "Folder to put it into; left out, models/ in the user's data folder");
    const auto parse = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->download.sha256, digestFromHex(text));
        return {};
    };
    verb.parsed("--sha256", "HEX", parse, {}, "SHA-256 that the GGUF must have");
    const auto parse_set = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->download.set_id, digestFromHex(text));
        return {};
    };
    verb.parsed("--set", "HEX", parse_set, {}, "set_id that the manifest must have, as 'tessera serve' tells it; '#set=…' in a link does the same");
    const auto parse_layers = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(const LayerSpan layers, parseSpan(text));
        options->download.layers = LayerRange{layers.first, layers.last};
        return {};
    };
    verb.parsed("--layers", "FIRST-LAST", parse_layers, {}, "By manifest: fetch only what computes these layers");
    verb.text("--token", "TOKEN", options->token, format("Secret that the servers ask for; the variable {} does the same without showing it to other users. Every LINK's server gets it", kLinkTokenVariable));
    verb.number("--connections", options->download.connections, Range<int>{1, 16}, "Parts that are fetched from each server at once");
    verb.outputOptions(line.outputOptions());
    verb.check([options]() -> Result<void> {
        for (const std::string& link : options->links) TESSERA_CHECK(parseModelLink(link));
        return {};
    });
    verb.example("tessera fetch hf.co/OWNER/NAME:Q4_K_M", "fetch one model of a hub's page");
    verb.example("tessera fetch https://example.org/models/tiny.gguf -o models", "fetch a GGUF into a folder");
    verb.example("tessera fetch http://192.168.0.2:8337 http://192.168.0.3:8337 --layers 0-14", "half a model, from two servers at once");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
