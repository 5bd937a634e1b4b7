// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is still coming: "<name>.tessera-part", and beside it the same with ".json", which says from where, of which version,
// and which bytes are there. Whatever happens to the process, the next one goes on from what the second file says.
#pragma once

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/loader/network/range_set.h"

#include <chrono>
#include <optional>
#include <string>

namespace tessera {

/// By which a server's file is known again.
struct RemoteFile {
    std::string url;
    std::optional<std::uint64_t> size;
    std::string etag, last_modified;
    std::optional<Sha256Digest> sha256;  // expected
    bool ranges = false;                 // the server gives parts of it

    /// What goes into If-Range (RFC 9110, 13.1.5): the ETag where it is a strong one, else the date.
    std::string validator() const;
    /// Whether bytes of `other` are bytes of this one.
    bool isSameAs(const RemoteFile& other) const;
};

/// Adds a file's bytes [begin, end) to `hash`.
Result<void> hashRange(Sha256& hash, const File& file, std::uint64_t begin, std::uint64_t end, const Operation& operation, ProgressMeter& meter);
/// SHA-256 of a file's first `size` bytes.
Result<Sha256Digest> hashFile(const File& file, std::uint64_t size, const Operation& operation, ProgressMeter& meter);

/// One thread at a time.
class PartFile {
public:
    /// Takes up what an earlier run has left when it is of the same file, else begins anew. Io when another process
    /// fetches the same.
    static Result<PartFile> open(const std::filesystem::path& target, RemoteFile remote);

    const File& file() const { return m_file; }
    const RangeSet& done() const { return m_done; }
    Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Once a second: bytes to the disk, then the note that they are there. `now` for the last time.
    Result<void> save(bool now);
    /// Cuts it to `size` (of a file whose length was not known before) and gives it its name.
    Result<void> finish(std::uint64_t size) &&;
    /// What is there is worth nothing.
    void discard() &&;

private:
    PartFile(File file, std::filesystem::path target, RemoteFile remote);
    std::filesystem::path statePath() const;
    void takeUp();

    File m_file;
    std::filesystem::path m_target, m_part;
    RemoteFile m_remote;
    RangeSet m_done;
    std::chrono::steady_clock::time_point m_saved;
};

}  // namespace tessera
