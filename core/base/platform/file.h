// SPDX-License-Identifier: GPL-3.0-or-later
// Files as this project needs them: positioned, exact, synced, locked, sparse, mapped. Everything that differs between
// Linux, macOS and Windows about them stands in this folder.
#pragma once

#include "core/base/memory_advice.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Enough to notice that somebody changed a file.
struct FileIdentity {
    std::uint64_t size_bytes = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;  // mixed with the time of birth where the system tells it
    bool operator==(const FileIdentity&) const = default;
};

/// An open file. Positioned calls may come from several threads. Messages name the path and the system's reason; a full
/// disk says so.
class File {
public:
    enum class Mode {
        Read,
        ReadWrite,   // must exist
        Create,      // made when missing, content kept
        CreateNew,   // fails when it exists
    };
    static Result<File> open(const std::filesystem::path& path, Mode mode);
    /// A file without a name that is gone when it is closed (memory on Linux, a removed temporary file elsewhere).
    static Result<File> anonymous(std::string_view label);

    File(File&&) noexcept;
    File& operator=(File&&) noexcept;
    ~File();

    const std::filesystem::path& path() const;
    Result<std::uint64_t> size() const;
    Result<FileIdentity> identity() const;
    /// Exactly out.size() bytes; Corrupt when the file ends before.
    Result<void> readAt(std::uint64_t offset, std::span<std::byte> out) const;
    Result<void> writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    /// The same for much that is not read again soon: past the system's cache of files, where it can be (Linux, most file systems).
    Result<void> writePastCache(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Grows (sparse where the file system can) or cuts.
    Result<void> resize(std::uint64_t size);
    /// Data on the disk (fdatasync).
    Result<void> sync();
    /// The range may go to the disk from now on, so that a later sync() has less to do.
    void beginWriteback(std::uint64_t offset, std::uint64_t size);
    /// Gives the range back to the file system where it can; in any case the range reads as zeros afterwards.
    Result<void> punchHole(std::uint64_t offset, std::uint64_t size);
    /// Advisory, between processes and between handles of one process. false: somebody else holds a conflicting one.
    Result<bool> tryLock(bool exclusive);
    void unlock();
    /// The kernel may drop cached pages of the range (after hashing a model once).
    void dropCache(std::uint64_t offset, std::uint64_t size) const;
    /// Path under which this process can open the file again (/proc/self/fd/N for anonymous ones).
    std::string reopenPath() const;
    int descriptor() const;  // POSIX: the fd; Windows: a CRT descriptor

private:
    struct Impl;
    explicit File(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
    friend class FileMapping;
};

/// A whole file mapped read-only. A fault while reading it (truncated behind our back, disk error) gives zeros from
/// then on and is reported by takeFault() instead of killing the process. Any thread may read. System calls that are
/// handed such a page fail instead. Windows refuses to truncate a mapped file; a disk error there still ends the process.
class FileMapping {
public:
    static Result<FileMapping> map(const File& file);
    FileMapping(FileMapping&&) noexcept;
    FileMapping& operator=(FileMapping&&) noexcept;
    ~FileMapping();

    std::span<const std::byte> bytes() const;
    void adviseSequential() const;
    void adviseWillNeed(std::uint64_t offset, std::uint64_t size) const;
    /// `file` is the one that is mapped: its cached pages go, too, when a range is not needed.
    void advise(const File& file, std::uint64_t offset, std::uint64_t size, MemoryAdvice advice) const;
    /// Io, once, when a page of this mapping could not be read since the last call.
    Result<void> takeFault() const;

private:
    struct Impl;
    explicit FileMapping(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The whole content; InvalidArgument when it is longer than `limit`.
Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::uint64_t limit);
Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t limit);
/// Temporary name, sync, rename, directory sync: the file appears whole or keeps its old content.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
/// The same for content that `fill` writes piece by piece.
Result<void> writeFileAtomically(const std::filesystem::path& path, const std::function<Result<void>(File&)>& fill);
/// Opens and locks exclusively the file that `path` names once the lock is held (whoever held it before may have renamed
/// or removed it). nullopt: somebody else holds it.
Result<std::optional<File>> openLocked(const std::filesystem::path& path, File::Mode mode);
/// Where a file that is made in pieces, over several runs, stands until it is whole: beside it, under a name that no other
/// program uses (browsers write "name.part").
std::filesystem::path unfinishedPath(const std::filesystem::path& path);
/// Renames over what may be at `to` (same folder) and syncs the folder.
Result<void> renameDurably(const std::filesystem::path& from, const std::filesystem::path& to);
/// Removes what killed runs of writeFileAtomically left in `folder`; files that a live run still writes stay.
void removeStaleTemporaries(const std::filesystem::path& folder);
Result<void> syncDirectory(const std::filesystem::path& folder);

}  // namespace tessera
