// SPDX-License-Identifier: GPL-3.0-or-later
// Where this machine keeps fragment bytes. The interface stands here because cutting, rebuilding and verifying work
// over it; the implementations are in core/store.
#pragma once

#include "core/base/memory_advice.h"
#include "core/base/operation.h"
#include "core/base/platform/file.h"
#include "core/fragment/manifest.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace tessera {

/// What is known about a fragment's bytes here.
enum class FragmentState : std::uint8_t {
    Missing,
    Present,   // bytes are there, not yet held against their hash in this session
    Verified,  // held against their hash since the file last changed
    Bad,       // the hash differs
};

/// Where a fragment's bytes begin on the disk.
struct StoredBytes {
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0;
};

/// Thread-safe: any number of threads may call any method; writes to one fragment are serialised.
class FragmentStore {
public:
    virtual ~FragmentStore() = default;

    virtual const Manifest& manifest() const = 0;
    virtual FragmentState state(FragmentIndex fragment) const = 0;

    /// The bytes [offset, offset + out.size()) of a fragment as they are, NOT verified. NotFound when missing, Corrupt
    /// when what is stored is shorter than it should be. Precondition: the range lies inside the fragment.
    virtual Result<void> readPart(FragmentIndex fragment, std::uint64_t offset, std::span<std::byte> out) const = 0;
    /// The whole fragment; `out` is exactly its size.
    Result<void> read(FragmentIndex fragment, std::span<std::byte> out) const { return readPart(fragment, 0, out); }

    /// Stores bytes after holding them against the hash (Corrupt when they differ: nothing is written). A kill at any
    /// moment leaves the fragment whole or missing; so does a power cut, which may also take what sync() did not follow.
    virtual Result<void> write(FragmentIndex fragment, std::span<const std::byte> bytes) = 0;
    /// Everything that was written is on the disk. After an error it is to be verified again.
    virtual Result<void> sync() { return {}; }

    /// In-place bytes of [offset, offset + size) of file `file_index`, for stores that keep the file itself and where
    /// the range is recorded in full. The memory lives as long as the store.
    virtual Result<std::optional<std::span<const std::byte>>> map(std::uint32_t file_index, std::uint64_t offset,
                                                                  std::uint64_t size) const = 0;

    /// About memory that map() gave; ignored by stores that map nothing.
    virtual void advise(std::uint32_t /*file_index*/, std::uint64_t /*offset*/, std::uint64_t /*size*/, MemoryAdvice) const {}

    /// The file that holds a fragment, for whoever sends it without reading it; NOT verified. Errors as readPart, and
    /// Unsupported where fragments are in no file. The store must outlive the file.
    virtual Result<StoredBytes> locate(FragmentIndex) const { return fail(ErrorKind::Unsupported, "these fragments are in no file"); }

    /// Records the outcome of a verification done outside (state becomes Verified or Bad).
    virtual void setState(FragmentIndex fragment, FragmentState state) = 0;

    /// See TensorSource::takeMappingFault().
    virtual Result<void> takeMappingFault() const { return {}; }
};

}  // namespace tessera
