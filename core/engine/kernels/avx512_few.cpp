// SPDX-License-Identifier: GPL-3.0-or-later
// AVX-512 with VNNI for a few rows: sixteen rows of the matrix are turned into lanes within registers. Panels in memory
// (panels.h) pay for themselves by many rows only; here one row takes little longer than reading the weights.
#include "core/engine/kernels/avx512_few.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)

#include "core/engine/kernels/avx512_lanes.h"
#include "core/engine/kernels/few_rows.h"
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

namespace tessera::kernels {
namespace {

constexpr int kLanes = 16;

/// 16 bytes of the rows k, k + 4, k + 8, k + 12.
inline __m512i quarters(Place place, std::size_t byte, int k) {
    const auto load = [&](int lane) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(place.at(lane, byte))); };
    __m512i rows = _mm512_castsi128_si512(load(k));
    rows = _mm512_inserti32x4(rows, load(k + 4), 1);
    rows = _mm512_inserti32x4(rows, load(k + 8), 2);
    return _mm512_inserti32x4(rows, load(k + 12), 3);
}

/// 16 bytes of each row: lane r of out[j] has the bytes 4j … 4j + 3 of row r.
inline void columns16(Place place, std::size_t byte, __m512i* out) {
    const __m512i r0 = quarters(place, byte, 0), r1 = quarters(place, byte, 1), r2 = quarters(place, byte, 2), r3 = quarters(place, byte, 3);
    const __m512i a = _mm512_unpacklo_epi32(r0, r1), b = _mm512_unpackhi_epi32(r0, r1);
    const __m512i c = _mm512_unpacklo_epi32(r2, r3), d = _mm512_unpackhi_epi32(r2, r3);
    out[0] = _mm512_unpacklo_epi64(a, c);
    out[1] = _mm512_unpackhi_epi64(a, c);
    out[2] = _mm512_unpacklo_epi64(b, d);
    out[3] = _mm512_unpackhi_epi64(b, d);
}

/// The first four of 16 bytes of each row.
inline __m512i column4(Place place, std::size_t byte) {
    const __m512i a = _mm512_unpacklo_epi32(quarters(place, byte, 0), quarters(place, byte, 1));
    const __m512i c = _mm512_unpacklo_epi32(quarters(place, byte, 2), quarters(place, byte, 3));
    return _mm512_unpacklo_epi64(a, c);
}

inline __m512 lowHalf(__m512i words) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(words)); }
inline __m512 highHalf(__m512i words) { return lowHalf(_mm512_srli_epi32(words, 16)); }

inline void columns32(Place place, std::size_t byte, __m512i* out) {
    columns16(place, byte, out);
    columns16(place, byte + 16, out + 4);
}

/// Eight vectors of weights as unsigned bytes: 32 columns of sixteen rows.
struct Weights32 {
    __m512i columns[8];
    __m512 scale;
    __m512 offset;
};

// Formats as in formats.h, but that biased weights may have less added than there: kBiasShift takes the activations' bias
// down to it. Integers are exact either way.
struct FewQ8_0 {
    using Format = FormatQ8_0;
    static constexpr int kBiasShift = 0;
    static void unpack(Place place, Weights32& out) {
        columns32(place, 2, out.columns);
        for (auto& column : out.columns) column = _mm512_xor_si512(column, _mm512_set1_epi8(static_cast<char>(0x80)));
        out.scale = lowHalf(column4(place, 0));
    }
};

struct FewQ4_0 {
    using Format = FormatQ4_0;
    static constexpr int kBiasShift = 4;  // −8 instead of −128
    static void unpack(Place place, Weights32& out) {
        __m512i packed[4];
        columns16(place, 2, packed);
        for (int j = 0; j < 4; ++j) {
            out.columns[j] = low4(packed[j]);
            out.columns[4 + j] = high4(packed[j]);
        }
        out.scale = lowHalf(column4(place, 0));
    }
};

struct FewQ4_1 {
    using Format = FormatQ4_1;
    static constexpr int kBiasShift = 0;
    static void unpack(Place place, Weights32& out) {
        __m512i packed[4];
        columns16(place, 4, packed);
        for (int j = 0; j < 4; ++j) {
            out.columns[j] = low4(packed[j]);
            out.columns[4 + j] = high4(packed[j]);
        }
        const __m512i both = column4(place, 0);
        out.scale = lowHalf(both);
        out.offset = highHalf(both);
    }
};

/// kRows rows of a group of activations from `first` on, whose sums stay in registers.
template <int kRows>
struct Sums {
    int first;
    __m512 sums[kRows];

    template <class Few>
    void addBlock(Place place, const Group32& group) {
        Weights32 weights;
        Few::unpack(place, weights);
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) {
            __m512i product = Few::Format::kBiased ? _mm512_set1_epi32(group.bias[first + n] >> Few::kBiasShift) : _mm512_setzero_si512();
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) product = addProducts(product, weights.columns[j], group.values[first + n] + 4 * j);
            sums[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(weights.scale, _mm512_set1_ps(group.scale[first + n])), sums[n]);
        }
        if constexpr (!Few::Format::kBiased) {
#pragma GCC unroll 8
            for (int n = 0; n < kRows; ++n) sums[n] = _mm512_fmadd_ps(weights.offset, _mm512_set1_ps(group.sum[first + n]), sums[n]);
        }
    }
};

/// Where results go: out[n * stride + lane].
struct Results {
    float* out;
    std::size_t stride;
    __mmask16 lanes;
};

/// Sixteen rows of a matrix with kRows rows of activations, from row `first` of their group on.
template <class Few, int kRows>
void multiplyLanes(const RowsOfMatrix<kLanes>& matrix, const Group32* groups, int first, std::int64_t wanted, Results results) {
    Sums<kRows> to;
    to.first = first;
    for (int n = 0; n < kRows; ++n) to.sums[n] = _mm512_setzero_ps();
    const auto blocks = matrix.row_bytes / Few::Format::kBytes;
    for (std::size_t b = 0; b < blocks; ++b) {
        const Place place{matrix.rows, b * Few::Format::kBytes};
        matrix.prefetchNext<Few::Format::kBytes>(b);
        to.template addBlock<Few>(place, groups[b]);
    }
    for (int n = 0; n < kRows && n < wanted; ++n) _mm512_mask_storeu_ps(results.out + static_cast<std::size_t>(n) * results.stride, results.lanes, to.sums[n]);
}

/// Half a group at a time; the matrix's rows then come from a near cache. A few sizes: padding costs less than code.
template <class Few>
void multiplyHalf(const RowsOfMatrix<kLanes>& matrix, const Group32* groups, int first, std::int64_t wanted, Results results) {
    if (wanted == 1) return multiplyLanes<Few, 1>(matrix, groups, first, wanted, results);
    if (wanted == 2) return multiplyLanes<Few, 2>(matrix, groups, first, wanted, results);
    if (wanted <= 4) return multiplyLanes<Few, 4>(matrix, groups, first, wanted, results);
    if (wanted <= 6) return multiplyLanes<Few, 6>(matrix, groups, first, wanted, results);
    multiplyLanes<Few, 8>(matrix, groups, first, wanted, results);
}

template <class Few>
void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    constexpr std::int64_t kHalf = kGroupRows / 2;
    const auto* groups = reinterpret_cast<const Group32*>(packed);
    const auto blocks = matrix.columns / Few::Format::kBlock;
    for (; first < last; first += kLanes) {
        const RowsOfMatrix<kLanes> rows(matrix, first, last);
        const auto mask = static_cast<__mmask16>(last - first < kLanes ? (1u << (last - first)) - 1u : 0xffffu);
        for (std::int64_t n = 0; n < count; n += kHalf)
            multiplyHalf<Few>(rows, groups + n / kGroupRows * blocks, static_cast<int>(n % kGroupRows), count - n,
                              {out + static_cast<std::size_t>(n) * stride + first, stride, mask});
    }
}

}  // namespace

void multiplyFewAvx512(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    multiplyByType<FewQ4_0, FewQ4_1, FewQ8_0>(matrix.type, [&]<class Few>() { multiply<Few>(matrix, first, last, packed, count, out, stride); });
}

}  // namespace tessera::kernels

#endif
