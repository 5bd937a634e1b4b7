// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON of version 1, as far as it is used: what the GGUF header does not say better.
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::v1 {

inline constexpr std::uint64_t kChunkBytes = limits::kDefaultFragmentBytes;
inline constexpr std::uint64_t kMaxManifestBytes = 256 * limits::MiB;
inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kHeaderName = "gguf_header.dat";

/// One entry of `fragments`. Fields that an old or second writer left out are empty.
struct Entry {
    std::string fragment_id;
    std::string tensor_name;
    std::uint32_t shard_index = 0;
    std::optional<std::uint64_t> total_shards;
    std::optional<std::uint64_t> size_bytes;   // "size_bytes", or "file_size" of the second writer
    std::optional<std::uint64_t> data_offset;  // of the tensor
    std::string hash16;                        // "checksum", or the beginning of the second writer's "hash"; lower case
};

struct ManifestV1 {
    std::string model_name;  // may be empty
    std::uint64_t chunk_size = kChunkBytes;
    std::optional<std::uint64_t> header_size;
    std::vector<Entry> entries;
};

/// Corrupt names the entry, the field and the value. Nothing is checked against the header yet.
Result<ManifestV1> parseManifestV1(std::string_view json);

}  // namespace tessera::v1
