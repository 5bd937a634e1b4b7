// SPDX-License-Identifier: GPL-3.0-or-later
// The model's own file(s) as the store: complete, or sparse while fragments are still coming. A journal beside the file
// remembers which fragments were written and verified; docs/FRAGMENTS.md, "Image store", tells what it survives.
//
// Locks: every open store holds a shared lock on the first file; a writer also holds the journal's. Removing bytes takes
// the first one exclusively, because it would silently change what others have mapped.
#pragma once

#include "core/fragment/fragment_store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

/// Opens the file(s) in `folder` that the manifest names, with the journal where there is one. A shared lock is held
/// until the store dies. A complete file without a journal counts as Present, to be verified on first use. What is
/// verified here is remembered for the next run, in the user's data folder when the model's folder is read-only.
/// NotFound: a file is not there. Corrupt: its size is not the manifest's. write() fails with InvalidArgument.
Result<std::unique_ptr<FragmentStore>> openImageStore(const std::filesystem::path& folder, Manifest manifest);

/// The same for files by their own paths, in the manifest's order. With `remember` false no journal is read or written:
/// for a plain GGUF, which has no hashes.
Result<std::unique_ptr<FragmentStore>> openImageFiles(std::vector<std::filesystem::path> files, Manifest manifest, bool remember = true);

/// What becomes of bytes once they are written.
enum class WrittenBytes : std::uint8_t {
    StayCached,  // they are used soon
    PassCache,   // a whole model at once, which need not displace what is in use
};

/// For writing (exclusive against other writers: Io); sparse files are made where missing. InvalidArgument when a file
/// of another size is there.
Result<std::unique_ptr<FragmentStore>> createImageStore(const std::filesystem::path& folder, Manifest manifest, WrittenBytes written = WrittenBytes::StayCached);

/// Gives the disk space of fragments back (their bytes become a hole, their state Missing). Io when any store has the
/// files open, in this process or another.
Result<void> evictFragments(const std::filesystem::path& folder, Manifest manifest, std::span<const FragmentIndex> fragments);

}  // namespace tessera
