// SPDX-License-Identifier: GPL-3.0-or-later
// Products with a few rows of activations, as Kernels::multiply (kernels.h).
#pragma once

#include "core/engine/kernels/kernels.h"

namespace tessera::kernels {

/// Up to so many rows it is faster than panels, on Zen 4.
inline constexpr std::int64_t kFewRows = 48;
inline constexpr std::int64_t kFewRows256 = 8;

/// The bits of the definition. Only types of blocks of 32, and where avx512Vnni() is there.
void multiplyFewAvx512(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count,
                       float* out, std::size_t stride);
/// The same for blocks of 256.
void multiplyFewKAvx512(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count,
                        float* out, std::size_t stride);

}  // namespace tessera::kernels
