// SPDX-License-Identifier: GPL-3.0-or-later
// What a kept prompt (core/chat/prompt_cache.h) depends on beside its tokens.
#pragma once

#include "core/model/loaded_model.h"

#include <string>

namespace tessera {

/// Set, engine, numerics class and every option of the session that changes the KV cache's bytes or shape. InvalidArgument when
/// the set has no hashes, by which it is known; Unsupported when nodes hold the KV cache.
Result<std::string> promptCacheKey(const LoadedModel& model, const SessionOptions& session);

}  // namespace tessera
