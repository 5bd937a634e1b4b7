// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace tessera::cli {

/// By its name: a fragment, manifest or tokenizer that a cut writes, of either format.
bool isNameOfACut(const std::filesystem::path& path);

/// Removes the fragments, manifest and tokenizer that a cut has left in a folder, of either format. InvalidArgument
/// names a file that no cut writes: then nothing is removed.
Result<void> removeCut(const std::filesystem::path& folder);

}  // namespace tessera::cli
