// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>

namespace tessera::fuzz {

/// A broken promise ends the process: that is what a fuzzer looks for.
inline void require(bool promise) {
    if (!promise) std::abort();
}

}  // namespace tessera::fuzz
