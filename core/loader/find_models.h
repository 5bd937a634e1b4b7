// SPDX-License-Identifier: GPL-3.0-or-later
// Models in a folder, found by their names.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace tessera {

/// A folder with manifest.json and the fragments, or at least their place: many other programs have a manifest.json.
bool looksLikeFragmentFolder(const std::filesystem::path& folder);

/// Fragment folders and first GGUF parts directly in `folder`: those with a manifest first, then by name. Empty for a
/// folder that is not there or cannot be read.
std::vector<std::filesystem::path> modelsIn(const std::filesystem::path& folder);

/// 2 for "…-00002-of-00003.gguf", 0 for a name that is no part's.
int splitPartNumber(std::string_view file_name);

}  // namespace tessera
