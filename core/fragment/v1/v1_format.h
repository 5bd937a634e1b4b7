// SPDX-License-Identifier: GPL-3.0-or-later
// Version 1, the format of the earlier Python project: read and written byte-exactly. docs/FRAGMENTS.md, "Version 1".
#pragma once

#include "core/base/operation.h"
#include "core/fragment/manifest.h"

#include <filesystem>

namespace tessera::v1 {

/// How a version-1 folder's fragments map onto a file: the manifest in terms of version 2, with byte ranges of the
/// original file and kind Header for gguf_header.dat. Cuts may fall inside rows: first_row is the row of the first byte,
/// row_count the rows touched. Version 1 records 16 hex digits of each hash and none of the whole file; the rest is
/// found by hashing. A fragment that is missing or bad keeps the recorded digits with zeros behind them, so that nothing
/// passes as it, and the file's hash is then zero.
struct Folder {
    Manifest manifest;
    std::vector<std::filesystem::path> fragment_files;  // by FragmentIndex; the file may be missing
};

/// True when the JSON looks like a version-1 manifest (no format_version, or 1).
bool isV1Manifest(std::string_view json);

/// The fragment that version 1 records no hash of: its bytes are what they are.
inline constexpr std::string_view kHeaderFragmentId = "gguf_header";

/// Reads manifest.json and gguf_header.dat; the header's tensor infos win over the manifest's. Every fragment is hashed
/// once, on all cores. Stage of progress: "verifying".
/// NotFound without manifest or header; Corrupt (wrong or contradicting fields, shards not listed, ids with path
/// separators, links that leave the folder…), naming field and entry.
Result<Folder> openFolder(const std::filesystem::path& folder, const Operation& operation);

/// Cuts a single-file GGUF into a version-1 folder, with the rules of fragmentToDirectory() about what the folder may
/// hold. Unsupported for what version 1 cannot express: split models, and bytes other than zero between tensors.
Result<void> writeFolder(const std::filesystem::path& model, const std::filesystem::path& folder, const Operation& operation);

}  // namespace tessera::v1
