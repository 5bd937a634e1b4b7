// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/remove_cut.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/v1/v1_format.h"
#include "core/gguf/reader.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>

namespace tessera::cli {

namespace {

enum class Format { Version1, Version2 };

struct Options {
    std::string model;
    std::optional<std::string> folder;
    bool in_place = false;
    bool force = false;
    Format format = Format::Version2;
    bool size_given = false;
    FragmentOptions fragment;
};

Result<void> check(const Options& options) {
    if (options.format == Format::Version2) return {};
    if (!options.folder) return fail(ErrorKind::InvalidArgument, "--format 1 is a folder of fragments; name it with -o DIR");
    if (options.size_given) return fail(ErrorKind::InvalidArgument, "--size: format 1 always cuts at 10 MiB");
    return {};
}

tl::unexpected<Error> refuse(const std::filesystem::path& existing) {
    return fail(ErrorKind::InvalidArgument, format("{} exists already; --force replaces it", toUtf8(existing)));
}

/// A cut that stands already is kept unless --force says otherwise; an interrupted one is resumed.
Result<void> makeRoom(const std::filesystem::path& folder, const std::filesystem::path& model, bool force) {
    const std::filesystem::path manifest = folder / "manifest.json";
    std::error_code code;
    if (!std::filesystem::exists(manifest, code)) return {};
    if (!force) return refuse(manifest);
    TESSERA_CHECK(readGgufModel(model));  // nothing is removed for a model that cannot be cut
    return removeCut(folder);
}

Result<std::filesystem::path> cut(const Options& options, const Operation& operation) {
    const std::filesystem::path model = fromUtf8(options.model);
    if (!options.folder) {
        const std::filesystem::path existing = findInPlaceManifest(model);
        if (!existing.empty() && !options.force) return refuse(existing);
        return fragmentInPlace(model, options.fragment, operation);
    }
    const std::filesystem::path folder = fromUtf8(*options.folder);
    TESSERA_CHECK(makeRoom(folder, model, options.force));
    if (options.format == Format::Version1) {
        TESSERA_CHECK(v1::writeFolder(model, folder, operation));
    } else {
        TESSERA_CHECK(fragmentToDirectory(model, folder, options.fragment, operation));
    }
    return folder / "manifest.json";
}

Result<Manifest> manifestOf(const Options& options, const std::filesystem::path& path, const Operation& operation) {
    if (options.format == Format::Version2) return readManifest(path);
    TESSERA_TRY(v1::Folder folder, v1::openFolder(path.parent_path(), operation));
    return std::move(folder.manifest);
}

void report(Output& output, const Options& options, const std::filesystem::path& path, const Manifest& manifest, double seconds) {
    output.line(format("{}: {} in {} fragments", manifest.model_name, formatBytes(manifest.totalBytes()), manifest.fragments.size()));
    output.line(format("manifest  {}", toUtf8(path)));
    output.line(format("model id  {}", toHex(manifest.model_id)));
    output.line(format("set id    {}", toHex(manifest.set_id)));
    output.result({{"manifest", toUtf8(path)},
                   {"format_version", options.format == Format::Version1 ? 1 : 2},
                   {"model_name", manifest.model_name},
                   {"architecture", manifest.architecture},
                   {"model_id", toHex(manifest.model_id)},
                   {"set_id", toHex(manifest.set_id)},
                   {"size_bytes", manifest.totalBytes()},
                   {"total_fragments", manifest.fragments.size()},
                   {"seconds", seconds}});
}

Result<int> act(const Options& options, Output& output) {
    const auto began = std::chrono::steady_clock::now();
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const std::filesystem::path path, cut(options, running.operation()));
    TESSERA_TRY(const Manifest manifest, manifestOf(options, path, running.operation()));
    running.bar().finish();
    report(output, options, path, manifest, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return kExitFine;
}

}  // namespace

void addFragmentVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("fragment", "Cut a GGUF model into verified fragments");
    verb.details("Without -o only a manifest is written, MODEL.gguf.manifest.json beside the model (in the data folder where that place "
                 "is read-only): the model's file stays as it is and is the store of its fragments. Any part of a split model names it whole. "
                 "An interrupted cut goes on where it stopped.");
    verb.positional("MODEL.gguf", options->model, "The model");
    verb.group("Cutting");
    verb.text("-o,--output", "DIR", options->folder, "Write the fragments as files into this folder");
    verb.flag("--in-place", options->in_place, "Write only the manifest (the default without -o)");
    verb.exclude("--in-place", "--output");
    verb.choice<Format>("--format", options->format, {{"1", Format::Version1}, {"2", Format::Version2}},
                        "Fragment format; 1 is that of the earlier Python project");
    const auto size = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->fragment.fragment_size, parseBytes(text));
        options->size_given = true;
        if (options->fragment.fragment_size >= limits::kMinFragmentBytes && options->fragment.fragment_size <= limits::kMaxFragmentBytes) return {};
        return fail(ErrorKind::InvalidArgument, format("{} is out of range; give a size from 64KiB to 100MiB", text));
    };
    verb.parsed("--size", "SIZE", size, "10MiB", "Largest size of a fragment; 64KiB to 100MiB");
    verb.number<int>("--threads", options->fragment.threads, {0, limits::kMaxThreads}, "Threads to hash with; 0 means all cores", "all cores");
    verb.flag("--force", options->force, "Replace a manifest or a folder of fragments that exists");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera fragment model.gguf", "write model.gguf.manifest.json");
    verb.example("tessera fragment model.gguf -o fragments/ --size 4MiB", "write a folder of fragments of at most 4 MiB");
    verb.example("tessera fragment model.gguf -o old/ --format 1", "write a folder that the earlier project reads");
    verb.check([options] { return check(*options); });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
