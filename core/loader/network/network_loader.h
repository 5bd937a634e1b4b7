// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments from servers, each held against its hash as it comes and kept in the store.
#pragma once

#include "core/loader/fragment_loader.h"
#include "core/loader/network/fragment_source.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace tessera {

class NetworkLoader : public FragmentLoader {
public:
    /// Brings those of `wanted` that the store has not verified yet, many at once. Stage "downloading", in bytes of all
    /// wanted; what is there already counts as done. One thread at a time. Errors as loadRaw.
    /// `arrived` is told each fragment that came and is kept, with its bytes, which it may exchange for others; called
    /// from several threads at once.
    using Arrived = std::function<void(FragmentIndex, std::vector<std::byte>&)>;
    virtual Result<void> fetch(std::span<const FragmentIndex> wanted, const Operation& operation, const Arrived& arrived = {}) = 0;
    virtual std::vector<SourceReport> sources() const = 0;
};

/// `store` must be open for writing and outlive the loader. What it has verified is not asked for again. `connections`:
/// to each source.
std::unique_ptr<NetworkLoader> makeNetworkLoader(FragmentStore& store, std::vector<FragmentSource> sources, int connections, const HttpPolicy& policy);

/// What computes layers `first` to `last` (both included), and the header: the embedding with layer 0, the output matrix
/// with the last one, and whatever belongs to no layer. InvalidArgument when the model has no such layers.
Result<std::vector<FragmentIndex>> fragmentsOfLayers(const Manifest& manifest, std::int32_t first, std::int32_t last);

}  // namespace tessera
