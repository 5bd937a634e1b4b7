// SPDX-License-Identifier: GPL-3.0-or-later
// What the products with a few rows share: rows of the matrix side by side, a lane of a vector each, read where they stand.
// Internal linkage: each instruction set compiles its own.
#pragma once

#include "core/engine/kernels/kernels.h"

#include <immintrin.h>

namespace tessera::kernels {
namespace {

/// Where a block is in each of the rows.
struct Place {
    const std::byte* const* rows;
    std::size_t offset;
    const std::byte* at(int lane, std::size_t byte) const { return rows[lane] + offset + byte; }
};

/// kCount rows of a matrix, and what is read after them.
template <int kCount>
struct RowsOfMatrix {
    const std::byte* rows[kCount];
    std::size_t row_bytes;
    const std::byte* next;

    /// From `first` on; instead of rows that are missing, the last one.
    RowsOfMatrix(const Matrix& matrix, std::int64_t first, std::int64_t last) : row_bytes(matrix.row_bytes) {
        for (int lane = 0; lane < kCount; ++lane)
            rows[lane] = matrix.data + static_cast<std::size_t>(first + lane < last ? first + lane : last - 1) * row_bytes;
        const bool ends = first + kCount >= last && matrix.then;
        next = ends ? matrix.then : rows[0] + kCount * row_bytes;
    }

    /// Asks for this block's share of what comes next, line after line: to follow so many places at once is more than a
    /// processor does by itself.
    template <std::size_t kBytes>
    void prefetchNext(std::size_t block) const {
        const auto* from = reinterpret_cast<const char*>(next) + kCount * block * kBytes;
#pragma GCC unroll 64
        for (std::size_t at = 0; at < kCount * kBytes; at += 64) _mm_prefetch(from + at, _MM_HINT_T1);
    }
};

/// Calls `multiply` with the one of three ways to unpack that is the type's; types of other blocks are not taken.
template <class Q4_0, class Q4_1, class Q8_0, class Multiply>
void multiplyByType(WeightType type, Multiply multiply) {
    switch (type) {
        case WeightType::Q4_0: return multiply.template operator()<Q4_0>();
        case WeightType::Q4_1: return multiply.template operator()<Q4_1>();
        case WeightType::Q8_0: return multiply.template operator()<Q8_0>();
        case WeightType::Q4_K:
        case WeightType::Q5_K:
        case WeightType::Q6_K: return;
    }
}

}  // namespace
}  // namespace tessera::kernels
