// SPDX-License-Identifier: GPL-3.0-or-later
// What the files for AVX-512 share. Internal linkage; compiled with these instructions only.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace tessera::kernels {
namespace {

/// Four activations in every lane.
[[maybe_unused]] inline __m512i broadcast4(const void* values) {
    std::int32_t four = 0;
    std::memcpy(&four, values, sizeof four);
    return _mm512_set1_epi32(four);
}

/// sum + weights · four activations in every lane. GCC 12 would load the broadcast with an instruction of its own.
[[maybe_unused]] inline __m512i addProducts(__m512i sum, __m512i weights, const std::int8_t* values) {
    using Four [[gnu::may_alias, gnu::aligned(1)]] = std::int32_t;
    asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(weights), "m"(*reinterpret_cast<const Four*>(values)));
    return sum;
}

[[maybe_unused]] inline __m512i low4(__m512i bytes) { return _mm512_and_si512(bytes, _mm512_set1_epi8(15)); }
[[maybe_unused]] inline __m512i high4(__m512i bytes) { return low4(_mm512_srli_epi16(bytes, 4)); }

}  // namespace
}  // namespace tessera::kernels
