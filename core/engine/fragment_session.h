// SPDX-License-Identifier: GPL-3.0-or-later
// The session of the fragment engine: steps go through all layers, wherever those are computed.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/layer_runner.h"

#include <memory>

namespace tessera {

/// `runner` takes tokens and gives logits. `options.context_tokens` is set. `steps_ahead` steps of a prompt are under
/// way at once: two for each span, one that it computes and one that comes or goes. Of more than one span none must wait
/// for the others, so the pieces are pipelinedBatch() rows long.
std::unique_ptr<Session> createFragmentSession(std::unique_ptr<LayerRunner> runner, const SessionOptions& options,
                                               std::size_t steps_ahead = 1);

}  // namespace tessera
