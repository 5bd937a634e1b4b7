// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_file.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::string output;
    bool force = false;
};

/// Where the model's files will stand: `output`, or for a split model its files' own names in the folder of `output`.
std::vector<std::filesystem::path> outputFiles(const Manifest& manifest, const std::filesystem::path& output) {
    if (manifest.files.size() == 1) return {output};
    std::vector<std::filesystem::path> files;
    for (const ManifestFile& file : manifest.files) files.push_back(output.parent_path() / fromUtf8(file.name));
    return files;
}

Result<int> act(const Options& options, Output& output) {
    const auto began = std::chrono::steady_clock::now();
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const FragmentSet set, openSet(options.set, output, running.operation()));
    const Manifest& manifest = set.store->manifest();
    const std::filesystem::path target = fromUtf8(options.output);
    const std::vector<std::filesystem::path> files = outputFiles(manifest, target);
    for (const std::filesystem::path& file : files) TESSERA_CHECK(checkMayWrite(file, set, options.force));
    if (auto rebuilt = recombine(*set.store, target, running.operation()); !rebuilt) {
        return tl::unexpected(inSet(std::move(rebuilt).error(), set.path));
    }
    running.bar().finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    nlohmann::ordered_json written = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const ManifestFile& file = manifest.files[i];
        output.line(format("{}  {}  SHA-256 {}", toUtf8(files[i]), formatBytes(file.size_bytes), toHex(file.sha256)));
        written.push_back({{"path", toUtf8(files[i])}, {"size_bytes", file.size_bytes}, {"sha256", toHex(file.sha256)}});
    }
    output.result({{"model_name", manifest.model_name}, {"files", written}, {"seconds", seconds}});
    return kExitFine;
}

}  // namespace

void addRecombineVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("recombine", "Rebuild the GGUF byte for byte from its fragments");
    verb.details("Every fragment is held against its hash as it is read, and the whole file at the end. The file appears whole or not at "
                 "all; an interrupted run leaves FILE.gguf.tessera-part, which the next one continues.");
    addSetArgument(verb, options->set);
    verb.group("Rebuilding");
    verb.text("-o,--output", "FILE.gguf", options->output, "File to write; a split model's files get their own names in its folder");
    verb.require("--output");
    verb.flag("--force", options->force, "Replace a file that exists");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera recombine fragments/ -o model.gguf", "rebuild the model from a folder of fragments");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
