// SPDX-License-Identifier: GPL-3.0-or-later
// Fetches a model: from the link of a GGUF, of a manifest, or of a model hub's page. A download that was stopped, or
// killed, goes on where it was; a file is there only when it is whole and verified.
#pragma once

#include "core/base/limits.h"
#include "core/base/operation.h"
#include "core/loader/network/fragment_download.h"
#include "core/loader/network/hub_listing.h"

#include <filesystem>
#include <vector>

namespace tessera {

struct DownloadOptions {
    std::filesystem::path folder;            // empty: models/ in the user's data folder; made where missing
    std::optional<Sha256Digest> sha256;      // of the GGUF, when somebody told it; wins over what the server says
    std::vector<std::string> mirrors;        // more links of the same set, of which a manifest or the GGUF itself is enough
    std::optional<Sha256Digest> set_id;      // that the manifest must have; also from "#set=…" of a link
    std::optional<LayerRange> layers;        // by manifest: only what computes these
    int connections = 4;                     // to each server
    std::uint64_t max_bytes = limits::kMaxFileBytes;
    std::string hub;                         // empty: $HF_ENDPOINT, else kDefaultHub
    HttpPolicy http;
};

/// What the bytes were held against.
enum class DownloadCheck {
    Sha256,     // of each file, told by the link, by the caller, or by the hub
    Fragments,  // every fragment and each whole file against the manifest
    Header,     // no hash is known: only that the GGUF's header is sound and the file as long as it says
};

struct Downloaded {
    std::vector<std::filesystem::path> files;  // the first one is what is opened
    std::uint64_t bytes = 0;                   // of all
    std::vector<Sha256Digest> sha256;          // of each
    DownloadCheck check = DownloadCheck::Header;
    bool was_there = false;                    // nothing had to be fetched
    bool whole = true;                         // false: only the layers that were asked for
    bool pinned = false;                       // the set was named by its set_id
    std::vector<SourceReport> sources;         // by manifest: what each server did
};

/// The models that a link leads to: itself, or those of a hub's page (then the server is asked).
Result<std::vector<OfferedModel>> offeredModels(const std::string& link, const DownloadOptions& options, const Operation& operation);

/// Stages of progress: "downloading", "verifying"; bytes that an earlier run brought count as done. All parts of a split
/// model are fetched, whichever is named. A page that offers several models is InvalidArgument, naming their links.
/// Network: unreachable, too slow, not trusted. Corrupt: not a GGUF, not the expected hash. Io: the disk is full.
Result<Downloaded> downloadModel(const std::string& link, const DownloadOptions& options, const Operation& operation);

}  // namespace tessera
