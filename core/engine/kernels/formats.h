// SPDX-License-Identifier: GPL-3.0-or-later
// ggml's block formats (ggml-common.h), unpacked to unsigned bytes that a dot product with signed bytes takes. Internal
// linkage: each instruction set compiles its own.
//
// Blocks of 32:  weight = scale · (byte − 128) when kBiased, otherwise scale · byte + offset
// Blocks of 256: weight = scale · scales[i / kSub] · (byte − 32) when kBiased,
//                otherwise scale · scales[i / kSub] · byte − min_scale · mins[i / 32]
#pragma once

#include "core/engine/kernels/half.h"
#include "core/engine/kernels/kernels.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tessera::kernels {
namespace {

/// Vectors of GCC and clang, for every instruction set. Element by element, compilers give up on some of the loops below.
template <int kCount>
struct BytesOf {
    using Type [[gnu::vector_size(kCount)]] = std::uint8_t;
};
using Bytes16 = BytesOf<16>::Type;
using Bytes32 = BytesOf<32>::Type;

template <class Bytes>
inline Bytes load(const void* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

template <class Bytes>
inline void store(std::uint8_t* to, Bytes bytes) { std::memcpy(to, &bytes, sizeof bytes); }

/// A float16 wherever it stands.
[[maybe_unused]] inline float halfAt(const std::byte* from) {
    std::uint16_t half = 0;
    std::memcpy(&half, from, sizeof half);
    return floatOf(half);
}

struct FormatQ8_0 {
    static constexpr int kBlock = 32;
    static constexpr std::size_t kBytes = 34;
    static constexpr bool kBiased = true;

    static void unpack(const std::byte* block, std::uint8_t* values, float& scale, float& offset) {
        store(values, load<Bytes32>(block + 2) ^ 0x80);
        scale = halfAt(block);
        offset = 0.0f;
    }
};

struct FormatQ4_0 {
    static constexpr int kBlock = 32;
    static constexpr std::size_t kBytes = 18;
    static constexpr bool kBiased = true;

    static void unpack(const std::byte* block, std::uint8_t* values, float& scale, float& offset) {
        const auto packed = load<Bytes16>(block + 2);
        store(values, (packed & 15) + 120);  // 0…15 stand for −8…7
        store(values + 16, (packed >> 4) + 120);
        scale = halfAt(block);
        offset = 0.0f;
    }
};

struct FormatQ4_1 {
    static constexpr int kBlock = 32;
    static constexpr std::size_t kBytes = 20;
    static constexpr bool kBiased = false;

    static void unpack(const std::byte* block, std::uint8_t* values, float& scale, float& offset) {
        const auto packed = load<Bytes16>(block + 4);
        store(values, packed & 15);
        store(values + 16, packed >> 4);
        scale = halfAt(block);
        offset = halfAt(block + 2);
    }
};

/// What is beside the bytes of a block of 256.
template <int kSub>
struct BlockScales {
    float scale;
    float min_scale;
    std::int32_t scales[256 / kSub];
    std::int16_t mins[8];
};

/// 8 scales and 8 mins of 6 bits in 12 bytes: four of each whole, the others with their upper two bits in those.
[[maybe_unused]] inline void unpackScales6(const std::uint8_t* packed, std::int32_t* scales, std::int16_t* mins) {
    for (int i = 0; i < 4; ++i) {
        scales[i] = packed[i] & 63;
        mins[i] = packed[i + 4] & 63;
        scales[i + 4] = (packed[i + 8] & 15) | ((packed[i] >> 6) << 4);
        mins[i + 4] = static_cast<std::int16_t>((packed[i + 8] >> 4) | ((packed[i + 4] >> 6) << 4));
    }
}

[[maybe_unused]] inline void unpackHeaderK(const std::byte* block, BlockScales<32>& out) {
    std::uint8_t packed[12];
    std::memcpy(packed, block + 4, sizeof packed);
    out.scale = halfAt(block);
    out.min_scale = halfAt(block + 2);
    unpackScales6(packed, out.scales, out.mins);
}

struct FormatQ4_K {
    static constexpr int kBlock = 256;
    static constexpr int kSub = 32;
    static constexpr std::size_t kBytes = 144;
    static constexpr bool kBiased = false;

    static void unpack(const std::byte* block, std::uint8_t* values, BlockScales<kSub>& scales) {
        unpackHeaderK(block, scales);
        for (int chunk = 0; chunk < 4; ++chunk) {
            const auto packed = load<Bytes32>(block + 16 + 32 * chunk);
            store(values + 64 * chunk, packed & 15);
            store(values + 64 * chunk + 32, packed >> 4);
        }
    }
};

struct FormatQ5_K {
    static constexpr int kBlock = 256;
    static constexpr int kSub = 32;
    static constexpr std::size_t kBytes = 176;
    static constexpr bool kBiased = false;

    static void unpack(const std::byte* block, std::uint8_t* values, BlockScales<kSub>& scales) {
        unpackHeaderK(block, scales);
        auto high = load<Bytes32>(block + 16);
        for (int chunk = 0; chunk < 4; ++chunk, high >>= 2) {
            const auto packed = load<Bytes32>(block + 48 + 32 * chunk);
            store(values + 64 * chunk, (packed & 15) | ((high & 1) << 4));
            store(values + 64 * chunk + 32, (packed >> 4) | ((high & 2) << 3));
        }
    }
};

struct FormatQ6_K {
    static constexpr int kBlock = 256;
    static constexpr int kSub = 16;
    static constexpr std::size_t kBytes = 210;
    static constexpr bool kBiased = true;

    static void unpack(const std::byte* block, std::uint8_t* values, BlockScales<kSub>& scales) {
        for (int half = 0; half < 2; ++half) {
            const auto low = load<Bytes32>(block + 64 * half);
            const auto next = load<Bytes32>(block + 64 * half + 32);
            const auto high = load<Bytes32>(block + 128 + 32 * half);
            std::uint8_t* out = values + 128 * half;
            store(out, (low & 15) | ((high & 3) << 4));
            store(out + 32, (next & 15) | ((high & 12) << 2));
            store(out + 64, (low >> 4) | (high & 48));
            store(out + 96, (next >> 4) | ((high & 192) >> 2));
        }
        std::int8_t packed[16];
        std::memcpy(packed, block + 192, sizeof packed);
        for (int i = 0; i < 16; ++i) scales.scales[i] = packed[i];
        scales.scale = halfAt(block + 208);
        scales.min_scale = 0.0f;
    }
};

/// Calls visit(Format{}) with the type's format.
template <class Visit>
[[maybe_unused]] inline void withFormat(WeightType type, Visit&& visit) {
    switch (type) {
        case WeightType::Q4_0: return visit(FormatQ4_0{});
        case WeightType::Q4_1: return visit(FormatQ4_1{});
        case WeightType::Q8_0: return visit(FormatQ8_0{});
        case WeightType::Q4_K: return visit(FormatQ4_K{});
        case WeightType::Q5_K: return visit(FormatQ5_K{});
        case WeightType::Q6_K: return visit(FormatQ6_K{});
    }
}

}  // namespace
}  // namespace tessera::kernels
