// SPDX-License-Identifier: GPL-3.0-or-later
// Rebuilds the GGUF byte for byte from a store.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>

namespace tessera {

/// Writes `output` (or, for a split model, its files under their own names into the folder of `output`). Every fragment
/// is verified as it is read and the whole file's SHA-256 as it was written. The file appears whole or not at all.
///
/// A run that was stopped, killed or met a bad fragment leaves "<output>.tessera-part"; the next run keeps what it finds right
/// in there. After an input/output error (disk full) nothing is left.
///
/// NotFound names missing fragments, up to ten; Corrupt the fragment whose bytes are not the manifest's; InvalidArgument
/// a manifest without hashes or an output that cannot be; Io also when somebody else is writing the same output.
/// Works on all cores with less than 200 MB of memory, whatever the model's size.
Result<void> recombine(const FragmentStore& store, const std::filesystem::path& output, const Operation& operation);

}  // namespace tessera
