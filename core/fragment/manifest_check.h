// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every format-2 manifest, whoever wrote it.
#pragma once

#include "core/fragment/manifest.h"

namespace tessera {

/// Names, ranges, rows, ids, overlaps, completeness of every tensor's shards, model_id and set_id. `fragments` must
/// stand by file and offset. Fails with Corrupt; the message names the fragment, the field and the value.
Result<void> checkManifest(const Manifest& manifest);

/// An id that is safe as a file name everywhere: 1…kMaxFragmentIdBytes of [A-Za-z0-9._-], no leading dot.
bool isSafeFragmentId(std::string_view id);
/// A file name without any folder part, on every system.
bool isPlainFileName(std::string_view name);

}  // namespace tessera
