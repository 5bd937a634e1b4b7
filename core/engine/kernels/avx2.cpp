// SPDX-License-Identifier: GPL-3.0-or-later
// AVX2: pairs of products in 16 bits, then of 32 in a lane; a lane is a matrix row. Biased weights of 8 bits would overflow
// the 16 bits: their sign goes over to the activations, and the bias with it.
#include "core/engine/kernels/kernels.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include "core/engine/kernels/avx2_few.h"
#include "core/engine/kernels/panels.h"

namespace tessera::kernels {
namespace {

inline __m256i broadcast4(const void* values) {
    std::int32_t four = 0;
    std::memcpy(&four, values, sizeof four);
    return _mm256_set1_epi32(four);
}

inline float horizontalMax(__m256 values) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

inline std::int32_t horizontalSum(__m256i values) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
    four = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 1)));
}

inline __m256 magnitude(const float* x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), _mm256_loadu_ps(x)); }

/// 16 values to bytes; returns the sum.
inline std::int32_t quantize16(const float* x, float inverse, std::int8_t* out) {
    const auto scaled = [&](const float* from) { return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from), _mm256_set1_ps(inverse))); };
    const __m256i limit = _mm256_set1_epi32(127);
    const __m256i low = _mm256_min_epi32(scaled(x), limit);
    const __m256i high = _mm256_min_epi32(scaled(x + 8), limit);
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
    return horizontalSum(_mm256_add_epi32(low, high));
}

struct Avx2 {
    static constexpr int kLanes = 8;

    static void interleave(const std::uint8_t* rows, std::size_t stride, std::uint8_t (*out)[kLanes][4]) {
        __m256i r[8];
        for (std::size_t i = 0; i < 8; ++i) r[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + i * stride));
        __m256i columns[2][4];  // dwords j and j + 4 (upper half) of rows 0…3, and of rows 4…7
        for (int half = 0; half < 2; ++half) {
            const __m256i* four = r + 4 * half;
            const __m256i a = _mm256_unpacklo_epi32(four[0], four[1]), b = _mm256_unpackhi_epi32(four[0], four[1]);
            const __m256i c = _mm256_unpacklo_epi32(four[2], four[3]), d = _mm256_unpackhi_epi32(four[2], four[3]);
            columns[half][0] = _mm256_unpacklo_epi64(a, c);
            columns[half][1] = _mm256_unpackhi_epi64(a, c);
            columns[half][2] = _mm256_unpacklo_epi64(b, d);
            columns[half][3] = _mm256_unpackhi_epi64(b, d);
        }
        for (int j = 0; j < 4; ++j) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out[j]), _mm256_permute2x128_si256(columns[0][j], columns[1][j], 0x20));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out[j + 4]), _mm256_permute2x128_si256(columns[0][j], columns[1][j], 0x31));
        }
    }

    template <class Format, class Panel, class Group>
    static void addTile(const Panel* panels, int blocks, const Group* groups, const Tile& tile) {
        alignas(32) float sums[kGroupRows][kLanes] = {};
        for (int n = 0; n < tile.rows && !tile.begins; ++n)
            std::memcpy(sums[n], tile.out + static_cast<std::size_t>(n) * tile.stride, static_cast<std::size_t>(tile.lanes) * sizeof(float));
        for (int b = 0; b < blocks; ++b) addBlock<Format>(panels[b], groups[b], tile.rows, sums);
        for (int n = 0; n < tile.rows; ++n)
            std::memcpy(tile.out + static_cast<std::size_t>(n) * tile.stride, sums[n], static_cast<std::size_t>(tile.lanes) * sizeof(float));
    }

    static void quantize32(const float* x, Group32& out, std::int64_t row) {
        const __m256 each = _mm256_max_ps(_mm256_max_ps(magnitude(x), magnitude(x + 8)), _mm256_max_ps(magnitude(x + 16), magnitude(x + 24)));
        const float largest = horizontalMax(each);
        const float scale = largest / 127.0f;
        const float inverse = largest >= kZeroBelow ? 127.0f / largest : 0.0f;
        const std::int32_t sum = quantize16(x, inverse, out.values[row]) + quantize16(x + 16, inverse, out.values[row] + 16);
        out.scale[row] = floatOf(halfOf(scale));
        out.sum[row] = floatOf(halfOf(scale * static_cast<float>(sum)));
        out.bias[row] = -128 * sum;
    }

    static void quantize256(const float* x, Group256& out, std::int64_t row) {
        __m256 each = _mm256_setzero_ps();
        for (int i = 0; i < 256; i += 8) each = _mm256_max_ps(each, magnitude(x + i));
        const float largest_magnitude = horizontalMax(each);
        float largest = largest_magnitude;
        for (int i = 0; i < 256; i += 8) {  // the sign of the first that is so large
            const int found = _mm256_movemask_ps(_mm256_cmp_ps(magnitude(x + i), _mm256_set1_ps(largest_magnitude), _CMP_EQ_OQ));
            if (!found) continue;
            largest = x[i + __builtin_ctz(static_cast<unsigned>(found))];
            break;
        }
        const float inverse = largest_magnitude >= kZeroBelow ? -127.0f / largest : 0.0f;
        std::int32_t sums[16];
        for (int i = 0; i < 16; ++i) {
            sums[i] = quantize16(x + 16 * i, inverse, out.values[i / 2][row] + 16 * (i % 2));
            out.bias[row][i] = -32 * sums[i];
        }
        for (int i = 0; i < 8; ++i) out.sums[row][i] = static_cast<std::int16_t>(sums[2 * i] + sums[2 * i + 1]);
        out.scale[row] = inverse != 0.0f ? 1.0f / inverse : 0.0f;
    }

private:
    static __m256i loadWeights(const std::uint8_t (&four)[kLanes][4]) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(four)); }

    /// Sums of the products of `count` times four bytes, of weights below 128.
    static __m256i dot(const std::uint8_t (*weights)[kLanes][4], const std::int8_t* values, int count) {
        __m256i sum = _mm256_setzero_si256();
        for (int j = 0; j < count; ++j) {
            const __m256i pairs = _mm256_maddubs_epi16(loadWeights(weights[j]), broadcast4(values + 4 * j));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
        }
        return sum;
    }

    /// … of weights with 128 added, without it.
    static __m256i dotBiased(const std::uint8_t (*weights)[kLanes][4], const std::int8_t* values) {
        __m256i sum = _mm256_setzero_si256();
        for (int j = 0; j < 8; ++j) {
            const __m256i weight = _mm256_xor_si256(loadWeights(weights[j]), _mm256_set1_epi8(-128));
            const __m256i signed_values = _mm256_sign_epi8(broadcast4(values + 4 * j), weight);
            const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weight), signed_values);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
        }
        return sum;
    }

    template <class Format>
    static void addBlock(const Panel32<kLanes>& panel, const Group32& group, int rows, float (*sums)[kLanes]) {
        const __m256 scale = _mm256_load_ps(panel.scale);
        for (int n = 0; n < rows; ++n) {
            const __m256i product = Format::kBiased ? dotBiased(panel.values, group.values[n]) : dot(panel.values, group.values[n], 8);
            __m256 sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(product), _mm256_mul_ps(scale, _mm256_set1_ps(group.scale[n])), _mm256_load_ps(sums[n]));
            if (!Format::kBiased) sum = _mm256_fmadd_ps(_mm256_load_ps(panel.offset), _mm256_set1_ps(group.sum[n]), sum);
            _mm256_store_ps(sums[n], sum);
        }
    }

    template <class Format>
    static void addBlock(const Panel256<kLanes, Format::kSub>& panel, const Group256& group, int rows, float (*sums)[kLanes]) {
        constexpr int kFours = Format::kSub / 4;
        const __m256 scale = _mm256_load_ps(panel.scale);
        for (int n = 0; n < rows; ++n) {
            __m256i part = _mm256_setzero_si256();
            for (int i = 0; i < 256 / Format::kSub; ++i) {
                const int column = i * Format::kSub;
                __m256i product = dot(panel.values + kFours * i, group.values[column / 32][n] + column % 32, kFours);
                if (Format::kBiased) product = _mm256_add_epi32(product, _mm256_set1_epi32(group.bias[n][column / 16]));
                part = _mm256_add_epi32(part, _mm256_mullo_epi32(product, _mm256_load_si256(reinterpret_cast<const __m256i*>(panel.scales[i]))));
            }
            const __m256 activation_scale = _mm256_set1_ps(group.scale[n]);
            __m256 sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(part), _mm256_mul_ps(scale, activation_scale), _mm256_load_ps(sums[n]));
            if (!Format::kBiased) {
                __m256i mins = _mm256_setzero_si256();
                for (int j = 0; j < 4; ++j)
                    mins = _mm256_add_epi32(mins, _mm256_madd_epi16(_mm256_load_si256(reinterpret_cast<const __m256i*>(panel.mins[j])), broadcast4(group.sums[n] + 2 * j)));
                sum = _mm256_fnmadd_ps(_mm256_cvtepi32_ps(mins), _mm256_mul_ps(_mm256_load_ps(panel.min_scale), activation_scale), sum);
            }
            _mm256_store_ps(sums[n], sum);
        }
    }
};

void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out,
              std::size_t stride) {
    if (count <= kFewRowsAvx2 && activationTypeFor(matrix.type) == ActivationType::Blocks32) return multiplyFewAvx2(matrix, first, last, packed, count, out, stride);
    multiplyRows<Avx2>(matrix, first, last, packed, count, out, stride);
}

constexpr Kernels kKernels{"AVX2", quantizeRows<Avx2>, multiply, kFewRowsAvx2};

}  // namespace

// Every processor with AVX2 converts float16 (F16C).
const Kernels* avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kKernels : nullptr; }

}  // namespace tessera::kernels

#else

namespace tessera::kernels {
const Kernels* avx2() { return nullptr; }
}  // namespace tessera::kernels

#endif
