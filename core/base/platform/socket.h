// SPDX-License-Identifier: GPL-3.0-or-later
// What servers need of the system beside ordinary sockets.
#pragma once

#include "core/base/platform/file.h"

#include <cstdint>
#include <optional>

namespace tessera {

/// Hands bytes of a file to a non-blocking socket without copying them through this process, as many as it takes now (0:
/// none, wait until it is writable). nullopt: this system cannot, read and send them instead. Corrupt when the file ends
/// before, Network when the connection is gone.
Result<std::optional<std::uint64_t>> sendFile(const File& file, std::uint64_t offset, std::uint64_t size, std::intptr_t socket);

/// Lets this process have `count` files and sockets open at once where the system allows it.
void allowOpenFiles(std::uint64_t count);

}  // namespace tessera
