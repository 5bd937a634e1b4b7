// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/fragmenter.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/base/utf8.h"
#include "core/fragment/cut_folder.h"
#include "core/fragment/fragment_writer.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/plan_hasher.h"
#include "core/gguf/reader.h"

namespace tessera {

namespace {

/// "model-00001-of-00003.gguf" and "model.gguf" are both "model".
std::string modelName(const std::vector<std::filesystem::path>& files) {
    std::string name = toUtf8(files.front().stem());
    const std::string ending = fmt::format("-00001-of-{:05}", files.size());
    if (files.size() > 1 && name.ends_with(ending)) name.resize(name.size() - ending.size());
    return name;
}

/// A manifest is JSON and its file names travel between systems.
Result<void> checkNames(const std::vector<std::filesystem::path>& files) {
    for (const std::filesystem::path& path : files) {
        const std::string name = toUtf8(path.filename());
        if (isPlainFileName(name) && validUtf8Prefix(name) == name.size()) continue;
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("the file name {} cannot stand in a manifest; rename the file", inQuotes(name)));
    }
    return {};
}

/// What every way of cutting begins with.
struct Source {
    std::vector<std::filesystem::path> files;
    GgufModel model;
};
Result<Source> openSource(const std::filesystem::path& path) {
    Source source;
    TESSERA_TRY(source.files, ggufModelFiles(path));
    TESSERA_CHECK(checkNames(source.files));
    TESSERA_TRY(source.model, readGgufModel(path));
    return source;
}

using FragmentSink = std::function<Result<void>(const Fragment&)>;

Result<Manifest> hashSource(const Source& source, const FragmentOptions& options, const FragmentSink& sink,
                            const Operation& operation) {
    HashRequest request;
    request.paths = source.files;
    for (const GgufFileInfo& file : source.model.files) request.sizes.push_back(file.size_bytes);
    TESSERA_TRY(request.plan, planFragments(source.model, {options.fragment_size}, gapsOf(source.model)));
    request.id_of = fragmentId;
    request.on_fragment = sink;
    request.threads = options.threads;
    TESSERA_TRY(HashedPlan hashed, hashPlan(std::move(request), operation));
    Manifest manifest;
    manifest.model_name = modelName(source.files);
    manifest.architecture = toValidUtf8(source.model.architecture());
    manifest.fragment_size = options.fragment_size;
    manifest.files = std::move(hashed.files);
    manifest.fragments = std::move(hashed.fragments);
    manifest.model_id = modelIdOf(manifest.files);
    manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
    TESSERA_CHECK(checkManifest(manifest));  // what we would not read, we do not write
    return manifest;
}

Result<void> createFolder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code)
        return fail(ErrorKind::Io, fmt::format("{}: cannot create the folder: {}", toUtf8(folder), code.message()));
    return {};
}

Result<void> copyTokenizer(const std::filesystem::path& model, const std::filesystem::path& folder) {
    const std::filesystem::path tokenizer = model.parent_path() / "tokenizer.model";
    std::error_code code;
    if (!std::filesystem::is_regular_file(tokenizer, code)) return {};
    TESSERA_TRY(const auto bytes, readFile(tokenizer, limits::kMaxTokenizerModelBytes));
    return writeFileAtomically(folder / "tokenizer.model", bytes);
}

/// The manifest in the user's data folder, because `reason` kept it from the model's side.
Result<std::filesystem::path> writeFallback(const Manifest& manifest, const std::filesystem::path& model,
                                            const Error& reason) {
    const std::filesystem::path fallback = fallbackManifestPath(model);
    auto written = createFolder(fallback.parent_path()).and_then([&] { return writeManifest(manifest, fallback); });
    if (!written)
        return fail(reason.kind,
                    fmt::format("{} (and not in the data folder either: {})", reason.message, written.error().message));
    return fallback;
}

}  // namespace

std::filesystem::path inPlaceManifestPath(const std::filesystem::path& model) {
    std::filesystem::path path = model;
    return path += ".manifest.json";
}

std::filesystem::path fallbackManifestPath(const std::filesystem::path& model) {
    std::error_code code;
    std::filesystem::path absolute = std::filesystem::absolute(model, code);
    if (code) absolute = model;
    const std::string folder = toUtf8(absolute.lexically_normal().parent_path());
    const std::string hash = toHex(sha256(std::as_bytes(std::span(folder)))).substr(0, 16);
    return dataFolder() / "manifests" / fromUtf8(fmt::format("{}-{}.manifest.json", toUtf8(model.filename()), hash));
}

std::filesystem::path findInPlaceManifest(const std::filesystem::path& model) {
    const auto files = ggufModelFiles(model);
    const std::filesystem::path& first = files ? files->front() : model;
    std::error_code code;
    // The fallback is written only when the other place could not be: where both are, it is the newer one.
    for (const auto& path : {fallbackManifestPath(first), inPlaceManifestPath(first)}) {
        if (std::filesystem::is_regular_file(path, code)) return path;
    }
    return {};
}

Result<Manifest> hashModel(const std::filesystem::path& model, const FragmentOptions& options,
                           const Operation& operation) {
    TESSERA_TRY(const Source source, openSource(model));
    return hashSource(source, options, {}, operation);
}

Result<std::filesystem::path> fragmentInPlace(const std::filesystem::path& model, const FragmentOptions& options,
                                              const Operation& operation) {
    TESSERA_TRY(const Source source, openSource(model));
    TESSERA_TRY(const Manifest manifest, hashSource(source, options, {}, operation));
    const std::filesystem::path& first = source.files.front();
    const std::filesystem::path beside = inPlaceManifestPath(first);
    if (auto written = writeManifest(manifest, beside); !written)
        return writeFallback(manifest, first, written.error());
    std::error_code ignored;
    std::filesystem::remove(fallbackManifestPath(first), ignored);  // of a time when this place was read-only
    return beside;
}

Result<void> fragmentToDirectory(const std::filesystem::path& model, const std::filesystem::path& folder,
                                 const FragmentOptions& options, const Operation& operation) {
    TESSERA_TRY(const Source source, openSource(model));
    TESSERA_CHECK(
        planFragments(source.model, {options.fragment_size}));  // a wrong size is told before anything is written
    TESSERA_TRY(const std::string description, describeCut(2, options.fragment_size, source.files));
    TESSERA_TRY(CutFolder cut, CutFolder::open(folder, description));
    const std::filesystem::path fragments = folder / "fragments";
    TESSERA_CHECK(createFolder(fragments));
    removeStaleTemporaries(fragments);
    const auto path_of = [&](const Fragment& fragment) { return fragments / (fragment.id + ".dat"); };
    TESSERA_TRY(const auto writer, FragmentWriter::start(source.files, path_of, options.threads, operation.stop));
    const auto sink = [&](const Fragment& fragment) { return writer->add(fragment); };
    TESSERA_TRY(const Manifest manifest, hashSource(source, options, sink, operation));
    TESSERA_CHECK(writer->finish());
    TESSERA_CHECK(copyTokenizer(source.files.front(), folder));
    return cut.finish(manifestToJson(manifest));
}

}  // namespace tessera
