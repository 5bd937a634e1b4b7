// SPDX-License-Identifier: GPL-3.0-or-later
// Which tensors of a model can be captured. Internal to core/inspect; the list itself is public (inspect.h).
#pragma once

#include "core/inspect/inspect.h"

#include <span>
#include <string_view>
#include <vector>

namespace tessera {

/// False for views and the like, which only look at another node's values.
bool computesSomething(std::string_view operation);

/// The tensor a capture means, null when the list does not have it.
const CapturableTensor* findCapturable(std::span<const CapturableTensor> known, const CaptureSpec& spec);

Result<std::vector<CapturableTensor>> listCapturable(Engine& engine, bool flash_attention, const Operation& operation);

}  // namespace tessera
