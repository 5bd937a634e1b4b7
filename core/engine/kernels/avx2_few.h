// SPDX-License-Identifier: GPL-3.0-or-later
// Products with a few rows of activations, as Kernels::multiply (kernels.h).
#pragma once

#include "core/engine/kernels/kernels.h"

namespace tessera::kernels {

/// Up to so many rows it is used rather than panels.
inline constexpr std::int64_t kFewRowsAvx2 = 8;

/// The bits of the definition. Only types of blocks of 32, and where avx2() is there.
void multiplyFewAvx2(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count,
                     float* out, std::size_t stride);

}  // namespace tessera::kernels
