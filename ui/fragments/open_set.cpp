// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/open_set.h"

#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/verifier.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"

namespace tessera::ui {
namespace {

namespace fs = std::filesystem;

std::uint64_t sizeOf(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        const auto size = fs::file_size(path, error);
        return error ? 0 : size;
    }
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path, error))
        if (entry.is_regular_file(error)) bytes += entry.file_size(error);
    return bytes;
}

/// The manifest file of an in-place set, whatever of its files was named.
fs::path manifestOf(const OpenSet& set) {
    if (set.path.extension() == ".json") return set.path;
    return findInPlaceManifest(set.path);
}

Result<std::unique_ptr<FragmentStore>> openForWriting(const OpenSet& set, const Operation& operation) {
    if (fs::is_directory(set.path)) return openDirectoryStore(set.path, operation);
    return createImageStore(set.path.parent_path(), Manifest(set.manifest()));
}

}  // namespace

Result<std::shared_ptr<OpenSet>> openSet(const fs::path& path, const Operation& operation) {
    TESSERA_TRY(FragmentSet opened, openFragmentSet(path, operation));
    auto owner = std::make_shared<FragmentSet>(std::move(opened));
    auto set = std::make_shared<OpenSet>();
    set->store = owner->store.get();
    set->path = owner->path;
    set->gguf = owner->gguf;
    set->verifiable = owner->verifiable;
    set->owner = std::move(owner);
    return set;
}

Result<RepairReport> repairSet(const fs::path& path, const fs::path& model, const Operation& operation) {
    TESSERA_TRY(std::shared_ptr<OpenSet> set, openSet(path, operation));
    if (!set->verifiable)
        return fail(ErrorKind::InvalidArgument, toUtf8(path) + ": there are no hashes to repair by. Cut the model first.");
    TESSERA_TRY(const std::unique_ptr<FragmentStore> store, openForWriting(*set, operation));
    set.reset();
    TESSERA_TRY(const VerifyReport report, verifyStore(*store, operation));
    if (report.ok()) return RepairReport{};
    return repairStore(*store, model, operation);
}

Result<DeletePlan> planDelete(const OpenSet& set) {
    DeletePlan plan;
    std::error_code error;
    if (fs::is_directory(set.path, error)) {
        plan.paths.push_back(set.path);
    } else {
        plan.in_place = true;
        const fs::path manifest = manifestOf(set), folder = set.path.parent_path();
        if (fs::exists(manifest, error)) plan.paths.push_back(manifest);
        for (const ManifestFile& file : set.manifest().files) {
            // A single file may have been renamed together with its manifest.
            const fs::path model = set.manifest().files.size() == 1 && !set.gguf.empty() ? set.gguf : folder / fromUtf8(file.name), journal = fs::path(model) += ".journal";
            if (fs::exists(model, error)) plan.model_files.push_back(model);
            if (fs::exists(journal, error)) plan.paths.push_back(journal);
        }
    }
    for (const fs::path& path : plan.paths) plan.bytes += sizeOf(path);
    for (const fs::path& path : plan.model_files) plan.model_bytes += sizeOf(path);
    return plan;
}

}  // namespace tessera::ui
