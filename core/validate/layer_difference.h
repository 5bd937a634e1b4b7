// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where two engines part: the difference of every layer's output. Internal to core/validate.
#pragma once

#include "core/validate/comparison.h"

namespace tessera {

/// Runs `tokens` through both engines under the same session options and looks at every layer's output rows. One layer
/// per element, in order. Keeps one engine's outputs meanwhile: [layers × tokens × embedding] floats.
Result<std::vector<LayerDifference>> compareLayers(Engine& engine, Engine& reference, std::span<const TokenId> tokens,
                                                   const SessionOptions& ours, const SessionOptions& theirs,
                                                   const Operation& operation);

}  // namespace tessera
