// SPDX-License-Identifier: GPL-3.0-or-later
// AVX2 for a few rows: eight rows of the matrix are turned into lanes within registers, without panels in memory.
#include "core/engine/kernels/avx2_few.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include "core/engine/kernels/few_rows.h"
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

namespace tessera::kernels {
namespace {

constexpr int kLanes = 8;

inline __m256i broadcast4(const std::int8_t* values) {
    std::int32_t four = 0;
    std::memcpy(&four, values, sizeof four);
    return _mm256_set1_epi32(four);
}

/// 16 bytes of each row: lane r of out[j] has the bytes 4j … 4j + 3 of row r.
inline void columns16(Place place, std::size_t byte, __m256i* out) {
    const auto load = [&](int lane) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(place.at(lane, byte))); };
    const auto pair = [&](int lane) { return _mm256_inserti128_si256(_mm256_castsi128_si256(load(lane)), load(lane + 4), 1); };
    const __m256i r0 = pair(0), r1 = pair(1), r2 = pair(2), r3 = pair(3);
    const __m256i a = _mm256_unpacklo_epi32(r0, r1), b = _mm256_unpackhi_epi32(r0, r1);
    const __m256i c = _mm256_unpacklo_epi32(r2, r3), d = _mm256_unpackhi_epi32(r2, r3);
    out[0] = _mm256_unpacklo_epi64(a, c);
    out[1] = _mm256_unpackhi_epi64(a, c);
    out[2] = _mm256_unpacklo_epi64(b, d);
    out[3] = _mm256_unpackhi_epi64(b, d);
}

/// A float16 of each row.
inline __m256 halves(Place place, std::size_t byte) {
    alignas(16) std::uint16_t bits[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) std::memcpy(bits + lane, place.at(lane, byte), sizeof bits[lane]);
    return _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(bits)));
}

/// 16-bit sums of pairs to 32-bit sums of fours.
inline __m256i foursOf(__m256i pairs) { return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)); }

/// 32 columns of eight rows.
struct Weights32 {
    __m256i columns[8];
    __m256 scale;
    __m256 offset;
};

/// Signed bytes; their sign goes over to the activations.
struct FewQ8_0 {
    using Format = FormatQ8_0;
    static void unpack(Place place, Weights32& out) {
        columns16(place, 2, out.columns);
        columns16(place, 18, out.columns + 4);
        out.scale = halves(place, 0);
    }
    static __m256i dot(const Weights32& weights, const Group32& group, int row) {
        __m256i sum = _mm256_setzero_si256();
#pragma GCC unroll 8
        for (int j = 0; j < 8; ++j) {
            const __m256i signed_values = _mm256_sign_epi8(broadcast4(group.values[row] + 4 * j), weights.columns[j]);
            sum = _mm256_add_epi32(sum, foursOf(_mm256_maddubs_epi16(_mm256_abs_epi8(weights.columns[j]), signed_values)));
        }
        return sum;
    }
};

inline void unpack4(Place place, std::size_t byte, Weights32& out) {
    __m256i packed[4];
    columns16(place, byte, packed);
    const __m256i mask = _mm256_set1_epi8(15);
    for (int j = 0; j < 4; ++j) {
        out.columns[j] = _mm256_and_si256(packed[j], mask);
        out.columns[4 + j] = _mm256_and_si256(_mm256_srli_epi16(packed[j], 4), mask);
    }
}

/// Of weights from 0 to 15: sixteen such products, at most 30 480, still fit into 16 bits.
inline __m256i dot4(const Weights32& weights, const Group32& group, int row) {
    __m256i pairs = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(weights.columns[j], broadcast4(group.values[row] + 4 * j)));
    return foursOf(pairs);
}

struct FewQ4_0 {
    using Format = FormatQ4_0;
    static void unpack(Place place, Weights32& out) {
        unpack4(place, 2, out);
        out.scale = halves(place, 0);
    }
    static __m256i dot(const Weights32& weights, const Group32& group, int row) {
        return _mm256_add_epi32(dot4(weights, group, row), _mm256_set1_epi32(group.bias[row] >> 4));  // −8 instead of −128
    }
};

struct FewQ4_1 {
    using Format = FormatQ4_1;
    static void unpack(Place place, Weights32& out) {
        unpack4(place, 4, out);
        out.scale = halves(place, 0);
        out.offset = halves(place, 2);
    }
    static __m256i dot(const Weights32& weights, const Group32& group, int row) { return dot4(weights, group, row); }
};

/// Where results go: out[n * stride + lane] of the first `lanes` lanes and `wanted` rows.
struct Results {
    float* out;
    std::size_t stride;
    int lanes;
    std::int64_t wanted;
};

/// Eight rows of the matrix with kRows rows of activations, from row `first` of their group on. Rows beyond the wanted ones
/// are in the group anyhow.
template <class Few, int kRows>
void multiplyLanes(const RowsOfMatrix<kLanes>& matrix, const Group32* groups, int first, Results results) {
    __m256 sums[kRows];
    for (auto& sum : sums) sum = _mm256_setzero_ps();
    const auto blocks = matrix.row_bytes / Few::Format::kBytes;
    for (std::size_t b = 0; b < blocks; ++b) {
        matrix.prefetchNext<Few::Format::kBytes>(b);
        const Group32& group = groups[b];
        Weights32 weights;
        Few::unpack({matrix.rows, b * Few::Format::kBytes}, weights);
#pragma GCC unroll 4
        for (int n = 0; n < kRows; ++n) {
            const __m256 scale = _mm256_mul_ps(weights.scale, _mm256_set1_ps(group.scale[first + n]));
            sums[n] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(Few::dot(weights, group, first + n)), scale, sums[n]);
            if constexpr (!Few::Format::kBiased) sums[n] = _mm256_fmadd_ps(weights.offset, _mm256_set1_ps(group.sum[first + n]), sums[n]);
        }
    }
    for (int n = 0; n < kRows && n < results.wanted; ++n)
        std::memcpy(results.out + static_cast<std::size_t>(n) * results.stride, &sums[n], static_cast<std::size_t>(results.lanes) * sizeof(float));
}

/// Four rows at a time; the matrix's rows then come from a near cache.
template <class Few>
void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    constexpr std::int64_t kAtOnce = 4;
    const auto* groups = reinterpret_cast<const Group32*>(packed);
    const auto blocks = matrix.columns / Few::Format::kBlock;
    for (; first < last; first += kLanes) {
        const RowsOfMatrix<kLanes> rows(matrix, first, last);
        for (std::int64_t n = 0; n < count; n += kAtOnce) {
            const Results results{out + static_cast<std::size_t>(n) * stride + first, stride, static_cast<int>(last - first < kLanes ? last - first : kLanes), count - n};
            const Group32* group = groups + n / kGroupRows * blocks;
            const auto in_group = static_cast<int>(n % kGroupRows);
            if (count - n == 1) {
                multiplyLanes<Few, 1>(rows, group, in_group, results);
            } else if (count - n == 2) {
                multiplyLanes<Few, 2>(rows, group, in_group, results);
            } else {
                multiplyLanes<Few, kAtOnce>(rows, group, in_group, results);
            }
        }
    }
}

}  // namespace

void multiplyFewAvx2(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    multiplyByType<FewQ4_0, FewQ4_1, FewQ8_0>(matrix.type, [&]<class Few>() { multiply<Few>(matrix, first, last, packed, count, out, stride); });
}

}  // namespace tessera::kernels

#endif
