// SPDX-License-Identifier: GPL-3.0-or-later
// File on Linux and macOS.
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system_error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>

namespace tessera {

namespace {

constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;  // macOS refuses more than INT_MAX in one call

std::error_code lastError() { return {errno, std::system_category()}; }

int openFlags(File::Mode mode) {
    // O_NONBLOCK: a named pipe must not stop us; it changes nothing for regular files.
    switch (mode) {
        case File::Mode::Read: return O_RDONLY | O_CLOEXEC | O_NONBLOCK;
        case File::Mode::ReadWrite: return O_RDWR | O_CLOEXEC | O_NONBLOCK;
        case File::Mode::Create: return O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK;
        case File::Mode::CreateNew: return O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NONBLOCK;
    }
    return O_RDONLY;
}

std::string_view openAction(File::Mode mode) {
    if (mode == File::Mode::Read) return "open it";
    return mode == File::Mode::ReadWrite ? "open it for writing" : "create it";
}

int retryOpen(const char* path, int flags) {
    int descriptor;
    do {
        descriptor = ::open(path, flags, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

}  // namespace

struct File::Impl {
    static constexpr int kNone = -1;

    std::filesystem::path path;
    int descriptor = kNone;
    std::once_flag direct_once;
    std::atomic<int> direct{kNone};  // the same file, written past the cache
    Impl(std::filesystem::path p, int d) : path(std::move(p)), descriptor(d) {}
    ~Impl() {
        if (direct != kNone) ::close(direct);
        ::close(descriptor);
    }
};

File::File(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
    const int descriptor = retryOpen(path.c_str(), openFlags(mode));
    if (descriptor < 0) return systemError(path, openAction(mode), lastError());
    File file(std::make_unique<Impl>(path, descriptor));
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return systemError(path, openAction(mode), lastError());
    if (S_ISDIR(status.st_mode)) return fail(ErrorKind::InvalidArgument, toUtf8(path) + ": is a folder, a file is needed");
    if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) {
        return fail(ErrorKind::InvalidArgument, toUtf8(path) + ": is a pipe or socket, a file is needed");
    }
    return file;
}

Result<File> File::anonymous(std::string_view label) {
#ifdef __linux__
    const std::string name(label.substr(0, 200));
    const int descriptor = ::memfd_create(name.c_str(), MFD_CLOEXEC);
    if (descriptor < 0) return systemError(fromUtf8(label), "make a file in memory", lastError());
    return File(std::make_unique<Impl>(fromUtf8(label), descriptor));
#else
    std::error_code code;
    std::string name = (std::filesystem::temp_directory_path(code) / "tessera-XXXXXX").string();
    if (code) return systemError(fromUtf8(label), "find the folder for temporary files", code);
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) return systemError(name, "make a temporary file", lastError());
    ::unlink(name.c_str());
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return File(std::make_unique<Impl>(fromUtf8(label), descriptor));
#endif
}

const std::filesystem::path& File::path() const { return m_impl->path; }
int File::descriptor() const { return m_impl->descriptor; }

std::string File::reopenPath() const {
#ifdef __linux__
    return format("/proc/self/fd/{}", m_impl->descriptor);
#else
    return format("/dev/fd/{}", m_impl->descriptor);
#endif
}

Result<std::uint64_t> File::size() const {
    TESSERA_TRY(const FileIdentity found, identity());
    return found.size_bytes;
}

Result<FileIdentity> File::identity() const {
    struct stat status {};
    if (::fstat(m_impl->descriptor, &status) != 0) return systemError(path(), "look at it", lastError());
    const auto nanoseconds = [](const auto& time) { return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec; };
#ifdef __APPLE__
    const std::int64_t modified = nanoseconds(status.st_mtimespec);
    const std::int64_t born = nanoseconds(status.st_birthtimespec);
#else
    const std::int64_t modified = nanoseconds(status.st_mtim);
    struct statx extended {};
    const bool known = ::statx(m_impl->descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &extended) == 0 && (extended.stx_mask & STATX_BTIME) != 0;
    const std::int64_t born = known ? nanoseconds(extended.stx_btime) : 0;
#endif
    // A removed file's number goes to the next new one: the time of birth tells them apart.
    const std::uint64_t number = static_cast<std::uint64_t>(status.st_ino) ^ (static_cast<std::uint64_t>(born) * 0x9e3779b97f4a7c15ull);
    return FileIdentity{static_cast<std::uint64_t>(status.st_size), modified, number};
}

Result<void> File::readAt(std::uint64_t offset, std::span<std::byte> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const std::size_t wanted = std::min(kMaxTransfer, out.size() - done);
        const ssize_t got = ::pread(m_impl->descriptor, out.data() + done, wanted, static_cast<off_t>(offset + done));
        if (got > 0) {
            done += static_cast<std::size_t>(got);
        } else if (got == 0) {
            return fail(ErrorKind::Corrupt, format("{}: the file ends at byte {}, but bytes {} to {} are needed; it was cut short",
                                                   toUtf8(path()), offset + done, offset, offset + out.size()));
        } else if (errno != EINTR) {
            return systemError(path(), format("read {} bytes at {}", out.size(), offset), lastError());
        }
    }
    return {};
}

Result<void> File::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const std::size_t wanted = std::min(kMaxTransfer, bytes.size() - done);
        const ssize_t put = ::pwrite(m_impl->descriptor, bytes.data() + done, wanted, static_cast<off_t>(offset + done));
        if (put >= 0) {
            done += static_cast<std::size_t>(put);
        } else if (errno != EINTR) {
            return systemError(path(), format("write {} bytes at {}", bytes.size(), offset), lastError());
        }
    }
    return {};
}

#ifdef O_DIRECT
namespace {

constexpr std::uint64_t kAlignment = 4096;  // of memory, offset and size: what every device takes

struct alignas(kAlignment) AlignedPiece {
    std::byte bytes[std::size_t{1} << 20];
};

}  // namespace

// The cache's pages cost more than the transfer where memory has to be found for them first (in virtual machines above all).
Result<void> File::writePastCache(std::uint64_t offset, std::span<const std::byte> bytes) {
    std::call_once(m_impl->direct_once, [this] {
        const bool writable = (::fcntl(m_impl->descriptor, F_GETFL) & O_ACCMODE) == O_RDWR;
        if (writable) m_impl->direct = retryOpen(reopenPath().c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
    });
    const std::uint64_t begin = std::min((offset + kAlignment - 1) / kAlignment * kAlignment, offset + bytes.size());
    const std::uint64_t end = std::max(begin, (offset + bytes.size()) / kAlignment * kAlignment);
    if (m_impl->direct == Impl::kNone || begin == end) return writeAt(offset, bytes);

    TESSERA_CHECK(writeAt(offset, bytes.first(static_cast<std::size_t>(begin - offset))));
    const auto piece = std::make_unique_for_overwrite<AlignedPiece>();
    for (std::uint64_t at = begin; at < end;) {
        const auto rest = bytes.subspan(static_cast<std::size_t>(at - offset));
        const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(sizeof piece->bytes, end - at));
        std::memcpy(piece->bytes, rest.data(), size);
        const ssize_t put = ::pwrite(m_impl->direct, piece->bytes, size, static_cast<off_t>(at));
        // A file system that takes the flag and not the write, or a part that ends between blocks.
        if (put == 0 || (put < 0 && errno == EINVAL) || (put > 0 && static_cast<std::uint64_t>(put) % kAlignment != 0)) return writeAt(at, rest);
        if (put < 0 && errno != EINTR) return systemError(path(), format("write {} bytes at {}", bytes.size(), offset), lastError());
        if (put > 0) at += static_cast<std::uint64_t>(put);
    }
    return writeAt(end, bytes.subspan(static_cast<std::size_t>(end - offset)));
}
#else
Result<void> File::writePastCache(std::uint64_t offset, std::span<const std::byte> bytes) { return writeAt(offset, bytes); }
#endif

Result<void> File::resize(std::uint64_t size) {
    if (::ftruncate(m_impl->descriptor, static_cast<off_t>(size)) == 0) return {};
    return systemError(path(), format("make it {} bytes long", size), lastError());
}

Result<void> File::sync() {
#ifdef __APPLE__
    // fsync leaves the data in the drive's cache there; not every file system knows F_FULLFSYNC.
    const bool ok = ::fcntl(m_impl->descriptor, F_FULLFSYNC) == 0 || ::fsync(m_impl->descriptor) == 0;
#else
    const bool ok = ::fdatasync(m_impl->descriptor) == 0;
#endif
    if (!ok) return systemError(path(), "bring it to the disk", lastError());
    return {};
}

void File::beginWriteback([[maybe_unused]] std::uint64_t offset, [[maybe_unused]] std::uint64_t size) {
#ifdef __linux__
    ::sync_file_range(m_impl->descriptor, static_cast<off_t>(offset), static_cast<off_t>(size), SYNC_FILE_RANGE_WRITE);
#endif
}

Result<void> File::punchHole(std::uint64_t offset, std::uint64_t size) {
    if (size == 0) return {};
#ifdef __linux__
    if (::fallocate(m_impl->descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                    static_cast<off_t>(size)) == 0) {
        return {};
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS) return systemError(path(), format("free {} bytes at {}", size, offset), lastError());
#endif
    // macOS punches whole blocks only and only on APFS: zeros keep the promise that matters.
    static constexpr std::array<std::byte, 65536> kZeros{};
    TESSERA_TRY(const std::uint64_t end, this->size());
    const std::uint64_t last = std::min(end, offset + size);
    for (std::uint64_t at = offset; at < last; at += kZeros.size()) {
        TESSERA_CHECK(writeAt(at, std::span(kZeros).first(static_cast<std::size_t>(std::min<std::uint64_t>(kZeros.size(), last - at)))));
    }
    return {};
}

Result<bool> File::tryLock(bool exclusive) {
    // flock belongs to the open file, not to the process as fcntl's locks do: two handles of one process conflict.
    int result;
    do {
        result = ::flock(m_impl->descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    return systemError(path(), "lock it", lastError());
}

void File::unlock() { ::flock(m_impl->descriptor, LOCK_UN); }

void File::dropCache([[maybe_unused]] std::uint64_t offset, [[maybe_unused]] std::uint64_t size) const {
#ifdef __linux__
    ::posix_fadvise(m_impl->descriptor, static_cast<off_t>(offset), static_cast<off_t>(size), POSIX_FADV_DONTNEED);
#endif
}

Result<void> syncDirectory(const std::filesystem::path& folder) {
    const std::filesystem::path named = folder.empty() ? std::filesystem::path(".") : folder;
    const int descriptor = retryOpen(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return systemError(named, "open the folder", lastError());
    const bool ok = ::fsync(descriptor) == 0;
    const std::error_code code = lastError();
    ::close(descriptor);
    // Some network file systems cannot sync a folder; the rename has happened all the same.
    if (!ok && code != std::errc::invalid_argument && code != std::errc::not_supported) return systemError(named, "bring the folder to the disk", code);
    return {};
}

}  // namespace tessera
