// SPDX-License-Identifier: GPL-3.0-or-later
// Little-endian reads from hostile bytes: every read is checked against what is left.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace tessera {

static_assert(std::endian::native == std::endian::little, "GGUF is read in place on little-endian machines only");

/// Walks over a byte range. Nothing is read past its end; the caller turns nullopt into an Error that says where.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::size_t position() const { return m_position; }
    std::size_t remaining() const { return m_bytes.size() - m_position; }

    template <class T>
        requires std::is_trivially_copyable_v<T>
    std::optional<T> read() {
        if (remaining() < sizeof(T)) return std::nullopt;
        T value;
        std::memcpy(&value, m_bytes.data() + m_position, sizeof(T));
        m_position += sizeof(T);
        return value;
    }

    std::optional<std::span<const std::byte>> take(std::uint64_t count) {
        if (remaining() < count) return std::nullopt;
        const auto part = m_bytes.subspan(m_position, static_cast<std::size_t>(count));
        m_position += static_cast<std::size_t>(count);
        return part;
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
};

/// a + b and a × b, nullopt on overflow.
inline std::optional<std::uint64_t> checkedAdd(std::uint64_t a, std::uint64_t b) {
    if (a > UINT64_MAX - b) return std::nullopt;
    return a + b;
}
inline std::optional<std::uint64_t> checkedMultiply(std::uint64_t a, std::uint64_t b) {
    if (b != 0 && a > UINT64_MAX / b) return std::nullopt;
    return a * b;
}

}  // namespace tessera
