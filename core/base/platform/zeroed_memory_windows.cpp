// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/windows_handle.h"
#include "core/base/platform/zeroed_memory.h"

#include <utility>

namespace tessera {

std::optional<ZeroedMemory> ZeroedMemory::reserve(std::size_t size) {
    void* data = ::VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (data == nullptr) return std::nullopt;
    return ZeroedMemory(data, size);
}

void ZeroedMemory::release(std::size_t offset, std::size_t size) const {
    constexpr std::size_t kPage = 4096;
    const auto begin = (offset + kPage - 1) / kPage * kPage;
    const auto end = (offset + size) / kPage * kPage;
    if (begin < end) ::DiscardVirtualMemory(static_cast<char*>(m_data) + begin, end - begin);
}

ZeroedMemory::ZeroedMemory(ZeroedMemory&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

ZeroedMemory& ZeroedMemory::operator=(ZeroedMemory&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

ZeroedMemory::~ZeroedMemory() {
    if (m_data != nullptr) ::VirtualFree(m_data, 0, MEM_RELEASE);
}

}  // namespace tessera
