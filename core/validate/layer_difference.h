// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where two engines part: the first layer whose output differs. Internal to core/validate.
#pragma once

#include "core/validate/comparison.h"

namespace tessera {

/// Runs `tokens` through both engines under the same session options and looks at every layer's output rows. nullopt
/// when all layers agree (then the difference is in the output matrix).
Result<std::optional<LayerDifference>> findFirstDifference(Engine& engine, Engine& reference,
                                                           std::span<const TokenId> tokens,
                                                           const SessionOptions& options, const Operation& operation);

}  // namespace tessera
