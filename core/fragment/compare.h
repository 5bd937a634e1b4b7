// SPDX-License-Identifier: GPL-3.0-or-later
// What two sets have in common, from their manifests alone.
#pragma once

#include "core/fragment/manifest.h"

#include <string>
#include <vector>

namespace tessera {

/// A tensor (or header, or gap) that is not the same in both.
struct ManifestDifference {
    enum class Kind { OnlyFirst, OnlySecond, TypeOrShape, Bytes };
    std::string name;  // the tensor's; "header 0", "gap 0 at 4096" for the rest
    Kind kind = Kind::Bytes;
    std::uint64_t first_bytes = 0, second_bytes = 0;  // of the whole tensor
};

struct ManifestComparison {
    bool same_model = false;  // byte for byte the same files
    bool same_cut = false;    // and cut the same way
    std::uint64_t equal_tensors = 0, equal_bytes = 0;
    std::vector<ManifestDifference> differences;  // in the first's order, then what only the second has
};

/// Tensors count as equal when type, shape and all hashes are. Cut differently, equal tensors of several fragments
/// cannot be told from their hashes: they count as differing in Bytes unless the whole models are the same.
/// Precondition: both have hashes (see hasHashes).
ManifestComparison compareManifests(const Manifest& first, const Manifest& second);

}  // namespace tessera
