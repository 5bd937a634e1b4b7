// SPDX-License-Identifier: GPL-3.0-or-later
// What is the same on every system, made of what file_<system>.cpp gives.
#include "core/base/platform/file.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system_error.h"

#include <atomic>
#include <random>

namespace tessera {

namespace {

constexpr std::string_view kTemporarySuffix = ".tessera-tmp";
constexpr std::string_view kUnfinishedSuffix = ".tessera-part";

/// Distinct between processes (random start) and within one (counter).
std::filesystem::path temporaryNameFor(const std::filesystem::path& path) {
    static const std::uint64_t start = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    static std::atomic<std::uint64_t> counter{0};
    return path.parent_path() / fromUtf8(format(".{:016x}{}", start + counter++, kTemporarySuffix));
}

void removeQuietly(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

/// A new file beside `path`, locked, so that removeStaleTemporaries knows that somebody still writes it.
Result<File> createTemporary(const std::filesystem::path& path) {
    for (int attempt = 0; attempt < 8; ++attempt) {
        TESSERA_TRY(File file, File::open(temporaryNameFor(path), File::Mode::CreateNew));
        TESSERA_TRY(const bool locked, file.tryLock(true));
        if (locked) return file;  // otherwise a clean-up took it between the two calls
    }
    return fail(ErrorKind::Io, format("{}: cannot lock a temporary file beside it", toUtf8(path)));
}

Result<void> fillAndRename(File file, const std::filesystem::path& temporary, const std::filesystem::path& path,
                           const std::function<Result<void>(File&)>& fill) {
    TESSERA_CHECK(fill(file));
    TESSERA_CHECK(file.sync());
    { const File closed = std::move(file); }  // Windows renames closed files only
    return renameDurably(temporary, path);
}

}  // namespace

Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::uint64_t limit) {
    TESSERA_TRY(const File file, File::open(path, File::Mode::Read));
    TESSERA_TRY(const std::uint64_t size, file.size());
    if (size > limit) {
        return fail(ErrorKind::InvalidArgument,
                    format("{}: {} are more than the {} that are read here", toUtf8(path), formatBytes(size), formatBytes(limit)));
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    TESSERA_CHECK(file.readAt(0, bytes));
    return bytes;
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t limit) {
    TESSERA_TRY(const std::vector<std::byte> bytes, readFile(path, limit));
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<void> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    return writeFileAtomically(path, [&](File& file) { return file.writeAt(0, bytes); });
}

Result<void> writeFileAtomically(const std::filesystem::path& path, const std::function<Result<void>(File&)>& fill) {
    auto file = createTemporary(path);
    if (!file) return failAt(toUtf8(path), file.error());
    const std::filesystem::path temporary = file->path();
    auto done = fillAndRename(*std::move(file), temporary, path, fill);
    if (!done) {
        removeQuietly(temporary);
        return failAt(toUtf8(path), done.error());
    }
    return done;
}

Result<std::optional<File>> openLocked(const std::filesystem::path& path, File::Mode mode) {
    for (int attempt = 0; attempt < 8; ++attempt) {
        TESSERA_TRY(File file, File::open(path, mode));
        TESSERA_TRY(const bool locked, file.tryLock(true));
        if (!locked) return std::nullopt;
        TESSERA_TRY(const FileIdentity mine, file.identity());
        const auto there = File::open(path, File::Mode::Read);
        if (there && there->identity().value_or(FileIdentity{}).inode == mine.inode) return std::optional<File>(std::move(file));
    }
    return std::nullopt;
}

std::filesystem::path unfinishedPath(const std::filesystem::path& path) {
    std::filesystem::path unfinished = path;
    return unfinished += kUnfinishedSuffix;
}

Result<void> renameDurably(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code code;
    std::filesystem::rename(from, to, code);
    if (code) return systemError(from, format("rename it to '{}'", toUtf8(to.filename())), code);
    return syncDirectory(to.parent_path());
}

void removeStaleTemporaries(const std::filesystem::path& folder) {
    std::error_code code;
    std::vector<std::filesystem::path> found;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        if (toUtf8(entry->path().filename()).ends_with(kTemporarySuffix)) found.push_back(entry->path());
    }
    for (const auto& path : found) {
        const auto stale = [&] {
            auto file = File::open(path, File::Mode::ReadWrite);
            return file && file->tryLock(true).value_or(false);
        };
        if (stale()) removeQuietly(path);
    }
}

}  // namespace tessera
