// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a row's product with the loaded weights has the same bits however many rows are multiplied at once. ggml's
// kernels differ in that by type, layout and processor, so it is tried, not looked up.
#pragma once

#include "core/engine/engine_core.h"

namespace tessera {

/// Multiplies with one weight of every kind, once per engine. On the engine's thread; some milliseconds.
bool rowsAreIndependent(const EngineCore& core);

}  // namespace tessera
