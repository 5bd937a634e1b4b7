// SPDX-License-Identifier: GPL-3.0-or-later
// How version 1 cuts a file: the header as one piece, every tensor at multiples of the chunk size, whatever its rows.
#pragma once

#include "core/fragment/manifest.h"
#include "core/gguf/model.h"

#include <vector>

namespace tessera::v1 {

/// Where the first tensor's data begins: the size of gguf_header.dat.
std::uint64_t headerBytes(const GgufModel& model);
/// The file's size: the last tensor's end, padded to the alignment as every GGUF writer does (version 1 does not record
/// it).
std::uint64_t fileBytes(const GgufModel& model);

/// The header, then all shards by offset, without hashes and ids.
Result<std::vector<Fragment>> planV1(const GgufModel& model, std::uint64_t chunk_size);

}  // namespace tessera::v1
