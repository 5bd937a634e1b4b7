// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a verb writes beside a set that it reads.
#pragma once

#include "core/base/result.h"
#include "core/loader/fragment_set.h"

#include <filesystem>

namespace tessera::cli {

/// Whether `file` may be written: InvalidArgument when it is a folder, when it is a part of `set`, and without `force` when
/// it exists.
Result<void> checkMayWrite(const std::filesystem::path& file, const FragmentSet& set, bool force);

}  // namespace tessera::cli
