// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp's own way to compute on other machines: workers (ggml-rpc-server) as devices of the bridge. Their protocol
// has neither encryption nor authentication, and libllama ends the process when a worker answers nonsense or goes away.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

struct ggml_backend_device;

namespace tessera {

inline constexpr std::size_t kMaxRpcWorkers = 16;  // what llama.cpp takes

/// The devices of the workers at "HOST:PORT"; they stay connected while the process lives. InvalidArgument for more than
/// kMaxRpcWorkers. A worker that cannot be reached, now or later, ends the process with status 1, after
/// one error line in the log: libllama leaves no other way.
Result<std::vector<ggml_backend_device*>> connectRpcWorkers(std::span<const std::string> endpoints);

}  // namespace tessera
