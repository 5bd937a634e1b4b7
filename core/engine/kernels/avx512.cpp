// SPDX-License-Identifier: GPL-3.0-or-later
// AVX-512 with VNNI: vpdpbusd adds 64 products of unsigned weights and signed activations to 16 lanes, a matrix row each.
#include "core/engine/kernels/kernels.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)

#include "core/engine/kernels/avx512_few.h"
#include "core/engine/kernels/avx512_lanes.h"
#include "core/engine/kernels/panels.h"

namespace tessera::kernels {
namespace {

struct Avx512 {
    static constexpr int kLanes = 16;

    /// 16 rows of 8 dwords transposed. Quarters of 128 bits stay where they are until the last step, which is why rows are
    /// paired with those four further on.
    static void interleave(const std::uint8_t* rows, std::size_t stride, std::uint8_t (*out)[kLanes][4]) {
        const auto pair = [&](std::size_t low, std::size_t high) {
            const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + low * stride));
            const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + high * stride));
            return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
        };
        __m512i columns[2][4];  // dwords j (even quarters) and j + 4 (odd quarters) of rows 0…7, and of rows 8…15
        for (std::size_t half = 0; half < 2; ++half) {
            const std::size_t first = 8 * half;
            const __m512i r0 = pair(first, first + 4), r1 = pair(first + 1, first + 5);
            const __m512i r2 = pair(first + 2, first + 6), r3 = pair(first + 3, first + 7);
            const __m512i a = _mm512_unpacklo_epi32(r0, r1), b = _mm512_unpackhi_epi32(r0, r1);
            const __m512i c = _mm512_unpacklo_epi32(r2, r3), d = _mm512_unpackhi_epi32(r2, r3);
            columns[half][0] = _mm512_unpacklo_epi64(a, c);
            columns[half][1] = _mm512_unpackhi_epi64(a, c);
            columns[half][2] = _mm512_unpacklo_epi64(b, d);
            columns[half][3] = _mm512_unpackhi_epi64(b, d);
        }
        for (int j = 0; j < 4; ++j) {
            _mm512_storeu_si512(out[j], _mm512_shuffle_i32x4(columns[0][j], columns[1][j], 0x88));
            _mm512_storeu_si512(out[j + 4], _mm512_shuffle_i32x4(columns[0][j], columns[1][j], 0xdd));
        }
    }

    template <class Format, class Panel, class Group>
    static void addTile(const Panel* panels, int blocks, const Group* groups, const Tile& tile) {
        switch ((tile.rows + 3) / 4) {
            case 1: return addRows<Format, 4>(panels, blocks, groups, tile);
            case 2: return addRows<Format, 8>(panels, blocks, groups, tile);
            case 3: return addRows<Format, 12>(panels, blocks, groups, tile);
            default: return addRows<Format, 16>(panels, blocks, groups, tile);
        }
    }

    static void quantize32(const float* x, Group32& out, std::int64_t row) {
        const __m512 a = _mm512_loadu_ps(x);
        const __m512 b = _mm512_loadu_ps(x + 16);
        const float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(a), _mm512_abs_ps(b)));
        const float scale = largest / 127.0f;
        const __m512 inverse = _mm512_set1_ps(largest >= kZeroBelow ? 127.0f / largest : 0.0f);
        const __m512i ia = _mm512_cvtps_epi32(_mm512_mul_ps(a, inverse));
        const __m512i ib = _mm512_cvtps_epi32(_mm512_mul_ps(b, inverse));
        const std::int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(ia, ib));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values[row]), _mm512_cvtepi32_epi8(ia));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values[row] + 16), _mm512_cvtepi32_epi8(ib));
        out.scale[row] = floatOf(halfOf(scale));
        out.sum[row] = floatOf(halfOf(scale * static_cast<float>(sum)));
        out.bias[row] = -128 * sum;
    }

    static void quantize256(const float* x, Group256& out, std::int64_t row) {
        __m512 largest_each = _mm512_setzero_ps();
        for (int i = 0; i < 256; i += 16) largest_each = _mm512_max_ps(largest_each, _mm512_abs_ps(_mm512_loadu_ps(x + i)));
        const float magnitude = _mm512_reduce_max_ps(largest_each);
        float largest = magnitude;
        for (int i = 0; i < 256; i += 16) {  // the sign of the first that is so large
            const __m512 values = _mm512_loadu_ps(x + i);
            const __mmask16 found = _mm512_cmp_ps_mask(_mm512_abs_ps(values), _mm512_set1_ps(magnitude), _CMP_EQ_OQ);
            if (!found) continue;
            largest = x[i + __builtin_ctz(found)];
            break;
        }
        const float inverse = magnitude >= kZeroBelow ? -127.0f / largest : 0.0f;
        for (int i = 0; i < 256; i += 16) {
            const __m512 scaled = _mm512_mul_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(inverse));
            const __m512i values = _mm512_min_epi32(_mm512_cvtps_epi32(scaled), _mm512_set1_epi32(127));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values[i / 32][row] + i % 32), _mm512_cvtepi32_epi8(values));
            out.bias[row][i / 16] = -32 * _mm512_reduce_add_epi32(values);
        }
        for (int i = 0; i < 8; ++i) out.sums[row][i] = static_cast<std::int16_t>((out.bias[row][2 * i] + out.bias[row][2 * i + 1]) / -32);
        out.scale[row] = inverse != 0.0f ? 1.0f / inverse : 0.0f;
    }

private:
    /// What comes after next; the processor by itself does not fetch so far ahead.
    template <std::size_t kBytes>
    static void prefetch(const void* from) {
#pragma GCC unroll 16
        for (std::size_t at = 0; at < kBytes; at += 64) _mm_prefetch(static_cast<const char*>(from) + at, _MM_HINT_T0);
    }

    static __mmask16 maskOf(const Tile& tile) { return static_cast<__mmask16>((1u << tile.lanes) - 1u); }

    template <int N>
    static void load(const Tile& tile, __m512* sums) {
        for (int n = 0; n < N; ++n) {
            const bool has_sum = !tile.begins && n < tile.rows;
            sums[n] = has_sum ? _mm512_maskz_loadu_ps(maskOf(tile), tile.out + static_cast<std::size_t>(n) * tile.stride) : _mm512_setzero_ps();
        }
    }

    template <int N>
    static void store(const Tile& tile, const __m512* sums) {
#pragma GCC unroll 16
        for (int n = 0; n < N; ++n)
            if (n < tile.rows) _mm512_mask_storeu_ps(tile.out + static_cast<std::size_t>(n) * tile.stride, maskOf(tile), sums[n]);
    }

    template <class Format, int N>
    static void addRows(const Panel32<kLanes>* panels, int blocks, const Group32* groups, const Tile& tile) {
        __m512 sums[N];
        load<N>(tile, sums);
        for (int b = 0; b < blocks; ++b) {
            const auto& panel = panels[b];
            const Group32& group = groups[b];
            prefetch<sizeof(Group32)>(&groups[b + 2]);
            __m512i weights[8];
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) weights[j] = _mm512_load_si512(panel.values[j]);
            const __m512 scale = _mm512_load_ps(panel.scale);
#pragma GCC unroll 16
            for (int n = 0; n < N; ++n) {
                __m512i product = Format::kBiased ? _mm512_set1_epi32(group.bias[n]) : _mm512_setzero_si512();
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) product = addProducts(product, weights[j], group.values[n] + 4 * j);
                sums[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(scale, _mm512_set1_ps(group.scale[n])), sums[n]);
            }
            if constexpr (!Format::kBiased) {
                const __m512 offset = _mm512_load_ps(panel.offset);
#pragma GCC unroll 16
                for (int n = 0; n < N; ++n) sums[n] = _mm512_fmadd_ps(offset, _mm512_set1_ps(group.sum[n]), sums[n]);
            }
        }
        store<N>(tile, sums);
    }

    template <class Format, int N>
    static void addRows(const Panel256<kLanes, Format::kSub>* panels, int blocks, const Group256* groups, const Tile& tile) {
        __m512 sums[N];
        load<N>(tile, sums);
        for (int b = 0; b < blocks; ++b) {
            const auto& panel = panels[b];
            const Group256& group = groups[b];
            __m512i parts[N];
#pragma GCC unroll 16
            for (int n = 0; n < N; ++n) parts[n] = _mm512_setzero_si512();
            for (int i = 0; i < 8; ++i) addSub<Format, N>(panel, group, i, parts);
            const __m512 scale = _mm512_load_ps(panel.scale);
#pragma GCC unroll 16
            for (int n = 0; n < N; ++n) sums[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(parts[n]), _mm512_mul_ps(scale, _mm512_set1_ps(group.scale[n])), sums[n]);
            if constexpr (!Format::kBiased) subtractMins<N>(panel, group, sums);
        }
        store<N>(tile, sums);
    }

    /// 32 columns: one scale, or one for each half. Short sums wait for each other less when four go side by side.
    template <class Format, int N, class Panel>
    static void addSub(const Panel& panel, const Group256& group, int i, __m512i* parts) {
        constexpr int kScales = 32 / Format::kSub;
        constexpr int kFours = Format::kSub / 4;
        constexpr int kAtOnce = 4;
        prefetch<sizeof group.values[0]>(reinterpret_cast<const std::byte*>(&group) + sizeof group.values[0] * static_cast<std::size_t>(i + 2));
        __m512i weights[8];
#pragma GCC unroll 8
        for (int j = 0; j < 8; ++j) weights[j] = _mm512_load_si512(panel.values[8 * i + j]);
#pragma GCC unroll 4
        for (int n = 0; n < N; n += kAtOnce) {
#pragma GCC unroll 2
            for (int s = 0; s < kScales; ++s) {
                __m512i products[kAtOnce];
#pragma GCC unroll 4
                for (int k = 0; k < kAtOnce; ++k)
                    products[k] = Format::kBiased ? _mm512_set1_epi32(group.bias[n + k][kScales * i + s]) : _mm512_setzero_si512();
#pragma GCC unroll 8
                for (int j = 0; j < kFours; ++j) {
#pragma GCC unroll 4
                    for (int k = 0; k < kAtOnce; ++k)
                        products[k] = addProducts(products[k], weights[s * kFours + j], group.values[i][n + k] + 4 * (s * kFours + j));
                }
                const __m512i scale = _mm512_load_si512(panel.scales[kScales * i + s]);
#pragma GCC unroll 4
                for (int k = 0; k < kAtOnce; ++k) parts[n + k] = _mm512_add_epi32(parts[n + k], _mm512_mullo_epi32(products[k], scale));
            }
        }
    }

    template <int N, class Panel>
    static void subtractMins(const Panel& panel, const Group256& group, __m512* sums) {
        const __m512 scale = _mm512_load_ps(panel.min_scale);
        __m512i mins[4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) mins[j] = _mm512_load_si512(panel.mins[j]);
#pragma GCC unroll 16
        for (int n = 0; n < N; ++n) {
            __m512i product = _mm512_setzero_si512();
#pragma GCC unroll 4
            for (int j = 0; j < 4; ++j) product = _mm512_dpwssd_epi32(product, mins[j], broadcast4(group.sums[n] + 2 * j));
            sums[n] = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(scale, _mm512_set1_ps(group.scale[n])), sums[n]);
        }
    }
};

void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out,
              std::size_t stride) {
    const bool small_blocks = activationTypeFor(matrix.type) == ActivationType::Blocks32;
    if (small_blocks && count <= kFewRows) return multiplyFewAvx512(matrix, first, last, packed, count, out, stride);
    if (!small_blocks && count <= kFewRows256) return multiplyFewKAvx512(matrix, first, last, packed, count, out, stride);
    multiplyRows<Avx512>(matrix, first, last, packed, count, out, stride);
}

constexpr Kernels kKernels{"AVX512-VNNI", quantizeRows<Avx512>, multiply, kFewRows, kFewRows256};

bool processorHasIt() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma");
}

}  // namespace

const Kernels* avx512Vnni() { return processorHasIt() ? &kKernels : nullptr; }

}  // namespace tessera::kernels

#else

namespace tessera::kernels {
const Kernels* avx512Vnni() { return nullptr; }
}  // namespace tessera::kernels

#endif
