// SPDX-License-Identifier: GPL-3.0-or-later
// AVX-512 with VNNI for a few rows: sixteen rows of the matrix are turned into lanes within registers. Panels in memory
// (panels.h) pay for themselves by many rows only; here one row is computed as fast as memory gives the weights.
#include "core/engine/kernels/avx512_few.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)

#include "core/engine/kernels/avx512_lanes.h"
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

#include <type_traits>

namespace tessera::kernels {
namespace {

constexpr int kLanes = 16;

/// Where the block is in each of sixteen rows of the matrix.
struct Place {
    const std::byte* const* rows;
    std::size_t offset;
    const std::byte* at(int lane, std::size_t byte) const { return rows[lane] + offset + byte; }
};

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

inline __m512i low4(__m512i bytes) { return _mm512_and_si512(bytes, _mm512_set1_epi8(15)); }
inline __m512i high4(__m512i bytes) { return low4(_mm512_srli_epi16(bytes, 4)); }

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

/// Byte `index` of each lane, as a number.
inline __m512 unsignedByte(__m512i four, int index) {
    return _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32(four, static_cast<unsigned>(8 * index)), _mm512_set1_epi32(255)));
}
inline __m512 signedByte(__m512i four, int index) {
    return _mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(four, static_cast<unsigned>(24 - 8 * index)), 24));
}

/// The head of Q4_K and Q5_K: two float16, 8 scales and 8 mins of 6 bits (unpackScales6).
struct HeadK {
    __m512 scale;
    __m512 min_scale;
    __m512i scales[2];  // four a lane
    __m512i mins[4];    // two int16 a lane

    explicit HeadK(Place place) {
        __m512i words[4];
        columns16(place, 0, words);
        scale = lowHalf(words[0]);
        min_scale = highHalf(words[0]);
        const __m512i six = _mm512_set1_epi8(63), two = _mm512_set1_epi8(48);
        scales[0] = _mm512_and_si512(words[1], six);
        scales[1] = _mm512_or_si512(low4(words[3]), _mm512_and_si512(_mm512_srli_epi16(words[1], 2), two));
        const __m512i low = _mm512_and_si512(words[2], six);
        const __m512i high = _mm512_or_si512(high4(words[3]), _mm512_and_si512(_mm512_srli_epi16(words[2], 2), two));
        const __m512i first = _mm512_set4_epi32(static_cast<int>(0x800d800c), static_cast<int>(0x80098008), static_cast<int>(0x80058004), static_cast<int>(0x80018000));
        const __m512i second = _mm512_set4_epi32(static_cast<int>(0x800f800e), static_cast<int>(0x800b800a), static_cast<int>(0x80078006), static_cast<int>(0x80038002));
        mins[0] = _mm512_shuffle_epi8(low, first);
        mins[1] = _mm512_shuffle_epi8(low, second);
        mins[2] = _mm512_shuffle_epi8(high, first);
        mins[3] = _mm512_shuffle_epi8(high, second);
    }
};

/// kRows rows of a group of activations from `first` on, whose sums stay in registers.
template <int kRows>
struct Sums {
    int first;
    __m512 sums[kRows];

    template <class Few>
    void addBlock32(Place place, const Group32& group) {
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

    void finishBlock256(const __m512* parts, __m512 scale, const Group256& group) {
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) sums[n] = _mm512_fmadd_ps(parts[n], _mm512_mul_ps(scale, _mm512_set1_ps(group.scale[first + n])), sums[n]);
    }

    void subtractMins(const HeadK& head, const Group256& group) {
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) {
            __m512i product = _mm512_setzero_si512();
#pragma GCC unroll 4
            for (int j = 0; j < 4; ++j) product = _mm512_dpwssd_epi32(product, head.mins[j], broadcast4(group.sums[first + n] + 2 * j));
            sums[n] = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(head.min_scale, _mm512_set1_ps(group.scale[first + n])), sums[n]);
        }
    }

    /// 32 columns with one scale.
    void addSub32(const __m512i* columns, __m512 scale, const Group256& group, int sub, __m512* parts) const {
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) {
            __m512i product = _mm512_setzero_si512();
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) product = addProducts(product, columns[j], group.values[sub][first + n] + 4 * j);
            parts[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), scale, parts[n]);
        }
    }

    /// 16 columns with one scale.
    void addSub16(const __m512i* columns, __m512 scale, const Group256& group, int sub, __m512* parts) const {
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) {
            __m512i product = _mm512_set1_epi32(group.bias[first + n][sub]);
#pragma GCC unroll 4
            for (int j = 0; j < 4; ++j) product = addProducts(product, columns[j], group.values[sub / 2][first + n] + 16 * (sub % 2) + 4 * j);
            parts[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), scale, parts[n]);
        }
    }
};

template <int kRows>
inline void clear(__m512* parts) {
    for (int n = 0; n < kRows; ++n) parts[n] = _mm512_setzero_ps();
}

struct FewQ4_K {
    using Format = FormatQ4_K;
    template <int kRows>
    static void addBlock(Place place, const Group256& group, Sums<kRows>& to) {
        const HeadK head(place);
        __m512 parts[kRows];
        clear<kRows>(parts);
#pragma GCC unroll 4
        for (int chunk = 0; chunk < 4; ++chunk) {
            __m512i packed[8];
            __m512i columns[8];
            columns32(place, 16 + 32 * static_cast<std::size_t>(chunk), packed);
            for (int j = 0; j < 8; ++j) columns[j] = low4(packed[j]);
            to.addSub32(columns, unsignedByte(head.scales[chunk / 2], chunk * 2 % 4), group, 2 * chunk, parts);
            for (int j = 0; j < 8; ++j) columns[j] = high4(packed[j]);
            to.addSub32(columns, unsignedByte(head.scales[chunk / 2], chunk * 2 % 4 + 1), group, 2 * chunk + 1, parts);
        }
        to.finishBlock256(parts, head.scale, group);
        to.subtractMins(head, group);
    }
};

struct FewQ5_K {
    using Format = FormatQ5_K;
    template <int kRows>
    static void addBlock(Place place, const Group256& group, Sums<kRows>& to) {
        const HeadK head(place);
        __m512i fifths[8];  // of each column the bits of all eight subs
        columns32(place, 16, fifths);
        __m512 parts[kRows];
        clear<kRows>(parts);
        const __m512i bit = _mm512_set1_epi8(16);
#pragma GCC unroll 4
        for (int chunk = 0; chunk < 4; ++chunk) {
            __m512i packed[8];
            __m512i columns[8];
            columns32(place, 48 + 32 * static_cast<std::size_t>(chunk), packed);
            const auto fifth = [&](int j, int sub) {
                const __m512i shifted = sub < 4 ? _mm512_slli_epi16(fifths[j], static_cast<unsigned>(4 - sub)) : _mm512_srli_epi16(fifths[j], static_cast<unsigned>(sub - 4));
                return _mm512_and_si512(shifted, bit);
            };
            for (int j = 0; j < 8; ++j) columns[j] = _mm512_or_si512(low4(packed[j]), fifth(j, 2 * chunk));
            to.addSub32(columns, unsignedByte(head.scales[chunk / 2], chunk * 2 % 4), group, 2 * chunk, parts);
            for (int j = 0; j < 8; ++j) columns[j] = _mm512_or_si512(high4(packed[j]), fifth(j, 2 * chunk + 1));
            to.addSub32(columns, unsignedByte(head.scales[chunk / 2], chunk * 2 % 4 + 1), group, 2 * chunk + 1, parts);
        }
        to.finishBlock256(parts, head.scale, group);
        to.subtractMins(head, group);
    }
};

struct FewQ6_K {
    using Format = FormatQ6_K;
    template <int kRows>
    static void addBlock(Place place, const Group256& group, Sums<kRows>& to) {
        __m512i scales[4];
        columns16(place, 192, scales);
        __m512 parts[kRows];
        clear<kRows>(parts);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            __m512i low[8];
            __m512i next[8];
            __m512i high[8];
            columns32(place, 64 * static_cast<std::size_t>(half), low);
            columns32(place, 64 * static_cast<std::size_t>(half) + 32, next);
            columns32(place, 128 + 32 * static_cast<std::size_t>(half), high);
            const __m512i two = _mm512_set1_epi8(48);
            const auto add = [&](int quarter, const auto& column) {
                __m512i columns[8];
                for (int j = 0; j < 8; ++j) columns[j] = column(j);
                const int sub = 8 * half + 2 * quarter;
                to.addSub16(columns, signedByte(scales[sub / 4], sub % 4), group, sub, parts);
                to.addSub16(columns + 4, signedByte(scales[sub / 4], sub % 4 + 1), group, sub + 1, parts);
            };
            add(0, [&](int j) { return _mm512_or_si512(low4(low[j]), _mm512_and_si512(_mm512_slli_epi16(high[j], 4), two)); });
            add(1, [&](int j) { return _mm512_or_si512(low4(next[j]), _mm512_and_si512(_mm512_slli_epi16(high[j], 2), two)); });
            add(2, [&](int j) { return _mm512_or_si512(high4(low[j]), _mm512_and_si512(high[j], two)); });
            add(3, [&](int j) { return _mm512_or_si512(high4(next[j]), _mm512_and_si512(_mm512_srli_epi16(high[j], 2), two)); });
        }
        alignas(32) std::uint16_t halves[kLanes];
#pragma GCC unroll 16
        for (int lane = 0; lane < kLanes; ++lane) std::memcpy(&halves[lane], place.at(lane, 208), sizeof halves[lane]);
        to.finishBlock256(parts, _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(halves))), group);
    }
};

/// Asks for the same block's share of the sixteen rows that come next, line after line: to follow sixteen places at once is more
/// than a processor does by itself.
template <std::size_t kBytes>
inline void prefetchNext(const std::byte* const* rows, std::size_t row_bytes, std::size_t block) {
    const auto* from = reinterpret_cast<const char*>(rows[0]) + kLanes * (row_bytes + block * kBytes);
#pragma GCC unroll 64
    for (std::size_t at = 0; at < kLanes * kBytes; at += 64) _mm_prefetch(from + at, _MM_HINT_T1);
}

/// Where results go: out[n * stride + lane].
struct Results {
    float* out;
    std::size_t stride;
    __mmask16 lanes;
};

/// Sixteen rows of the matrix with kRows rows of activations, from row `first` of their group on.
template <class Few, int kRows, class Group>
void multiplyLanes(const std::byte* const* rows, std::size_t row_bytes, const Group* groups, int first, std::int64_t wanted, Results results) {
    Sums<kRows> to;
    to.first = first;
    clear<kRows>(to.sums);
    const auto blocks = row_bytes / Few::Format::kBytes;
    for (std::size_t b = 0; b < blocks; ++b) {
        const Place place{rows, b * Few::Format::kBytes};
        prefetchNext<Few::Format::kBytes>(rows, row_bytes, b);
        if constexpr (Few::Format::kBlock == 32) {
            to.template addBlock32<Few>(place, groups[b]);
        } else {
            Few::addBlock(place, groups[b], to);
        }
    }
    for (int n = 0; n < kRows && n < wanted; ++n) _mm512_mask_storeu_ps(results.out + static_cast<std::size_t>(n) * results.stride, results.lanes, to.sums[n]);
}

/// Half a group at a time; the matrix's rows then come from a near cache. A few sizes: padding costs less than code.
template <class Few, class Group>
void multiplyHalf(const std::byte* const* rows, std::size_t row_bytes, const Group* groups, int first, std::int64_t wanted, Results results) {
    if (wanted == 1) return multiplyLanes<Few, 1>(rows, row_bytes, groups, first, wanted, results);
    if (wanted == 2) return multiplyLanes<Few, 2>(rows, row_bytes, groups, first, wanted, results);
    if (wanted <= 4) return multiplyLanes<Few, 4>(rows, row_bytes, groups, first, wanted, results);
    if (wanted <= 6) return multiplyLanes<Few, 6>(rows, row_bytes, groups, first, wanted, results);
    multiplyLanes<Few, 8>(rows, row_bytes, groups, first, wanted, results);
}

template <class Few>
void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    using Group = std::conditional_t<Few::Format::kBlock == 32, Group32, Group256>;
    constexpr std::int64_t kHalf = kGroupRows / 2;
    const auto* groups = reinterpret_cast<const Group*>(packed);
    const auto blocks = matrix.columns / Few::Format::kBlock;
    for (; first < last; first += kLanes) {
        const std::byte* rows[kLanes];
        for (int lane = 0; lane < kLanes; ++lane)
            rows[lane] = matrix.data + static_cast<std::size_t>(first + lane < last ? first + lane : last - 1) * matrix.row_bytes;
        const auto lanes = static_cast<__mmask16>(last - first < kLanes ? (1u << (last - first)) - 1u : 0xffffu);
        for (std::int64_t n = 0; n < count; n += kHalf)
            multiplyHalf<Few>(rows, matrix.row_bytes, groups + n / kGroupRows * blocks, static_cast<int>(n % kGroupRows), count - n,
                              {out + static_cast<std::size_t>(n) * stride + first, stride, lanes});
    }
}

}  // namespace

void multiplyFewAvx512(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    switch (matrix.type) {
        case WeightType::Q4_0: return multiply<FewQ4_0>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q4_1: return multiply<FewQ4_1>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q8_0: return multiply<FewQ8_0>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q4_K: return multiply<FewQ4_K>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q5_K: return multiply<FewQ5_K>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q6_K: return multiply<FewQ6_K>(matrix, first, last, packed, count, out, stride);
    }
}

}  // namespace tessera::kernels

#endif
