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

/// Path of the manifest that in-place cutting writes: "<model>.gguf.manifest.json".
std::filesystem::path inPlaceManifestPath(const std::filesystem::path& model);

/// Hashes every fragment and each whole file. Writes nothing. Memory stays below 200 MB whatever the model's size.
Result<Manifest> hashModel(const std::filesystem::path& model, const FragmentOptions& options, const Operation& operation);

/// hashModel, then the manifest beside the model (in the data folder where that place is read-only).
/// The result is the manifest's path.
Result<std::filesystem::path> fragmentInPlace(const std::filesystem::path& model, const FragmentOptions& options,
                                              const Operation& operation);

/// manifest.json and fragments/<id>.dat in `folder` (created; must be empty or hold an interrupted cut of the same
/// model, which is resumed). A `tokenizer.model` beside the GGUF is copied along.
Result<void> fragmentToDirectory(const std::filesystem::path& model, const std::filesystem::path& folder,
                                 const FragmentOptions& options, const Operation& operation);

}  // namespace tessera
