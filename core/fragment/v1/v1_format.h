// SPDX-License-Identifier: GPL-3.0-or-later
// Version 1, the format of the earlier Python project: read and written byte-exactly. docs/FRAGMENTS.md, "Version 1".
#pragma once

#include "core/base/operation.h"
#include "core/fragment/manifest.h"

#include <filesystem>

namespace tessera::v1 {

/// How a version-1 folder's fragments map onto files: the manifest in terms of version 2 (ranges of the original file,
/// kind Header for gguf_header.dat), the file of each fragment, and what could not be known.
struct Folder {
    Manifest manifest;                                  // digests of fragments known only by hash16 are filled on reading
    std::vector<std::filesystem::path> fragment_files;  // by FragmentIndex
};

/// True when the JSON looks like a version-1 manifest (no format_version, or 1).
bool isV1Manifest(std::string_view json);

/// Reads manifest.json and gguf_header.dat; the header's tensor infos win over the manifest's. Fragment digests:
/// version 1 records 16 hex digits only, so every fragment is hashed here once (that is its verification too).
Result<Folder> openFolder(const std::filesystem::path& folder, const Operation& operation);

/// Cuts a single-file GGUF into a version-1 folder.
Result<void> writeFolder(const std::filesystem::path& model, const std::filesystem::path& folder, const Operation& operation);

}  // namespace tessera::v1
