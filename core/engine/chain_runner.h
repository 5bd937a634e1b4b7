// SPDX-License-Identifier: GPL-3.0-or-later
// Several spans one after the other as one LayerRunner. Steps that are submitted together flow through the spans like
// through a pipeline: while one span computes a step, the one before it computes the next.
#pragma once

#include "core/engine/layer_runner.h"

#include <memory>
#include <vector>

namespace tessera {

/// `runners` follow on each other; at least one. Rows move on whenever wait() or isReady() is called, so a caller that
/// has submitted several steps waits for the oldest. After a step has failed, the ones behind it fail as well;
/// truncate() to what was completed goes on from there.
std::unique_ptr<LayerRunner> createChainRunner(std::vector<std::unique_ptr<LayerRunner>> runners);

}  // namespace tessera
