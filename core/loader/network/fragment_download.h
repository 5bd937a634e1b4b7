// SPDX-License-Identifier: GPL-3.0-or-later
// A model by its manifest: every fragment a request to one of several servers, verified as it comes. The fragments go
// into a sparse image in "<first file>.parts", whose journal knows what is there; whole and true to the manifest's hashes,
// the files move out. Of a model of which only some layers are asked for the image is in the models folder itself, and
// later fetches add to it.
#pragma once

#include "core/base/operation.h"
#include "core/fragment/manifest.h"
#include "core/loader/network/fragment_source.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace tessera {

/// Layers [first, last], both included.
struct LayerRange {
    std::int32_t first = 0;
    std::int32_t last = 0;
};

struct FragmentPlan {
    std::vector<FragmentSource> sources;
    Manifest manifest;
    std::filesystem::path folder;      // where the model's files go
    int connections = 4;               // to each source
    std::optional<LayerRange> layers;  // nullopt: everything
};

struct FetchedFragments {
    std::vector<std::filesystem::path> files;  // the model's, the first one first; the manifest is beside it
    bool whole = true;                         // every fragment is there
    std::vector<SourceReport> sources;         // empty when nothing had to be asked for
};

/// InvalidArgument when other files of these names are there; Corrupt names the fragment that no server has right.
Result<FetchedFragments> downloadFragments(const FragmentPlan& plan, const HttpPolicy& policy, const Operation& operation);

}  // namespace tessera
