// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments in sentences for people.
#pragma once

#include "core/fragment/manifest.h"

#include <string>

namespace tessera {

/// "blk.7.ffn_up.weight, shard 2 of 3 (fragment …)"; headers and gaps by file and bytes.
std::string describeFragment(const Manifest& manifest, const Fragment& fragment);

/// The same, with both hashes.
std::string describeHashMismatch(const Manifest& manifest, const Fragment& fragment, const Sha256Digest& found);

}  // namespace tessera
