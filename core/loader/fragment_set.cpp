// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/fragment_set.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/plan.h"
#include "core/gguf/reader.h"
#include "core/loader/find_models.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"

#include <array>

namespace tessera {

namespace {

using Paths = std::vector<std::filesystem::path>;

constexpr std::string_view kManifestSuffix = ".manifest.json";

FragmentSet setOf(const std::filesystem::path& path, std::unique_ptr<FragmentStore> store) {
    FragmentSet set;
    set.path = path;
    set.store = std::move(store);
    return set;
}

bool isWhole(const FragmentStore& store) {
    for (std::uint32_t i = 0; i < store.manifest().fragments.size(); ++i) {
        if (store.state(FragmentIndex{i}) == FragmentState::Missing) return false;
    }
    return true;
}

Result<FragmentSet> openInPlace(const std::filesystem::path& path, Paths files, Manifest manifest) {
    const std::filesystem::path first = files.front();
    TESSERA_TRY(auto store, openImageFiles(std::move(files), std::move(manifest)));
    FragmentSet set = setOf(path, std::move(store));
    if (isWhole(*set.store)) set.gguf = first;
    return set;
}

/// A plain GGUF, cut in memory: the fragments have places, but no hashes.
Result<FragmentSet> openPlain(const std::filesystem::path& path, const Paths& files) {
    TESSERA_TRY(const GgufModel model, readGgufModel(path));
    if (model.files.size() != files.size()) {
        return fail(ErrorKind::InvalidArgument, format("{}: is a part of a split model, but its name does not end like \"-00001-of-00002.gguf\"", toUtf8(path)));
    }
    Manifest manifest;
    manifest.model_name = toUtf8(files.front().stem());
    manifest.architecture = model.architecture();
    TESSERA_TRY(manifest.fragments, planFragments(model, {}));
    for (Fragment& fragment : manifest.fragments) fragment.id = fragmentId(fragment);
    for (std::size_t i = 0; i < files.size(); ++i) manifest.files.push_back({toUtf8(files[i].filename()), model.files[i].size_bytes, {}});
    TESSERA_TRY(auto store, openImageFiles(files, std::move(manifest), false));
    FragmentSet set = setOf(path, std::move(store));
    set.verifiable = false;
    set.gguf = files.front();
    return set;
}

/// The manifest of a model's first file, in either place. As findInPlaceManifest(), without reading the header: it has
/// a whole vocabulary in it, and is read once, by whoever computes with the set.
std::filesystem::path manifestOf(const std::filesystem::path& first) {
    std::error_code code;
    for (const auto& path : {fallbackManifestPath(first), inPlaceManifestPath(first)}) {
        if (std::filesystem::is_regular_file(path, code)) return path;
    }
    return {};
}

Result<FragmentSet> openGguf(const std::filesystem::path& path) {
    Paths files{path};
    if (splitPartNumber(toUtf8(path.filename())) > 0) {
        TESSERA_TRY(files, ggufModelFiles(path));
    }
    const std::filesystem::path manifest_path = manifestOf(files.front());
    if (manifest_path.empty()) return openPlain(path, files);
    TESSERA_TRY(Manifest manifest, readManifest(manifest_path));
    return openInPlace(path, std::move(files), std::move(manifest));
}

/// "<model>.gguf.manifest.json": the model's files are beside it. A single file is found by the manifest's own name,
/// so that both may be renamed together.
Result<FragmentSet> openInPlaceManifest(const std::filesystem::path& path) {
    TESSERA_TRY(Manifest manifest, readManifest(path));
    Paths files;
    for (const ManifestFile& file : manifest.files) files.push_back(path.parent_path() / fromUtf8(file.name));
    const std::string name = toUtf8(path.filename());
    const auto renamed = path.parent_path() / fromUtf8(name.substr(0, name.size() - std::min(name.size(), kManifestSuffix.size())));
    std::error_code code;
    if (files.size() == 1 && name.ends_with(kManifestSuffix) && std::filesystem::is_regular_file(renamed, code)) files[0] = renamed;
    for (const auto& file : files) {
        if (std::filesystem::exists(file, code)) continue;
        return fail(ErrorKind::NotFound, format("{}: the model's file is not beside this manifest, where it is looked for ({}); name the GGUF, wherever it is, "
                                                "and its manifest is found", toUtf8(path), toUtf8(file)));
    }
    return openInPlace(path, std::move(files), std::move(manifest));
}

Result<FragmentSet> openFolder(const std::filesystem::path& path, const Operation& operation) {
    std::error_code code;
    if (std::filesystem::exists(path / "manifest.json", code)) {
        TESSERA_TRY(auto store, openDirectoryStore(path, operation));
        return setOf(path, std::move(store));
    }
    const Paths models = modelsIn(path);
    if (models.size() == 1) return openFragmentSet(models.front(), operation);
    if (models.empty()) return fail(ErrorKind::NotFound, format("{}: there is no manifest.json and no GGUF in this folder", toUtf8(path)));
    std::string names;
    for (const auto& model : models) names += "\n  " + toUtf8(model);
    return fail(ErrorKind::InvalidArgument, format("{}: there are {} models in this folder, name one of them:{}", toUtf8(path), models.size(), names));
}

Result<bool> beginsLikeGguf(const std::filesystem::path& path) {
    TESSERA_TRY(const File file, File::open(path, File::Mode::Read));
    std::array<std::byte, 4> magic{};
    TESSERA_TRY(const std::uint64_t size, file.size());
    if (size < magic.size()) return false;
    TESSERA_CHECK(file.readAt(0, magic));
    return magic == std::array{std::byte{'G'}, std::byte{'G'}, std::byte{'U'}, std::byte{'F'}};
}

}  // namespace

Result<FragmentSet> openFragmentSet(const std::filesystem::path& named, const Operation& operation) {
    std::error_code code;
    std::filesystem::path path = std::filesystem::absolute(named, code).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // "folder/"
    const auto status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status)) {
        return fail(ErrorKind::NotFound, format("{}: there is no such file or folder; a GGUF, a manifest or a folder of fragments is looked for", toUtf8(path)));
    }
    if (std::filesystem::is_directory(status)) return openFolder(path, operation);
    if (toUtf8(path.filename()) == "manifest.json") return openFolder(path.parent_path(), operation);
    if (path.extension() == ".json") return openInPlaceManifest(path);
    TESSERA_TRY(const bool gguf, beginsLikeGguf(path));
    if (gguf) return openGguf(path);
    return fail(ErrorKind::Unsupported, format("{}: is no GGUF, no manifest and no folder of fragments", toUtf8(path)));
}

std::filesystem::path findTokenizerModel(const FragmentSet& set) {
    std::error_code code;
    const std::filesystem::path folder = std::filesystem::is_directory(set.path, code) ? set.path : set.path.parent_path();
    for (const auto& place : {folder, folder.parent_path(), std::filesystem::current_path(code)}) {
        if (std::filesystem::is_regular_file(place / "tokenizer.model", code)) return place / "tokenizer.model";
    }
    return {};
}

}  // namespace tessera
