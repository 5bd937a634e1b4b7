// SPDX-License-Identifier: GPL-3.0-or-later
// Brings bad and missing fragments back from a copy of the model's file.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <vector>

namespace tessera {

struct RepairReport {
    std::uint64_t repaired = 0;
    std::uint64_t repaired_bytes = 0;
    std::vector<FragmentIndex> still_wrong;  // the copy does not have the right bytes either
};

/// Rewrites what `store` knows as Bad or Missing (verify first) with the same ranges of `model`, a GGUF or the first
/// part of a split one; each is held against its hash before it is written. InvalidArgument when the files' number or
/// sizes are not the manifest's. A stop leaves what was repaired.
Result<RepairReport> repairStore(FragmentStore& store, const std::filesystem::path& model, const Operation& operation);

}  // namespace tessera
