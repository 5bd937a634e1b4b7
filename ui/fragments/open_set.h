// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment set that the window looks at, and the work on it. Everything here is synchronous and runs on workers.
#pragma once

#include "core/fragment/fragment_store.h"
#include "core/fragment/repair.h"
#include "core/loader/fragment_set.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tessera::ui {

/// Immutable but for the store's states; shared by the page and its workers.
struct OpenSet {
    std::shared_ptr<const void> owner;  // keeps the store alive
    FragmentStore* store = nullptr;
    std::filesystem::path path;         // absolute
    std::filesystem::path gguf;         // empty where the model's file is not there as a whole
    bool verifiable = true;

    const Manifest& manifest() const { return store->manifest(); }
};

Result<std::shared_ptr<OpenSet>> openSet(const std::filesystem::path& path, const Operation& operation);

/// Opens the set for writing, verifies it, and brings what is wrong back from `model`. Nothing else may hold it open.
Result<RepairReport> repairSet(const std::filesystem::path& path, const std::filesystem::path& model, const Operation& operation);

/// What deleting a set removes.
struct DeletePlan {
    std::vector<std::filesystem::path> paths;  // files or folders to put into the trash
    std::vector<std::filesystem::path> model_files;  // the GGUF of an in-place set: only when the user ticks it
    std::uint64_t bytes = 0;        // that `paths` free
    std::uint64_t model_bytes = 0;  // that `model_files` would free besides
    bool in_place = false;
};
Result<DeletePlan> planDelete(const OpenSet& set);

}  // namespace tessera::ui
