// SPDX-License-Identifier: GPL-3.0-or-later
// A Session made of layer runners, one behind the other. They may be local or on other machines.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/layer_runner.h"

#include <memory>
#include <vector>

namespace tessera {

/// `runners` cover all layers in order. `options.context_tokens` is set.
std::unique_ptr<Session> createFragmentSession(std::vector<std::unique_ptr<LayerRunner>> runners,
                                               const SessionOptions& options);

}  // namespace tessera
