// SPDX-License-Identifier: GPL-3.0-or-later
// Mapped files on Windows. The system refuses to truncate a mapped file, so no page can vanish under us; a disk error
// while paging in still ends the process (a view's page cannot be replaced as on POSIX).
#include "core/base/platform/file.h"
#include "core/base/platform/system_error.h"
#include "core/base/platform/windows_handle.h"

#include <io.h>

#include <algorithm>

namespace tessera {

struct FileMapping::Impl {
    void* base = nullptr;  // null for an empty file
    std::size_t size = 0;
    ~Impl() {
        if (base != nullptr) ::UnmapViewOfFile(base);
    }
};

FileMapping::FileMapping(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
FileMapping::FileMapping(FileMapping&&) noexcept = default;
FileMapping& FileMapping::operator=(FileMapping&&) noexcept = default;
FileMapping::~FileMapping() = default;

Result<FileMapping> FileMapping::map(const File& file) {
    TESSERA_TRY(const std::uint64_t size, file.size());
    auto impl = std::make_unique<Impl>();
    if (size == 0) return FileMapping(std::move(impl));
    const auto handle = reinterpret_cast<HANDLE>(::_get_osfhandle(file.descriptor()));
    const Handle section(::CreateFileMappingW(handle, nullptr, PAGE_READONLY, 0, 0, nullptr));
    if (!section) return systemError(file.path(), "map it into memory", lastWindowsError());
    impl->base = ::MapViewOfFile(section.get(), FILE_MAP_READ, 0, 0, 0);  // the view keeps the section alive
    if (impl->base == nullptr) return systemError(file.path(), "map it into memory", lastWindowsError());
    impl->size = static_cast<std::size_t>(size);
    return FileMapping(std::move(impl));
}

std::span<const std::byte> FileMapping::bytes() const { return {static_cast<const std::byte*>(m_impl->base), m_impl->size}; }

void FileMapping::adviseSequential() const {}

void FileMapping::adviseWillNeed(std::uint64_t offset, std::uint64_t size) const {
    if (m_impl->base == nullptr || offset >= m_impl->size) return;
    WIN32_MEMORY_RANGE_ENTRY range{static_cast<char*>(m_impl->base) + offset,
                                   static_cast<SIZE_T>(std::min<std::uint64_t>(size, m_impl->size - offset))};
    ::PrefetchVirtualMemory(::GetCurrentProcess(), 1, &range, 0);
}

void FileMapping::advise(const File&, std::uint64_t offset, std::uint64_t size, MemoryAdvice advice) const {
    if (advice == MemoryAdvice::WillNeed) return adviseWillNeed(offset, size);
    if (m_impl->base == nullptr || offset >= m_impl->size) return;
    // Unlocking what is not locked takes it out of the working set.
    ::VirtualUnlock(static_cast<char*>(m_impl->base) + offset, static_cast<SIZE_T>(std::min<std::uint64_t>(size, m_impl->size - offset)));
}

Result<void> FileMapping::takeFault() const { return {}; }

}  // namespace tessera
