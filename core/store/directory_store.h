// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments as files: manifest.json, fragments/<id>.dat. Also reads version-1 folders.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <memory>

namespace tessera {

/// Opens an existing folder (its manifest says the version). Fragments may be missing.
Result<std::unique_ptr<FragmentStore>> openDirectoryStore(const std::filesystem::path& folder, const Operation& operation);

/// Makes the folder for a manifest, or opens it when it holds the same set.
Result<std::unique_ptr<FragmentStore>> createDirectoryStore(const std::filesystem::path& folder, Manifest manifest);

}  // namespace tessera
