// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a row's product with the loaded weights has the same bits however many rows are multiplied at once. ggml's
// kernels differ in that by type, layout and processor, so it is tried, not looked up.
#pragma once

#include "core/engine/cpu_backend.h"
#include "core/engine/weights.h"

namespace tessera {

/// Multiplies with one weight of every kind. On the engine's thread; some milliseconds.
bool rowsAreIndependent(const Weights& weights, CpuBackend& backend);

}  // namespace tessera
