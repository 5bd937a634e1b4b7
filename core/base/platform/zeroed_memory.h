// SPDX-License-Identifier: GPL-3.0-or-later
// Large memory that costs only what is written: the system gives a page of it at the first write.
#pragma once

#include <cstddef>
#include <optional>

namespace tessera {

/// Zeros until written, aligned to a page. Freed with the object.
class ZeroedMemory {
public:
    /// nullopt when the system has no room for `size` bytes (> 0).
    static std::optional<ZeroedMemory> reserve(std::size_t size);

    ZeroedMemory(ZeroedMemory&& other) noexcept;
    ZeroedMemory& operator=(ZeroedMemory&& other) noexcept;
    ~ZeroedMemory();

    /// Gives the whole pages of a range back; they hold anything until written again.
    void release(std::size_t offset, std::size_t size) const;

    void* data() const { return m_data; }
    std::size_t size() const { return m_size; }

private:
    ZeroedMemory(void* data, std::size_t size) : m_data(data), m_size(size) {}
    void* m_data = nullptr;  // null after a move
    std::size_t m_size = 0;
};

}  // namespace tessera
