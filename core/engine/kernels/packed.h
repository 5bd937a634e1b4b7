// SPDX-License-Identifier: GPL-3.0-or-later
// Activations as multiply() reads them: groups of 16 rows, within a group block after block. Of the last group, rows that are
// missing are not written: to clear them would take longer than to quantize a single row. An implementation may compute
// with what stands there, and does not store the result.
#pragma once

#include "core/engine/kernels/kernels.h"

namespace tessera::kernels {

/// A block whose largest magnitude is below counts as zeros: its reciprocal would leave float32.
inline constexpr float kZeroBelow = 1e-30f;

/// Blocks of 32 of one group. A value is scale · values[i].
struct Group32 {
    std::int8_t values[kGroupRows][32];
    float scale[kGroupRows];        // a float16's value, as in Q8_0
    float sum[kGroupRows];          // scale · Σ values, rounded to float16 as in Q8_1
    std::int32_t bias[kGroupRows];  // −128 · Σ values: what weights that are unpacked with 128 added have too much
};

/// Blocks of 256 of one group, as in Q8_K.
struct Group256 {
    std::int8_t values[8][kGroupRows][32];
    float scale[kGroupRows];
    std::int16_t sums[kGroupRows][8];    // of 32 values
    std::int32_t bias[kGroupRows][16];   // −32 · Σ of 16 values
};

}  // namespace tessera::kernels
