// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"

#include <cstring>

namespace tessera {

/// Not the same as equal numbers: 0 is not −0, and a NaN is itself.
inline bool sameBits(const Rows& a, const Rows& b) {
    return a.rows == b.rows && a.values.size() == b.values.size() &&
           (a.values.empty() || std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0);
}

}  // namespace tessera
