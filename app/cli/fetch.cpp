// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/loader/network/download.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::string link;
    std::optional<std::string> folder;
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
    TESSERA_TRY(const Downloaded downloaded, downloadModel(options.link, options.download, running.operation()));
    running.bar().finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < downloaded.files.size(); ++i) {
        const std::string path = toUtf8(downloaded.files[i]), sha256 = toHex(downloaded.sha256[i]);
        output.line(format("{}  SHA-256 {}", path, sha256));
        files.push_back({{"path", path}, {"sha256", sha256}});
    }
    if (downloaded.was_there) output.note("it was there already");
    if (downloaded.check == DownloadCheck::Header) {
        output.note("the server told no hash, so nothing proves that these are the bytes its maker published; compare the SHA-256, or give it with --sha256");
    }
    output.result({{"files", files}, {"bytes", downloaded.bytes}, {"checked_by", checkName(downloaded.check)}, {"was_there", downloaded.was_there}, {"seconds", seconds}});
    return kExitFine;
}

}  // namespace

void addFetchVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("fetch", "Download a model: a GGUF, a fragment set, or from a model hub's page");
    verb.details("LINK is the http(s) link of a GGUF, of a manifest.json, of <model>.gguf.manifest.json, or of a page of a model hub "
                 "(hf.co/OWNER/NAME, with :Q4_K_M to choose among its files). A download that was stopped or killed goes on where it was. "
                 "The model appears only when it is whole and met its hash: the one of --sha256, of '#sha256=…' in the link, of the hub, or of the manifest.");
    verb.positional("LINK", options->link, "Where the model is");
    verb.group("Downloading");
    verb.text("-o,--output", "DIR", options->folder, "Folder to put it into; left out, models/ in the user's data folder");
    const auto parse = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->download.sha256, digestFromHex(text));
        return {};
    };
    verb.parsed("--sha256", "HEX", parse, {}, "SHA-256 that the GGUF must have");
    verb.number("--connections", options->download.connections, Range<int>{1, 16}, "Parts of the file that are fetched at once");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera fetch hf.co/OWNER/NAME:Q4_K_M", "fetch one model of a hub's page");
    verb.example("tessera fetch https://example.org/models/tiny.gguf -o models", "fetch a GGUF into a folder");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
