// SPDX-License-Identifier: GPL-3.0-or-later
// Rebuilds the GGUF byte for byte from a store.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>

namespace tessera {

/// Writes `output` (or, for a split model, its files under their own names into the folder of `output`). Every fragment
/// is verified as it is read and the whole file's SHA-256 at the end. The file appears whole or not at all; an
/// interrupted run leaves "<output>.part", which the next run resumes. Errors name every missing fragment, up to ten.
Result<void> recombine(const FragmentStore& store, const std::filesystem::path& output, const Operation& operation);

}  // namespace tessera
