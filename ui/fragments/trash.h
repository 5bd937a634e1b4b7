// SPDX-License-Identifier: GPL-3.0-or-later
// The system's trash. Synchronous, for workers.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <vector>

namespace tessera::ui {

/// Something that lies in the trash.
struct Trashed {
    std::filesystem::path original;
    std::filesystem::path in_trash;  // empty where the system does not tell
};

/// All or none: what has been moved before one fails is put back. Io: there is no trash for that disk.
Result<std::vector<Trashed>> moveToTrash(const std::vector<std::filesystem::path>& paths);

/// Whether putBack() can do it.
bool canPutBack(const std::vector<Trashed>& trashed);
/// Io: it is no longer in the trash, or something else has taken its place meanwhile.
Result<void> putBack(const std::vector<Trashed>& trashed);

}  // namespace tessera::ui
