// SPDX-License-Identifier: GPL-3.0-or-later
// File on Windows. Paths are wide strings, so every name works; files are shared for reading, writing and deleting, as
// on POSIX.
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system_error.h"
#include "core/base/platform/windows_handle.h"

#include <winioctl.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <array>

namespace tessera {

namespace {

constexpr DWORD kMaxTransfer = 1u << 30;

DWORD disposition(File::Mode mode) {
    switch (mode) {
        case File::Mode::Create: return OPEN_ALWAYS;
        case File::Mode::CreateNew: return CREATE_NEW;
        default: return OPEN_EXISTING;
    }
}

OVERLAPPED placeOf(std::uint64_t offset) {
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

/// Locks are mandatory on Windows: one byte far behind every file's end makes them advisory.
OVERLAPPED lockPlace() { return placeOf(std::uint64_t{1} << 62); }

}  // namespace

struct File::Impl {
    std::filesystem::path path;
    Handle handle;
    int descriptor = -1;  // of the C run-time library; it owns the handle
    bool temporary = false;

    Impl(std::filesystem::path p, HANDLE h) : path(std::move(p)), handle(h) {
        descriptor = ::_open_osfhandle(reinterpret_cast<intptr_t>(h), _O_BINARY);
    }
    ~Impl() {
        if (descriptor >= 0) {
            [[maybe_unused]] const HANDLE owned = handle.release();
            ::_close(descriptor);
        }
        if (temporary) ::DeleteFileW(path.c_str());
    }
};

File::File(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
    const DWORD access = GENERIC_READ | (mode == Mode::Read ? 0 : GENERIC_WRITE);
    const HANDLE handle = ::CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                        disposition(mode), FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return systemError(path, mode == Mode::Read ? "open it" : "open it for writing", lastWindowsError());
    if (mode == Mode::Create || mode == Mode::CreateNew) {
        // Files are sparse only when asked; where the file system cannot, they are plain.
        DWORD ignored = 0;
        ::DeviceIoControl(handle, FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &ignored, nullptr);
    }
    return File(std::make_unique<Impl>(path, handle));
}

Result<File> File::anonymous(std::string_view label) {
    std::error_code code;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(code);
    if (code) return systemError(fromUtf8(label), "find the folder for temporary files", code);
    std::array<wchar_t, MAX_PATH + 1> name{};
    if (::GetTempFileNameW(folder.c_str(), L"tes", 0, name.data()) == 0) return systemError(folder, "make a temporary file", lastWindowsError());
    // Not FILE_FLAG_DELETE_ON_CLOSE: libllama opens the file by its name without allowing others to delete it, which such
    // a file refuses.
    const HANDLE handle = ::CreateFileW(name.data(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                        nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return systemError(name.data(), "make a temporary file", lastWindowsError());
    auto impl = std::make_unique<Impl>(name.data(), handle);
    impl->temporary = true;
    return File(std::move(impl));
}

const std::filesystem::path& File::path() const { return m_impl->path; }
int File::descriptor() const { return m_impl->descriptor; }
std::string File::reopenPath() const { return toUtf8(m_impl->path); }

Result<std::uint64_t> File::size() const {
    TESSERA_TRY(const FileIdentity found, identity());
    return found.size_bytes;
}

Result<FileIdentity> File::identity() const {
    BY_HANDLE_FILE_INFORMATION info{};
    if (!::GetFileInformationByHandle(m_impl->handle.get(), &info)) return systemError(path(), "look at it", lastWindowsError());
    const auto join = [](DWORD high, DWORD low) { return (std::uint64_t{high} << 32) | low; };
    return FileIdentity{join(info.nFileSizeHigh, info.nFileSizeLow),
                        static_cast<std::int64_t>(join(info.ftLastWriteTime.dwHighDateTime, info.ftLastWriteTime.dwLowDateTime) * 100),
                        join(info.nFileIndexHigh, info.nFileIndexLow)};
}

Result<void> File::readAt(std::uint64_t offset, std::span<std::byte> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        OVERLAPPED place = placeOf(offset + done);
        const DWORD wanted = static_cast<DWORD>(std::min<std::size_t>(kMaxTransfer, out.size() - done));
        DWORD got = 0;
        const bool ok = ::ReadFile(m_impl->handle.get(), out.data() + done, wanted, &got, &place) != 0;
        if ((!ok && ::GetLastError() == ERROR_HANDLE_EOF) || (ok && got == 0)) {
            return fail(ErrorKind::Corrupt, format("{}: the file ends at byte {}, but bytes {} to {} are needed; it was cut short",
                                                   toUtf8(path()), offset + done, offset, offset + out.size()));
        }
        if (!ok) return systemError(path(), format("read {} bytes at {}", out.size(), offset), lastWindowsError());
        done += got;
    }
    return {};
}

Result<void> File::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        OVERLAPPED place = placeOf(offset + done);
        const DWORD wanted = static_cast<DWORD>(std::min<std::size_t>(kMaxTransfer, bytes.size() - done));
        DWORD put = 0;
        if (!::WriteFile(m_impl->handle.get(), bytes.data() + done, wanted, &put, &place)) {
            return systemError(path(), format("write {} bytes at {}", bytes.size(), offset), lastWindowsError());
        }
        done += put;
    }
    return {};
}

Result<void> File::writePastCache(std::uint64_t offset, std::span<const std::byte> bytes) { return writeAt(offset, bytes); }

Result<void> File::resize(std::uint64_t size) {
    FILE_END_OF_FILE_INFO end{};
    end.EndOfFile.QuadPart = static_cast<LONGLONG>(size);
    if (::SetFileInformationByHandle(m_impl->handle.get(), FileEndOfFileInfo, &end, sizeof end)) return {};
    return systemError(path(), format("make it {} bytes long", size), lastWindowsError());
}

Result<void> File::sync() {
    if (::FlushFileBuffers(m_impl->handle.get())) return {};
    return systemError(path(), "bring it to the disk", lastWindowsError());
}

void File::beginWriteback(std::uint64_t, std::uint64_t) {}  // the system begins by itself

Result<void> File::punchHole(std::uint64_t offset, std::uint64_t size) {
    TESSERA_TRY(const std::uint64_t end, this->size());
    if (size == 0 || offset >= end) return {};
    // Frees whole blocks of a sparse file and writes zeros to the rest and to plain files.
    FILE_ZERO_DATA_INFORMATION range{};
    range.FileOffset.QuadPart = static_cast<LONGLONG>(offset);
    range.BeyondFinalZero.QuadPart = static_cast<LONGLONG>(std::min(end, offset + size));
    DWORD ignored = 0;
    if (::DeviceIoControl(m_impl->handle.get(), FSCTL_SET_ZERO_DATA, &range, sizeof range, nullptr, 0, &ignored, nullptr)) return {};
    return systemError(path(), format("free {} bytes at {}", size, offset), lastWindowsError());
}

Result<bool> File::tryLock(bool exclusive) {
    OVERLAPPED place = lockPlace();
    const DWORD flags = LOCKFILE_FAIL_IMMEDIATELY | (exclusive ? LOCKFILE_EXCLUSIVE_LOCK : 0);
    // A lock that this handle holds already is given back first: POSIX converts it.
    ::UnlockFileEx(m_impl->handle.get(), 0, 1, 0, &place);
    place = lockPlace();
    if (::LockFileEx(m_impl->handle.get(), flags, 0, 1, 0, &place)) return true;
    if (::GetLastError() == ERROR_LOCK_VIOLATION || ::GetLastError() == ERROR_IO_PENDING) return false;
    return systemError(path(), "lock it", lastWindowsError());
}

void File::unlock() {
    OVERLAPPED place = lockPlace();
    ::UnlockFileEx(m_impl->handle.get(), 0, 1, 0, &place);
}

void File::dropCache(std::uint64_t, std::uint64_t) const {}  // no such call; the cache makes room by itself

// NTFS keeps names in its own journal; a folder cannot be flushed without administrator rights.
Result<void> syncDirectory(const std::filesystem::path&) { return {}; }

}  // namespace tessera
