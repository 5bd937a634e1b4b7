// SPDX-License-Identifier: GPL-3.0-or-later
// Mapped files on Linux and macOS. Reading a page that the file no longer has (or that the disk cannot give) raises
// SIGBUS; a process-wide handler puts a page of zeros there and marks the mapping.
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system_error.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

namespace tessera {

namespace {

/// One registered mapping. The handler reads these while other threads map and unmap, so it may only use atomics:
/// `begin` is 0 while the slot is free, and is set last and cleared first.
struct Slot {
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<bool> taken{false};
    std::atomic<bool> faulted{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

constexpr std::size_t kSlots = 8192;  // a split model has at most limits::kMaxSplitFiles files
std::array<Slot, kSlots> g_slots;
std::atomic<std::size_t> g_slots_used{0};  // slots at and above were never taken
std::uintptr_t g_page = 4096;
struct sigaction g_previous;

Slot* slotOf(std::uintptr_t address) {
    const std::size_t used = g_slots_used.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < used; ++i) {
        Slot& slot = g_slots[i];
        const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
        const std::uintptr_t end = slot.end.load(std::memory_order_acquire);
        const bool stable = slot.begin.load(std::memory_order_acquire) == begin;
        if (begin != 0 && stable && address >= begin && address < end) return &slot;
    }
    return nullptr;
}

/// A signal that is not ours goes to whoever was there before: their handler, or the system's default, which ends the
/// process once this handler returns.
void passOn(int signal, siginfo_t* info, void* context) {
    if ((g_previous.sa_flags & SA_SIGINFO) != 0 && g_previous.sa_sigaction != nullptr) {
        g_previous.sa_sigaction(signal, info, context);
    } else if (g_previous.sa_handler != SIG_DFL && g_previous.sa_handler != SIG_IGN) {
        g_previous.sa_handler(signal);
    } else {
        struct sigaction standard {};
        standard.sa_handler = SIG_DFL;
        ::sigaction(SIGBUS, &standard, nullptr);
        ::raise(signal);
    }
}

void onBusError(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    Slot* slot = slotOf(address);
    if (slot != nullptr) {
        void* page = reinterpret_cast<void*>(address & ~(g_page - 1));
        // mmap is a plain system call on the systems we run on, though POSIX does not list it as signal-safe.
        if (::mmap(page, g_page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) {
            slot->faulted.store(true, std::memory_order_release);
            errno = saved;
            return;
        }
    }
    errno = saved;
    passOn(signal, info, context);
}

void installHandlerOnce() {
    static std::once_flag once;
    std::call_once(once, [] {
        g_page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGBUS, &action, &g_previous);
    });
}

Slot* registerMapping(const void* base, std::size_t size) {
    for (std::size_t i = 0; i < kSlots; ++i) {
        Slot& slot = g_slots[i];
        if (slot.taken.exchange(true, std::memory_order_acq_rel)) continue;
        std::size_t used = g_slots_used.load(std::memory_order_relaxed);
        while (used <= i && !g_slots_used.compare_exchange_weak(used, i + 1, std::memory_order_acq_rel)) {}
        const auto begin = reinterpret_cast<std::uintptr_t>(base);
        slot.faulted.store(false, std::memory_order_relaxed);
        slot.end.store((begin + size + g_page - 1) & ~(g_page - 1), std::memory_order_release);
        slot.begin.store(begin, std::memory_order_release);
        return &slot;
    }
    return nullptr;
}

void unregisterMapping(Slot* slot) {
    slot->begin.store(0, std::memory_order_release);
    slot->taken.store(false, std::memory_order_release);
}

}  // namespace

struct FileMapping::Impl {
    std::filesystem::path path;
    void* base = nullptr;  // null for an empty file
    std::size_t size = 0;
    Slot* slot = nullptr;

    ~Impl() {
        // The slot goes first: once unmapped, the addresses may belong to somebody else.
        if (slot != nullptr) unregisterMapping(slot);
        if (base != nullptr) ::munmap(base, size);
    }
};

FileMapping::FileMapping(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
FileMapping::FileMapping(FileMapping&&) noexcept = default;
FileMapping& FileMapping::operator=(FileMapping&&) noexcept = default;
FileMapping::~FileMapping() = default;

Result<FileMapping> FileMapping::map(const File& file) {
    installHandlerOnce();
    TESSERA_TRY(const std::uint64_t size, file.size());
    auto impl = std::make_unique<Impl>();
    impl->path = file.path();
    if (size == 0) return FileMapping(std::move(impl));
    void* base = ::mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_SHARED, file.descriptor(), 0);
    if (base == MAP_FAILED) return systemError(file.path(), "map it into memory", {errno, std::system_category()});
    impl->base = base;
    impl->size = static_cast<std::size_t>(size);
    impl->slot = registerMapping(base, impl->size);
    if (impl->slot == nullptr) {
        return fail(ErrorKind::OutOfMemory, format("{}: {} files are mapped already; close a model", toUtf8(file.path()), kSlots));
    }
    return FileMapping(std::move(impl));
}

std::span<const std::byte> FileMapping::bytes() const { return {static_cast<const std::byte*>(m_impl->base), m_impl->size}; }

void FileMapping::adviseSequential() const {
    if (m_impl->base != nullptr) ::madvise(m_impl->base, m_impl->size, MADV_SEQUENTIAL);
}

void FileMapping::adviseWillNeed(std::uint64_t offset, std::uint64_t size) const {
    if (m_impl->base == nullptr || offset >= m_impl->size) return;
    const std::uint64_t begin = offset & ~std::uint64_t{g_page - 1};
    const std::uint64_t end = std::min<std::uint64_t>(m_impl->size, offset + std::min<std::uint64_t>(size, m_impl->size));
    ::madvise(static_cast<char*>(m_impl->base) + begin, static_cast<std::size_t>(end - begin), MADV_WILLNEED);
}

void FileMapping::advise(const File& file, std::uint64_t offset, std::uint64_t size, MemoryAdvice advice) const {
    if (advice == MemoryAdvice::WillNeed) return adviseWillNeed(offset, size);
    if (m_impl->base == nullptr || offset >= m_impl->size) return;
    const std::uint64_t begin = (offset + g_page - 1) & ~std::uint64_t{g_page - 1};
    const std::uint64_t end = std::min<std::uint64_t>(m_impl->size, offset + std::min<std::uint64_t>(size, m_impl->size)) & ~std::uint64_t{g_page - 1};
    if (begin >= end) return;
    char* const pages = static_cast<char*>(m_impl->base) + begin;
    ::madvise(pages, static_cast<std::size_t>(end - begin), MADV_DONTNEED);
    // Who gives memory back in pieces wants no neighbours read along: some systems read megabytes around a page.
    ::madvise(pages, static_cast<std::size_t>(end - begin), MADV_RANDOM);
    // The cache holds pages in runs, of which one that reaches beyond the range would stay. What is mapped stays anyway.
    constexpr std::uint64_t kRun = 256 * 1024;
    const std::uint64_t cached = begin - std::min(begin, kRun);
    file.dropCache(cached, std::min<std::uint64_t>(m_impl->size, end + kRun) - cached);
}

Result<void> FileMapping::takeFault() const {
    if (m_impl->slot == nullptr || !m_impl->slot->faulted.exchange(false, std::memory_order_acq_rel)) return {};
    return fail(ErrorKind::Io, format("{}: a part of the file could not be read (it was cut short, or the disk failed); "
                                      "what was computed from it is void",
                                      toUtf8(m_impl->path)));
}

}  // namespace tessera
