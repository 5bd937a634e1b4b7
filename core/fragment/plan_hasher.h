// SPDX-License-Identifier: GPL-3.0-or-later
// Fills a plan with hashes: every fragment's and each whole file's SHA-256 in one pass over the files.
#pragma once

#include "core/base/operation.h"
#include "core/fragment/manifest.h"

#include <filesystem>
#include <functional>
#include <vector>

namespace tessera {

struct HashRequest {
    std::vector<std::filesystem::path> paths;           // by file_index
    std::vector<std::uint64_t> sizes;                   // the files' sizes when the plan was made
    std::vector<Fragment> plan;                         // by file and offset
    std::function<std::string(const Fragment&)> id_of;  // called once the fragment's hash is known
    /// Called for every finished fragment, from several threads, while its bytes are still in the system's cache.
    std::function<Result<void>(const Fragment&)> on_fragment;
    int threads = 0;                                    // 0: all cores
};

struct HashedPlan {
    std::vector<ManifestFile> files;
    std::vector<Fragment> fragments;  // gaps that hold only zeros are left out
};

/// The whole-file hash cannot be split between threads, so its speed is the limit for a single file: the fragments are
/// hashed beside it, and the files of a split model side by side. Memory: 16 MiB for each file at a time,
/// at most four. Corrupt when a file changes meanwhile.
Result<HashedPlan> hashPlan(HashRequest request, const Operation& operation);

}  // namespace tessera
