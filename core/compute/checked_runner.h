// SPDX-License-Identifier: GPL-3.0-or-later
// A LayerRunner whose first rows a second machine computes as well, with the same steps: one bit that differs, and
// neither is believed.
#pragma once

#include "core/engine/layer_runner.h"

#include <functional>
#include <memory>
#include <string>

namespace tessera {

struct CheckOptions {
    std::uint32_t rows = 0;                         // positions from 0 that are checked
    std::string checker = {};                       // for messages
    std::function<void()> on_difference = {};       // called before wait() fails
};

/// Results are `runner`'s. wait() fails with Network when `checker` has other bits. When `checker` itself fails, the
/// rest goes unchecked. The checker stays until the end: a session that is cut back is checked again.
std::unique_ptr<LayerRunner> createCheckedRunner(std::unique_ptr<LayerRunner> runner, std::unique_ptr<LayerRunner> checker, CheckOptions options);

}  // namespace tessera
