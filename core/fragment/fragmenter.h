// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts a GGUF model: reads it once, hashes on all cores, writes a manifest (in place) or a folder of fragments.
#pragma once

#include "core/base/operation.h"
#include "core/fragment/manifest.h"
#include "core/fragment/plan.h"

#include <filesystem>

namespace tessera {

struct FragmentOptions {
    std::uint64_t fragment_size = limits::kDefaultFragmentBytes;
    int threads = 0;  // 0: all cores
};

/// Path of the manifest that in-place cutting writes: "<model>.gguf.manifest.json". For a split model `model` is its
/// first part (ggufModelFiles() finds it).
std::filesystem::path inPlaceManifestPath(const std::filesystem::path& model);
/// Where it goes when that place is read-only: "manifests/<model>.gguf-<hash of its folder>.manifest.json" in the user's
/// data folder.
std::filesystem::path fallbackManifestPath(const std::filesystem::path& model);
/// The manifest that in-place cutting has left for `model` (any part of a split one), in either place; empty when there
/// is none.
std::filesystem::path findInPlaceManifest(const std::filesystem::path& model);

/// Hashes every fragment and each whole file in one pass. Writes nothing. Memory stays below 200 MB whatever the
/// model's size. Stage of progress: "hashing".
Result<Manifest> hashModel(const std::filesystem::path& model, const FragmentOptions& options, const Operation& operation);

/// hashModel, then the manifest beside the model (in the data folder where that place is read-only).
/// The result is the manifest's path.
Result<std::filesystem::path> fragmentInPlace(const std::filesystem::path& model, const FragmentOptions& options,
                                              const Operation& operation);

/// manifest.json and fragments/<id>.dat in `folder` (created; must be empty or hold an interrupted cut of the same
/// model, which is resumed: fragments that are there already are held against their hash and kept). manifest.json is
/// written last. A `tokenizer.model` beside the GGUF is copied along.
/// InvalidArgument when the folder holds something else, or another process is cutting into it.
Result<void> fragmentToDirectory(const std::filesystem::path& model, const std::filesystem::path& folder,
                                 const FragmentOptions& options, const Operation& operation);

}  // namespace tessera
