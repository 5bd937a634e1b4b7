// SPDX-License-Identifier: GPL-3.0-or-later
// As fuzz_targets.h, for what machines that compute for each other send.
#pragma once

#include <cstddef>
#include <span>

namespace tessera::fuzz {

/// Bytes as a message to a node and as one from a node.
void compute(std::span<const std::byte> bytes);

}  // namespace tessera::fuzz
