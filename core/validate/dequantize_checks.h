// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to core/validate.
#pragma once

#include "core/gguf/tensor_type.h"
#include "core/validate/unit_checks.h"

namespace tessera {

/// `computed` are the float values of `blocks`. A type this file cannot decode fails.
UnitCheck checkDequantized(TensorType type, std::span<const std::byte> blocks, std::span<const float> computed);

}  // namespace tessera
