// SPDX-License-Identifier: GPL-3.0-or-later
// float16 of the block formats. Internal linkage: each instruction set has its own.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace tessera::kernels {
namespace {

#if defined(__F16C__)

[[maybe_unused]] inline float floatOf(std::uint16_t half) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half))); }
[[maybe_unused]] inline std::uint16_t halfOf(float value) {
    const __m128i half = _mm_cvtps_ph(_mm_set_ss(value), _MM_FROUND_TO_NEAREST_INT);
    return static_cast<std::uint16_t>(_mm_cvtsi128_si32(half));
}

#else

[[maybe_unused]] inline float floatOf(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 31u;
    const std::uint32_t mantissa = half & 0x3ffu;
    std::uint32_t bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
    if (exponent == 31) bits = sign | 0x7f800000u | (mantissa << 13);
    float value = 0.0f;
    if (exponent == 0) {
        value = static_cast<float>(mantissa) * 0x1p-24f;
        std::memcpy(&bits, &value, sizeof bits);
        bits |= sign;
    }
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// To the nearest, ties to even.
[[maybe_unused]] inline std::uint16_t halfOf(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    std::uint32_t half = 0;
    if (magnitude > 0x7f800000u) {
        half = 0x7e00u;
    } else if (magnitude >= 0x477ff000u) {
        half = 0x7c00u;
    } else if (magnitude < 0x38800000u) {
        half = static_cast<std::uint32_t>(std::nearbyintf(std::fabs(value) * 0x1p24f));
    } else {
        half = ((magnitude + 0xfffu + ((magnitude >> 13) & 1u)) >> 13) - (112u << 10);
    }
    return static_cast<std::uint16_t>(sign | half);
}

#endif

}  // namespace
}  // namespace tessera::kernels
