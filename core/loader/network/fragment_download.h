// SPDX-License-Identifier: GPL-3.0-or-later
// A model by its manifest: every fragment a request, verified as it comes. The fragments go into a sparse image in
// "<first file>.parts", whose journal knows what is there; whole and true to the manifest's hashes, the files move out.
#pragma once

#include "core/base/operation.h"
#include "core/loader/network/http_client.h"
#include "core/fragment/manifest.h"

#include <filesystem>
#include <vector>

namespace tessera {

/// Where a manifest's fragments lie on its server.
enum class FragmentLayout {
    Folder,  // manifest.json, fragments/<id>.dat
    Image,   // <model>.gguf.manifest.json beside the model's files: ranges of them
};

struct FragmentPlan {
    std::string url;                 // of the manifest
    FragmentLayout layout = FragmentLayout::Folder;
    Manifest manifest;
    std::filesystem::path folder;    // where the model's files go
    int connections = 4;
};

/// The result are the model's files, the first one first, with the manifest beside it. InvalidArgument when other files
/// of these names are there; Corrupt names the fragment that the server has wrong.
Result<std::vector<std::filesystem::path>> downloadFragments(HttpClient& client, const FragmentPlan& plan, const Operation& operation);

}  // namespace tessera
