// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/reference_dequantize.h"

#include "core/validate/block_bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace tessera::reference {

namespace {

using Decoder = double (*)(const BlockBytes& block, std::size_t i);

template <class Number>
Number read(const BlockBytes& block) {
    std::array<std::uint8_t, sizeof(Number)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(block.byte(i));
    return std::bit_cast<Number>(bytes);
}

double bfloat(const BlockBytes& block, std::size_t) { return std::bit_cast<float>(block.word16(0) << 16); }

// Blocks of 32: element i and i + 16 share a byte.
std::uint32_t pairedNibble(const BlockBytes& block, std::size_t offset, std::size_t i) {
    return block.nibble(offset + i % 16, i / 16);
}
std::uint32_t fifthBit(const BlockBytes& block, std::size_t offset, std::size_t i) {
    return block.word32(offset) >> i & 1;
}

double q4_0(const BlockBytes& b, std::size_t i) { return b.half(0) * (static_cast<double>(pairedNibble(b, 2, i)) - 8); }
double q4_1(const BlockBytes& b, std::size_t i) { return b.half(0) * pairedNibble(b, 4, i) + b.half(2); }
double q5_0(const BlockBytes& b, std::size_t i) {
    return b.half(0) * (pairedNibble(b, 6, i) + 16.0 * fifthBit(b, 2, i) - 16);
}
double q5_1(const BlockBytes& b, std::size_t i) {
    return b.half(0) * (pairedNibble(b, 8, i) + 16.0 * fifthBit(b, 4, i)) + b.half(2);
}
double q8_0(const BlockBytes& b, std::size_t i) { return b.half(0) * b.signedByte(2 + i); }
double q1_0(const BlockBytes& b, std::size_t i) { return b.bits(2 + i / 8, i % 8, 1) ? b.half(0) : -b.half(0); }
double q2_0(const BlockBytes& b, std::size_t i) {
    return b.half(0) * (static_cast<double>(b.bits(2 + i / 4, 2 * (i % 4), 2)) - 1);
}

// K types: 256 elements; 2-bit parts lie in two halves of 128, four elements a byte, 32 bytes apart in element order.
std::uint32_t twoBits(const BlockBytes& b, std::size_t offset, std::size_t i) {
    return b.bits(offset + 32 * (i / 128) + i % 32, 2 * (i % 128 / 32), 2);
}
/// 6-bit scale and minimum of a run of 32, packed into 12 bytes.
struct ScaleAndMinimum {
    double scale;
    double minimum;
};
ScaleAndMinimum sixBits(const BlockBytes& b, std::size_t offset, std::size_t run) {
    if (run < 4)
        return {static_cast<double>(b.bits(offset + run, 0, 6)), static_cast<double>(b.bits(offset + run + 4, 0, 6))};
    return {static_cast<double>(b.nibble(offset + run + 4, 0) | b.bits(offset + run - 4, 6, 2) << 4),
            static_cast<double>(b.nibble(offset + run + 4, 1) | b.bits(offset + run, 6, 2) << 4)};
}

double q2_k(const BlockBytes& b, std::size_t i) {
    return b.half(80) * b.nibble(i / 16, 0) * twoBits(b, 16, i) - b.half(82) * b.nibble(i / 16, 1);
}
double q3_k(const BlockBytes& b, std::size_t i) {
    const std::size_t run = i / 16;
    const std::uint32_t low = b.nibble(96 + run % 8, run / 8);
    const double scale = static_cast<double>(low | b.bits(104 + run % 4, 2 * (run / 4), 2) << 4) - 32;
    const double value = twoBits(b, 32, i) + 4.0 * b.bits(i % 32, i / 32, 1) - 4;
    return b.half(108) * scale * value;
}
double q4_k(const BlockBytes& b, std::size_t i) {
    const auto [scale, minimum] = sixBits(b, 4, i / 32);
    return b.half(0) * scale * b.nibble(16 + 32 * (i / 64) + i % 32, i / 32 % 2) - b.half(2) * minimum;
}
double q5_k(const BlockBytes& b, std::size_t i) {
    const auto [scale, minimum] = sixBits(b, 4, i / 32);
    const std::uint32_t value = b.nibble(48 + 32 * (i / 64) + i % 32, i / 32 % 2) | b.bits(16 + i % 32, i / 32, 1) << 4;
    return b.half(0) * scale * value - b.half(2) * minimum;
}
double q6_k(const BlockBytes& b, std::size_t i) {
    const std::size_t quarter = i % 128 / 32;
    const std::uint32_t low = b.nibble(64 * (i / 128) + 32 * (quarter % 2) + i % 32, quarter / 2);
    return b.half(208) * b.signedByte(192 + i / 16) * (static_cast<double>(low | twoBits(b, 128, i) << 4) - 32);
}

/// A byte holds five ternary digits as a fraction of 256: digit n is the integer part of 3 · (byte · 3ⁿ mod 256) / 256.
double tq1_0(const BlockBytes& b, std::size_t i) {
    struct Place {
        std::size_t byte;
        std::size_t digit;
    };
    const Place place = i < 160   ? Place{i % 32, i / 32}
                        : i < 240 ? Place{32 + (i - 160) % 16, (i - 160) / 16}
                                  : Place{48 + (i - 240) % 4, (i - 240) / 4};
    std::uint32_t fraction = b.byte(place.byte);
    for (std::size_t n = 0; n < place.digit; ++n) fraction = fraction * 3 % 256;
    return b.half(52) * (static_cast<double>(fraction * 3 / 256) - 1);
}
double tq2_0(const BlockBytes& b, std::size_t i) { return b.half(64) * (static_cast<double>(twoBits(b, 0, i)) - 1); }

// The sixteen levels of IQ4.
constexpr std::array<double, 16> kIq4Levels{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

double iq4_nl(const BlockBytes& b, std::size_t i) { return b.half(0) * kIq4Levels[pairedNibble(b, 2, i)]; }
double iq4_xs(const BlockBytes& b, std::size_t i) {
    const std::size_t run = i / 32;
    const double scale = static_cast<double>(b.nibble(4 + run / 2, run % 2) | (b.word16(2) >> 2 * run & 3) << 4) - 32;
    return b.half(0) * scale * kIq4Levels[pairedNibble(b, 8 + 16 * run, i % 32)];
}

/// OCP Microscaling Formats 1.0: sign, two exponent bits, one mantissa bit.
double e2m1(std::uint32_t bits) {
    constexpr std::array<double, 8> kSizes{0, 0.5, 1, 1.5, 2, 3, 4, 6};
    return bits & 8 ? -kSizes[bits & 7] : kSizes[bits & 7];
}
double mxfp4(const BlockBytes& b, std::size_t i) {
    return std::ldexp(e2m1(pairedNibble(b, 1, i)), static_cast<int>(b.byte(0)) - 127);
}
double nvfp4(const BlockBytes& b, std::size_t i) {
    const std::size_t group = i / 16;
    const std::uint32_t scale = b.byte(group);  // unsigned E4M3
    const double size =
        scale >> 3 == 0 ? std::ldexp(scale & 7, -9) : std::ldexp(8 + (scale & 7), static_cast<int>(scale >> 3) - 10);
    return size * e2m1(b.nibble(4 + 8 * group + i % 8, i % 16 / 8));
}

struct NamedDecoder {
    std::string_view type;
    Decoder decode;
    std::array<int, 2> scales;  // offsets of half-precision scales, −1: none
};
constexpr std::array kDecoders{
    NamedDecoder{"F32", [](const BlockBytes& b, std::size_t) -> double { return read<float>(b); }, {-1, -1}},
    NamedDecoder{"F16", [](const BlockBytes& b, std::size_t) { return b.half(0); }, {0, -1}},
    NamedDecoder{"BF16", bfloat, {-1, -1}},
    NamedDecoder{"F64", [](const BlockBytes& b, std::size_t) { return read<double>(b); }, {-1, -1}},
    NamedDecoder{"I8", [](const BlockBytes& b, std::size_t) -> double { return b.signedByte(0); }, {-1, -1}},
    NamedDecoder{"I16", [](const BlockBytes& b, std::size_t) -> double { return read<std::int16_t>(b); }, {-1, -1}},
    NamedDecoder{"I32", [](const BlockBytes& b, std::size_t) -> double { return read<std::int32_t>(b); }, {-1, -1}},
    NamedDecoder{
        "I64", [](const BlockBytes& b, std::size_t) { return static_cast<double>(read<std::int64_t>(b)); }, {-1, -1}},
    NamedDecoder{"Q4_0", q4_0, {0, -1}},
    NamedDecoder{"Q4_1", q4_1, {0, 2}},
    NamedDecoder{"Q5_0", q5_0, {0, -1}},
    NamedDecoder{"Q5_1", q5_1, {0, 2}},
    NamedDecoder{"Q8_0", q8_0, {0, -1}},
    NamedDecoder{"Q1_0", q1_0, {0, -1}},
    NamedDecoder{"Q2_0", q2_0, {0, -1}},
    NamedDecoder{"Q2_K", q2_k, {80, 82}},
    NamedDecoder{"Q3_K", q3_k, {108, -1}},
    NamedDecoder{"Q4_K", q4_k, {0, 2}},
    NamedDecoder{"Q5_K", q5_k, {0, 2}},
    NamedDecoder{"Q6_K", q6_k, {208, -1}},
    NamedDecoder{"TQ1_0", tq1_0, {52, -1}},
    NamedDecoder{"TQ2_0", tq2_0, {64, -1}},
    NamedDecoder{"IQ4_NL", iq4_nl, {0, -1}},
    NamedDecoder{"IQ4_XS", iq4_xs, {0, -1}},
    NamedDecoder{"MXFP4", mxfp4, {-1, -1}},
    NamedDecoder{"NVFP4", nvfp4, {-1, -1}},
};

// Codebook types: 256 elements in 8 runs of 32, each of 4 octets. `o` counts octets of the run, `l` lanes of the octet.

/// Seven stored signs; the eighth makes their number even.
double parityStoredSign(std::uint32_t seven_bits, std::size_t l) {
    const std::uint32_t all = seven_bits | (std::popcount(seven_bits) & 1u) << 7;
    return all >> l & 1 ? -1 : 1;
}
double plainSign(std::uint32_t eight_bits, std::size_t l) { return eight_bits >> l & 1 ? -1 : 1; }

using CodebookDecoder = CodebookElement (*)(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l);

CodebookElement iq2_xxs(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::uint32_t word = b.word32(2 + 8 * run + 4);
    return {b.half(0) * (0.5 + (word >> 28)) / 4 * parityStoredSign(word >> 7 * o & 127, l), 0, b.byte(2 + 8 * run + o),
            static_cast<std::uint32_t>(l)};
}
CodebookElement iq2_xs(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::uint32_t word = b.word16(2 + 8 * run + 2 * o);
    return {b.half(0) * (0.5 + b.nibble(66 + run, o / 2)) / 4 * parityStoredSign(word >> 9, l), 0, word & 511,
            static_cast<std::uint32_t>(l)};
}
CodebookElement iq2_s(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::uint32_t point = b.byte(2 + 4 * run + o) | b.bits(66 + run, 2 * o, 2) << 8;
    return {b.half(0) * (0.5 + b.nibble(74 + run, o / 2)) / 4 * plainSign(b.byte(34 + 4 * run + o), l), 0, point,
            static_cast<std::uint32_t>(l)};
}
CodebookElement iq3_xxs(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::uint32_t word = b.word32(66 + 4 * run);
    return {b.half(0) * (0.5 + (word >> 28)) / 2 * parityStoredSign(word >> 7 * o & 127, l), 0,
            b.byte(2 + 8 * run + 2 * o + l / 4), static_cast<std::uint32_t>(l % 4)};
}
CodebookElement iq3_s(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::size_t quad = 2 * o + l / 4;
    const std::uint32_t point = b.byte(2 + 8 * run + quad) | b.bits(66 + run, quad, 1) << 8;
    return {b.half(0) * (1 + 2.0 * b.nibble(106 + run / 2, run % 2)) * plainSign(b.byte(74 + 4 * run + o), l), 0, point,
            static_cast<std::uint32_t>(l % 4)};
}
CodebookElement iq1_s(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    const std::uint32_t high = b.word16(34 + 2 * run);
    const std::uint32_t point = b.byte(2 + 4 * run + o) | (high >> 3 * o & 7) << 8;
    return {b.half(0) * (2.0 * (high >> 12 & 7) + 1), high & 0x8000 ? -0.125 : 0.125, point,
            static_cast<std::uint32_t>(l)};
}
CodebookElement iq1_m(const BlockBytes& b, std::size_t run, std::size_t o, std::size_t l) {
    // The half-precision scale is spread over the highest nibbles of four words of three-bit scales.
    std::uint32_t half = 0;
    for (std::size_t i = 0; i < 4; ++i) half |= b.nibble(49 + 2 * i, 1) << 4 * i;
    const std::uint32_t scale = b.word16(48 + 2 * (run / 2)) >> (6 * (run % 2) + 3 * (o / 2)) & 7;
    const std::uint32_t high = b.nibble(32 + 2 * run + o / 2, o % 2);
    return {halfToDouble(half) * (2.0 * scale + 1), high & 8 ? -0.125 : 0.125, b.byte(4 * run + o) | (high & 7) << 8,
            static_cast<std::uint32_t>(l)};
}

constexpr std::array kTwoBitNumbers{8.0, 25.0, 43.0};
constexpr std::array kThreeBitNumbers{4.0, 12.0, 20.0, 28.0, 36.0, 44.0, 52.0, 62.0};
constexpr std::array kOddNumbers{1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0};
constexpr std::array kTernaryNumbers{-1.0, 0.0, 1.0};

struct NamedCodebook {
    std::string_view type;
    CodebookDecoder decode;
    std::span<const double> numbers;
};
constexpr std::array kCodebooks{
    NamedCodebook{"IQ2_XXS", iq2_xxs, kTwoBitNumbers}, NamedCodebook{"IQ2_XS", iq2_xs, kTwoBitNumbers},
    NamedCodebook{"IQ2_S", iq2_s, kTwoBitNumbers},     NamedCodebook{"IQ3_XXS", iq3_xxs, kThreeBitNumbers},
    NamedCodebook{"IQ3_S", iq3_s, kOddNumbers},        NamedCodebook{"IQ1_S", iq1_s, kTernaryNumbers},
    NamedCodebook{"IQ1_M", iq1_m, kTernaryNumbers},
};

template <class Table>
auto findType(const Table& table, TensorType type) {
    return std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.type == traits(type).name; });
}

/// A counter-based generator: the same bytes on every machine.
class RandomBytes {
public:
    explicit RandomBytes(std::uint32_t seed) : m_state(seed * 2654435761u + 1) {}
    std::uint32_t next() {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 17;
        return m_state ^= m_state << 5;
    }

private:
    std::uint32_t m_state;
};

/// Half-precision numbers from 2⁻¹⁰ to 2⁻⁶, of either sign: sums of products stay near 1.
std::uint32_t moderateHalf(RandomBytes& random) {
    const std::uint32_t bits = random.next();
    return (bits & 0x83ff) | (5 + bits / 65536 % 4) << 10;
}

void setHalf(std::span<std::byte> block, std::size_t offset, std::uint32_t half) {
    block[offset] = static_cast<std::byte>(half & 255);
    block[offset + 1] = static_cast<std::byte>(half >> 8);
}

template <class Number>
void setNumber(std::span<std::byte> block, Number number) {
    std::memcpy(block.data(), &number, sizeof number);
}

/// Replaces what could be infinite, not a number, or too large for float.
void tameScales(TensorType type, std::span<std::byte> block, RandomBytes& random) {
    const std::string_view name = traits(type).name;
    if (name == "F32") return setNumber(block, static_cast<float>(random.next()) / 2147483648.0f - 1);
    if (name == "F64") return setNumber(block, random.next() / 2147483648.0 - 1);
    if (name == "I64") return setNumber(block, static_cast<std::int64_t>(random.next()));
    if (name == "I32") return setNumber(block, static_cast<std::int32_t>(random.next() >> 9));  // exact in float
    if (name == "BF16") return setHalf(block, 0, (random.next() & 0x807f) | (120 + random.next() % 8) << 7);
    if (name == "MXFP4") block[0] = static_cast<std::byte>(118 + random.next() % 8);
    for (std::size_t i = 0; name == "NVFP4" && i < 4; ++i) block[i] = static_cast<std::byte>(random.next() % 0x7f);
    if (name == "IQ1_M") {
        const std::uint32_t half = moderateHalf(random);
        for (std::size_t i = 0; i < 4; ++i)
            block[49 + 2 * i] = (block[49 + 2 * i] & std::byte{15}) | static_cast<std::byte>((half >> 4 * i & 15) << 4);
        return;
    }
    if (findType(kCodebooks, type) != kCodebooks.end()) return setHalf(block, 0, moderateHalf(random));
    const auto decoder = findType(kDecoders, type);
    if (decoder == kDecoders.end()) return;
    for (const int offset : decoder->scales) {
        if (offset >= 0) setHalf(block, static_cast<std::size_t>(offset), moderateHalf(random));
    }
}

}  // namespace

std::optional<std::vector<double>> dequantize(TensorType type, std::span<const std::byte> blocks) {
    const auto decoder = findType(kDecoders, type);
    if (decoder == kDecoders.end()) return std::nullopt;
    const TensorTypeTraits& type_traits = traits(type);
    std::vector<double> values;
    for (std::size_t begin = 0; begin < blocks.size(); begin += type_traits.block_bytes) {
        const BlockBytes block(blocks.subspan(begin, type_traits.block_bytes));
        for (std::size_t i = 0; i < static_cast<std::size_t>(type_traits.block_elements); ++i)
            values.push_back(decoder->decode(block, i));
    }
    return values;
}

std::optional<std::vector<CodebookElement>> decodeCodebook(TensorType type, std::span<const std::byte> blocks) {
    const auto codebook = findType(kCodebooks, type);
    if (codebook == kCodebooks.end()) return std::nullopt;
    std::vector<CodebookElement> elements;
    for (std::size_t begin = 0; begin < blocks.size(); begin += traits(type).block_bytes) {
        const BlockBytes block(blocks.subspan(begin, traits(type).block_bytes));
        for (std::size_t i = 0; i < 256; ++i) elements.push_back(codebook->decode(block, i / 32, i % 32 / 8, i % 8));
    }
    return elements;
}

std::span<const double> codebookNumbers(TensorType type) {
    const auto codebook = findType(kCodebooks, type);
    return codebook == kCodebooks.end() ? std::span<const double>{} : codebook->numbers;
}

std::vector<std::byte> randomBlocks(TensorType type, std::size_t count, std::uint32_t seed) {
    RandomBytes random(seed);
    const std::size_t size = traits(type).block_bytes;
    std::vector<std::byte> bytes(count * size);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next() >> 11 & 255);
    for (std::size_t i = 0; i < count; ++i) tameScales(type, std::span(bytes).subspan(i * size, size), random);
    return bytes;
}

}  // namespace tessera::reference
