// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/zeroed_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace tessera {

std::optional<ZeroedMemory> ZeroedMemory::reserve(std::size_t size) {
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) return std::nullopt;
    return ZeroedMemory(data, size);
}

void ZeroedMemory::release(std::size_t offset, std::size_t size) const {
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (offset + page - 1) / page * page;
    const auto end = (offset + size) / page * page;
#ifdef __linux__
    constexpr int kAdvice = MADV_DONTNEED;
#else
    constexpr int kAdvice = MADV_FREE;
#endif
    if (begin < end) ::madvise(static_cast<char*>(m_data) + begin, end - begin, kAdvice);
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
