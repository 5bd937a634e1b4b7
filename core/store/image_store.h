// SPDX-License-Identifier: GPL-3.0-or-later
// The model's own file(s) as the store: complete, or sparse while fragments are still coming. A journal beside the file
// remembers which fragments were written and verified; docs/FRAGMENTS.md, "Image store", tells what it survives.
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <memory>

namespace tessera {

/// Opens the file(s) in `folder` that the manifest names, with the journal where there is one. A shared lock is held
/// until the store dies. A complete file without a journal counts as Present, to be verified on first use.
Result<std::unique_ptr<FragmentStore>> openImageStore(const std::filesystem::path& folder, Manifest manifest);

/// The same for writing (exclusive against other writers); sparse files are made where missing.
Result<std::unique_ptr<FragmentStore>> createImageStore(const std::filesystem::path& folder, Manifest manifest);

}  // namespace tessera
