// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what Qt's QDataStream writes (format of Qt 5.0–6.6, big-endian), without Qt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tessera {

/// After the first read beyond the end or of a wrong length everything reads as zero and ok() is false.
class QtStream {
public:
    explicit QtStream(std::span<const std::byte> bytes) : m_rest(bytes) {}

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_rest.empty(); }
    void fail() { m_ok = false; }

    bool boolean() { return integer(1) != 0; }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
    std::uint64_t u64() { return integer(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(integer(8)); }
    std::string string();      // QString → UTF-8
    std::string byteArray();   // QByteArray
    /// A count of things that take at least one byte each: never more than what is left.
    std::size_t count(std::uint64_t declared);
    void skip(std::uint64_t bytes);
    void skipString() { (void)string(); }

private:
    std::uint64_t integer(int bytes);
    std::span<const std::byte> take(std::uint64_t bytes);
    std::span<const std::byte> lengthPrefixed();

    std::span<const std::byte> m_rest;
    bool m_ok = true;
};

}  // namespace tessera
