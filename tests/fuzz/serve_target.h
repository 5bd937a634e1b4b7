// SPDX-License-Identifier: GPL-3.0-or-later
// As fuzz_targets.h, for what clients send to the HTTP server.
#pragma once

#include <cstddef>
#include <span>

namespace tessera::fuzz {

/// Bytes as a path, as the header fields that a part is asked for with, and as a request of the API.
void serve(std::span<const std::byte> bytes);

}  // namespace tessera::fuzz
