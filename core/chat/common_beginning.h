// SPDX-License-Identifier: GPL-3.0-or-later
// What of a prompt a KV cache holds already.
#pragma once

#include "core/base/ids.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace tessera {

/// How many tokens both begin with.
inline std::size_t commonBeginning(std::span<const TokenId> a, std::span<const TokenId> b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace tessera
