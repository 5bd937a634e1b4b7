// SPDX-License-Identifier: GPL-3.0-or-later
// A LayerRunner that computes on this machine.
#pragma once

#include "core/engine/engine_core.h"
#include "core/engine/layer_runner.h"

#include <memory>

namespace tessera {

/// Checks span and options, allocates the KV cache. InvalidArgument, OutOfMemory.
Result<std::unique_ptr<LayerRunner>> createLocalRunner(std::shared_ptr<const EngineCore> core, LayerSpan span,
                                                       SessionOptions options);

}  // namespace tessera
