// SPDX-License-Identifier: GPL-3.0-or-later
// AVX-512 with VNNI for a few rows, of blocks of 256. Unlike blocks of 32, one is long enough to be multiplied where it
// stands, so a row of the matrix is read from its beginning to its end, as processors fetch memory fastest. Products of
// four go to 32-bit lanes, eight of these to 16 bits (none exceeds 32 004) and on with the block's small scales; what eight
// blocks give is brought into lanes of a block each.
#include "core/engine/kernels/avx512_few.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)

#include "core/engine/kernels/avx512_lanes.h"
#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

#include <immintrin.h>

namespace tessera::kernels {
namespace {

constexpr int kBlocks = 8;            // at once
constexpr std::size_t kAhead = 8192;  // bytes by which memory is asked for; the processor by itself does not look so far

inline __m512i load64(const void* from) { return _mm512_loadu_si512(from); }
inline __m256i load32(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline __m128i load16(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
inline __m512i join(__m256i low, __m256i high) { return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1); }
inline __m512i shiftsOf(short low, short high) { return join(_mm256_set1_epi16(low), _mm256_set1_epi16(high)); }
/// The bits of `mask` in a, and b.
inline __m512i select(__m512i a, int mask, __m512i b) { return _mm512_ternarylogic_epi32(a, _mm512_set1_epi8(static_cast<char>(mask)), b, 0xea); }

/// The sums of four lanes each of four vectors, quarter by quarter: dword i of a quarter is of vectors[i].
inline __m512i sumQuarters(const __m512i* vectors) {
    const __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(vectors[0], vectors[1]), _mm512_unpackhi_epi32(vectors[0], vectors[1]));
    const __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(vectors[2], vectors[3]), _mm512_unpackhi_epi32(vectors[2], vectors[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

/// Lane i is the sum of the lanes of vectors[i].
inline __m256i sumOfEach(const __m512i* vectors) {
    const __m512i a = sumQuarters(vectors), b = sumQuarters(vectors + 4);
    const __m512i halves = _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x44), _mm512_shuffle_i32x4(a, b, 0xee));
    return _mm512_castsi512_si256(_mm512_add_epi32(_mm512_shuffle_i32x4(halves, halves, 0x08), _mm512_shuffle_i32x4(halves, halves, 0x0d)));
}

/// Eight blocks of one row; instead of blocks that are missing, the last one.
template <std::size_t kBytes, bool kAll>
struct Blocks {
    const std::byte* first;
    int count;
    const std::byte* at(int block) const { return first + static_cast<std::size_t>(kAll || block < count ? block : count - 1) * kBytes; }
};

/// Asks for a block's share of eight blocks' lines of memory, each line once: more would hold up what is read.
template <std::size_t kBytes>
inline void prefetchShare(const std::byte* first, int block) {
    constexpr std::size_t kLine = 64;
    const auto lineOf = [](int b) { return (static_cast<std::size_t>(b) * kBytes + kLine - 1) / kLine; };
    for (std::size_t line = lineOf(block); line < lineOf(block + 1); ++line) _mm_prefetch(reinterpret_cast<const char*>(first) + kAhead + line * kLine, _MM_HINT_T1);
}

/// One row of activations, arranged for up to kMost blocks in a row.
template <int kMost>
struct Arranged {
    __m512i values[kMost][4];
    alignas(64) std::int16_t sums[kMost][16];  // as the type's Scales need them
    alignas(32) float scale[kMost];
};

// What is beside the weights of eight blocks: headers all at once, as the first to touch their blocks; what stands behind the
// weights after them, for processors fetch ahead of whoever goes on straight. Measured on Zen 4, each the better way round.

/// 8 scales and 8 mins of 6 bits.
struct ScalesAndMins {
    __m128i scales[kBlocks];  // bytes 8 to 15
    __m512i mins[2];          // eight of 16 bits each, of four blocks
    __m512i headers[2];

    template <class From>
    void read(int block, const From& from) {
        if (block != 0) return;
#pragma GCC unroll 2
        for (int k = 0; k < 2; ++k) {
            __m512i header = _mm512_castsi128_si512(load16(from.at(4 * k)));
            header = _mm512_inserti32x4(header, load16(from.at(4 * k + 1)), 1);
            header = _mm512_inserti32x4(header, load16(from.at(4 * k + 2)), 2);
            header = headers[k] = _mm512_inserti32x4(header, load16(from.at(4 * k + 3)), 3);
            // Four of each whole; the others have their lower four bits in the last dword and the upper two in those.
            const __m512i first = _mm512_and_si512(header, _mm512_set1_epi8(63));
            const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(header, 2), _mm512_set1_epi8(48));
            const __m512i lower = _mm512_srlv_epi32(_mm512_shuffle_epi32(header, _MM_PERM_DDDD), _mm512_set4_epi32(0, 4, 0, 0));
            const __m512i second = select(lower, 15, upper);
            _mm512_storeu_si512(scales + 4 * k, _mm512_unpacklo_epi32(first, second));
            mins[k] = _mm512_unpacklo_epi8(_mm512_unpackhi_epi32(first, second), _mm512_setzero_si512());
        }
    }

    /// Of the scales' float16, and above it the mins'.
    __m256i halves() const {
        return _mm512_castsi512_si256(_mm512_permutex2var_epi32(headers[0], _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 28, 24, 20, 16, 12, 8, 4, 0), headers[1]));
    }
    __m256 scale() const { return _mm256_cvtph_ps(_mm256_cvtepi32_epi16(halves())); }
    __m256 minScale() const { return _mm256_cvtph_ps(_mm256_cvtepi32_epi16(_mm256_srli_epi32(halves(), 16))); }

    /// For the packed products of the columns 128 · half and following of a block.
    __m512i words(int block, int half) const {
        const auto lane = [half](int i) {
            const char a = static_cast<char>(8 + 4 * half + 2 * i), b = static_cast<char>(a + 1), none = -128;
            return _mm_set_epi8(none, b, none, b, none, b, none, b, none, a, none, a, none, a, none, a);
        };
        const __m512i places = join(_mm256_broadcastsi128_si256(lane(0)), _mm256_broadcastsi128_si256(lane(1)));
        return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(scales[block]), places);
    }

    __m512i correct(__m512i total, int, const std::int16_t*) const { return total; }

    /// Σ mins · sums of each block.
    __m256i minProducts(const std::int16_t (*sums)[16]) const {
        __m512i parts[2];
#pragma GCC unroll 2
        for (int k = 0; k < 2; ++k) {
            const auto two = [&](int block) { return _mm256_inserti128_si256(_mm256_castsi128_si256(load16(sums[block])), load16(sums[block + 1]), 1); };
            parts[k] = _mm512_dpwssd_epi32(_mm512_setzero_si512(), mins[k], join(two(4 * k), two(4 * k + 2)));
        }
        __m512i pairs = _mm512_add_epi32(_mm512_unpacklo_epi32(parts[0], parts[1]), _mm512_unpackhi_epi32(parts[0], parts[1]));
        pairs = _mm512_add_epi32(pairs, _mm512_shuffle_epi32(pairs, _MM_PERM_BADC));
        return _mm512_castsi512_si256(_mm512_permutexvar_epi32(_mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 13, 9, 5, 1, 12, 8, 4, 0), pairs));
    }
};

/// Sixteen scales of 8 bits and no mins.
struct ScalesOnly {
    __m256i scales[kBlocks];
    alignas(16) std::uint16_t halves[kBlocks];

    template <class From>
    void read(int block, const From& from) {
        scales[block] = _mm256_cvtepi8_epi16(load16(from.at(block) + 192));
        std::memcpy(halves + block, from.at(block) + 208, sizeof halves[block]);
    }

    __m256 scale() const { return _mm256_cvtph_ps(load16(halves)); }

    __m512i words(int block, int half) const {
        const auto lane = [half](short i) {
            const auto a = static_cast<short>(8 * half + i), b = static_cast<short>(a + 4);
            return _mm_set_epi16(b, b, b, b, a, a, a, a);
        };
        const __m512i places = join(_mm256_set_m128i(lane(1), lane(0)), _mm256_set_m128i(lane(3), lane(2)));
        return _mm512_permutexvar_epi16(places, _mm512_castsi256_si512(scales[block]));
    }

    /// Weights have 32 too much.
    __m512i correct(__m512i total, int block, const std::int16_t* sums) const {
        const __m256i excess = _mm256_dpwssd_epi32(_mm256_setzero_si256(), scales[block], load32(sums));
        return _mm512_sub_epi32(total, _mm512_zextsi256_si512(_mm256_slli_epi32(excess, 5)));
    }
};

// Each type unpacks the columns 128 · half and following to weights[2 * half] and [2 * half + 1], 32 of a run in the lower half
// of a vector and 32 in the upper one, and arranges activations in the same way.

/// Low halves of bytes come before high ones, 32 bytes at a time. `sums`: of 32 columns.
inline void arrangeByNibbles(const Group256& group, int row, __m512i* values, std::int16_t* sums) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
        values[2 * half] = join(load32(group.values[4 * half][row]), load32(group.values[4 * half + 2][row]));
        values[2 * half + 1] = join(load32(group.values[4 * half + 1][row]), load32(group.values[4 * half + 3][row]));
    }
    std::memcpy(sums, group.sums[row], sizeof group.sums[row]);
}

struct FewQ4_K {
    using Format = FormatQ4_K;
    using Scales = ScalesAndMins;
    static void arrange(const Group256& group, int row, __m512i* values, std::int16_t* sums) { arrangeByNibbles(group, row, values, sums); }
    static void unpack(const std::byte* block, __m512i* weights) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const __m512i packed = load64(block + 16 + 64 * half);
            weights[2 * half] = low4(packed);
            weights[2 * half + 1] = high4(packed);
        }
    }
};

struct FewQ5_K {
    using Format = FormatQ5_K;
    using Scales = ScalesAndMins;
    static void arrange(const Group256& group, int row, __m512i* values, std::int16_t* sums) { arrangeByNibbles(group, row, values, sums); }
    static void unpack(const std::byte* block, __m512i* weights) {
        // Bit i of these goes to bit 4 of the 32 columns from 32 · i on.
        const __m512i fifth = _mm512_broadcast_i64x4(load32(block + 16));
        const __m512i moved[4] = {_mm512_sllv_epi16(fifth, shiftsOf(4, 2)), _mm512_sllv_epi16(fifth, shiftsOf(3, 1)), _mm512_srlv_epi16(fifth, shiftsOf(0, 2)),
                                  _mm512_srlv_epi16(fifth, shiftsOf(1, 3))};
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const __m512i packed = load64(block + 48 + 64 * half);
            weights[2 * half] = select(moved[2 * half], 16, low4(packed));
            weights[2 * half + 1] = select(moved[2 * half + 1], 16, high4(packed));
        }
    }
};

struct FewQ6_K {
    using Format = FormatQ6_K;
    using Scales = ScalesOnly;
    /// `sums`: of 16 columns.
    static void arrange(const Group256& group, int row, __m512i* values, std::int16_t* sums) {
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) values[i] = join(load32(group.values[2 * i][row]), load32(group.values[2 * i + 1][row]));
        for (int i = 0; i < 16; ++i) sums[i] = static_cast<std::int16_t>(group.bias[row][i] / -32);
    }
    static void unpack(const std::byte* block, __m512i* weights) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const __m512i packed = load64(block + 64 * half);
            const __m512i high = _mm512_broadcast_i64x4(load32(block + 128 + 32 * half));
            weights[2 * half] = select(_mm512_sllv_epi16(high, shiftsOf(4, 2)), 48, low4(packed));
            weights[2 * half + 1] = select(_mm512_srlv_epi16(high, shiftsOf(0, 2)), 48, high4(packed));
        }
    }
};

/// Eight blocks of a row with kRows rows of activations, whose results go on in `sums` block after block.
template <class Few, int kRows, bool kAll, int kMost>
void addBlocks(const Blocks<Few::Format::kBytes, kAll>& from, const Arranged<kMost>* activations, int begin, float* sums) {
    typename Few::Scales scales;
    __m512i totals[kRows][kBlocks];
#pragma GCC unroll 8
    for (int block = 0; block < kBlocks; ++block) {
        if (!kAll && block >= from.count) break;
        __m512i weights[4];
        prefetchShare<Few::Format::kBytes>(from.first, block);
        scales.read(block, from);
        Few::unpack(from.at(block), weights);
        const __m512i first_words = scales.words(block, 0), second_words = scales.words(block, 1);
#pragma GCC unroll 8
        for (int n = 0; n < kRows; ++n) {
            const Arranged<kMost>& row = activations[n];
            __m512i products[4];
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) products[i] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), weights[i], row.values[begin + block][i]);
            __m512i total = _mm512_dpwssd_epi32(_mm512_setzero_si512(), _mm512_packs_epi32(products[0], products[1]), first_words);
            total = _mm512_dpwssd_epi32(total, _mm512_packs_epi32(products[2], products[3]), second_words);
            totals[n][block] = scales.correct(total, block, row.sums[begin + block]);
        }
    }
    const int count = kAll ? kBlocks : from.count;
#pragma GCC unroll 8
    for (int n = 0; n < kRows; ++n) {
        const __m256 activation_scale = _mm256_load_ps(activations[n].scale + begin);
        alignas(32) float parts[kBlocks], part_scales[kBlocks];
        _mm256_store_ps(parts, _mm256_cvtepi32_ps(sumOfEach(totals[n])));
        _mm256_store_ps(part_scales, _mm256_mul_ps(scales.scale(), activation_scale));
        if constexpr (Few::Format::kBiased) {
            for (int i = 0; i < count; ++i) sums[n] = __builtin_fmaf(parts[i], part_scales[i], sums[n]);
        } else {
            alignas(32) float mins[kBlocks], min_scales[kBlocks];
            _mm256_store_ps(mins, _mm256_cvtepi32_ps(scales.minProducts(activations[n].sums + begin)));
            _mm256_store_ps(min_scales, _mm256_mul_ps(scales.minScale(), activation_scale));
            for (int i = 0; i < count; ++i) sums[n] = __builtin_fmaf(-mins[i], min_scales[i], __builtin_fmaf(parts[i], part_scales[i], sums[n]));
        }
    }
}

/// Rows [first, last) of a matrix, kUnitRows at most, with kRows rows of activations: the rows `row`, `row` + 1 … of a group.
template <class Few, int kRows>
void multiplyUnit(const Matrix& matrix, std::int64_t first, std::int64_t last, const Group256* groups, int row, std::int64_t wanted, float* out, std::size_t stride) {
    constexpr std::size_t kBytes = Few::Format::kBytes;
    constexpr int kMost = 64 / kRows / kBlocks * kBlocks;  // of columns whose activations stay in the nearest cache
    Arranged<kMost> activations[kRows];
    float sums[kUnitRows][kRows] = {};
    const auto blocks = static_cast<int>(matrix.columns / 256);
    for (int begin = 0; begin < blocks; begin += kMost) {
        const int count = blocks - begin < kMost ? blocks - begin : kMost;
        for (int n = 0; n < kRows; ++n) {
            for (int b = 0; b < count; ++b) {
                Few::arrange(groups[begin + b], row + n, activations[n].values[b], activations[n].sums[b]);
                activations[n].scale[b] = groups[begin + b].scale[row + n];
            }
        }
        for (std::int64_t r = first; r < last; ++r) {
            const std::byte* at = matrix.data + static_cast<std::size_t>(r) * matrix.row_bytes + static_cast<std::size_t>(begin) * kBytes;
            int b = 0;
            for (; b + kBlocks <= count; b += kBlocks) addBlocks<Few, kRows, true>(Blocks<kBytes, true>{at + static_cast<std::size_t>(b) * kBytes, kBlocks}, activations, b, sums[r - first]);
            if (b < count) addBlocks<Few, kRows, false>(Blocks<kBytes, false>{at + static_cast<std::size_t>(b) * kBytes, count - b}, activations, b, sums[r - first]);
        }
    }
    for (int n = 0; n < kRows && n < wanted; ++n) {
        for (std::int64_t r = first; r < last; ++r) out[static_cast<std::size_t>(n) * stride + static_cast<std::size_t>(r)] = sums[r - first][n];
    }
}

template <class Few>
void multiply(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    constexpr std::int64_t kHalf = kGroupRows / 2;
    const auto* groups = reinterpret_cast<const Group256*>(packed);
    const auto blocks = matrix.columns / 256;
    for (; first < last; first += kUnitRows) {
        const std::int64_t end = last - first < kUnitRows ? last : first + kUnitRows;
        for (std::int64_t n = 0; n < count; n += kHalf) {
            const std::int64_t wanted = count - n;
            const auto unit = wanted == 1   ? multiplyUnit<Few, 1>
                              : wanted == 2 ? multiplyUnit<Few, 2>
                              : wanted <= 4 ? multiplyUnit<Few, 4>
                              : wanted <= 6 ? multiplyUnit<Few, 6>
                                            : multiplyUnit<Few, 8>;
            unit(matrix, first, end, groups + n / kGroupRows * blocks, static_cast<int>(n % kGroupRows), wanted, out + static_cast<std::size_t>(n) * stride, stride);
        }
    }
}

}  // namespace

void multiplyFewKAvx512(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count, float* out, std::size_t stride) {
    switch (matrix.type) {
        case WeightType::Q4_K: return multiply<FewQ4_K>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q5_K: return multiply<FewQ5_K>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q6_K: return multiply<FewQ6_K>(matrix, first, last, packed, count, out, stride);
        case WeightType::Q4_0:
        case WeightType::Q4_1:
        case WeightType::Q8_0: return;
    }
}

}  // namespace tessera::kernels

#endif
