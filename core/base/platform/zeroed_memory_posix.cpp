// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/zeroed_memory.h"

#include <sys/mman.h>

#include <utility>

namespace tessera {

std::optional<ZeroedMemory> ZeroedMemory::reserve(std::size_t size) {
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) return std::nullopt;
    return ZeroedMemory(data, size);
}

ZeroedMemory::ZeroedMemory(ZeroedMemory&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

ZeroedMemory& ZeroedMemory::operator=(ZeroedMemory&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

ZeroedMemory::~ZeroedMemory() {
    if (m_data != nullptr) ::munmap(m_data, m_size);
}

}  // namespace tessera
