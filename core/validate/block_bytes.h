// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of a quantised block. Internal to core/validate.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tessera::reference {

/// IEEE 754 binary16.
inline double halfToDouble(std::uint32_t bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const double mantissa = bits & 1023;
    const double size = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    return bits & 0x8000 ? -size : size;
}

/// Reads the bytes of one block, little-endian.
class BlockBytes {
public:
    explicit BlockBytes(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::uint32_t byte(std::size_t offset) const { return std::to_integer<std::uint32_t>(m_bytes[offset]); }
    int signedByte(std::size_t offset) const { return static_cast<std::int8_t>(byte(offset)); }
    std::uint32_t word16(std::size_t offset) const { return byte(offset) | byte(offset + 1) << 8; }
    std::uint32_t word32(std::size_t offset) const { return word16(offset) | word16(offset + 2) << 16; }
    double half(std::size_t offset) const { return halfToDouble(word16(offset)); }
    /// `width` bits of a byte, from bit `first` on.
    std::uint32_t bits(std::size_t offset, std::size_t first, std::size_t width) const {
        return byte(offset) >> first & ((1u << width) - 1);
    }
    /// Nibble i of a byte: 0 the low one.
    std::uint32_t nibble(std::size_t offset, std::size_t i) const { return bits(offset, 4 * i, 4); }

private:
    std::span<const std::byte> m_bytes;
};

}  // namespace tessera::reference
