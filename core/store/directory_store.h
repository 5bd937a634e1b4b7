// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments as files: manifest.json, fragments/<id>.dat. Also reads version-1 folders.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <memory>

namespace tessera {

/// Opens an existing folder (its manifest says the version). Fragments may be missing. What is verified is known for
/// this session only. Links that leave the folder are refused (Corrupt): the folder itself may be a link.
/// NotFound: no manifest.json. A version-1 folder is hashed on opening (it records half-hashes only), hence `operation`.
Result<std::unique_ptr<FragmentStore>> openDirectoryStore(const std::filesystem::path& folder, const Operation& operation);

/// Makes the folder for a manifest, or opens it when it holds the same set; InvalidArgument when it holds another one.
/// Several processes may write into one folder: each file appears whole.
Result<std::unique_ptr<FragmentStore>> createDirectoryStore(const std::filesystem::path& folder, Manifest manifest);

}  // namespace tessera
