// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/platform/file.h"

#include <chrono>
#include <thread>

namespace tessera {

/// The lock that programs of one user hold for the moment in which they change a small file beside it.
inline Result<File> waitForLock(const std::filesystem::path& path) {
    constexpr int kAttempts = 500;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        TESSERA_TRY(auto held, openLocked(path, File::Mode::Create));
        if (held) return *std::move(held);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return fail(ErrorKind::Io, path.string() + ": another program holds this lock");
}

}  // namespace tessera
