// SPDX-License-Identifier: GPL-3.0-or-later
// Reads GGUF headers, version 2 and 3, little-endian. Every byte is taken as hostile: see core/base/limits.h.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include "core/base/result.h"
#include "core/gguf/model.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace tessera {

/// One parsed header: what one file says alone.
struct GgufHeader {
    GgufFileInfo file;
    Metadata metadata;
    std::vector<TensorInfo> tensors;  // offsets absolute, file_index 0
};

/// Parses a header from memory. `bytes` must hold the whole header (it may hold more); `file_bytes` is the size of
/// the whole file, which tensor ranges are checked against. `name` stands in messages.
/// Errors: Corrupt (truncated, bad counts, overlapping or misaligned tensors, duplicate keys or names…),
/// Unsupported (version 1, big-endian, unknown tensor type).
Result<GgufHeader> parseGgufHeader(std::span<const std::byte> bytes, std::uint64_t file_bytes, std::string_view name);

/// Reads a model's header(s). When the file is one part of a split model ("…-00001-of-00003.gguf" and `split.count`),
/// all parts are found beside it, whichever part was named, and checked against each other.
Result<GgufModel> readGgufModel(const std::filesystem::path& path);

/// The files that make up the model `path` names, in order.
Result<std::vector<std::filesystem::path>> ggufModelFiles(const std::filesystem::path& path);

/// Joins headers of a split model's parts (or one header) into a model; checks split.no, split.count, tensor counts.
Result<GgufModel> joinGgufHeaders(std::vector<GgufHeader> headers);

}  // namespace tessera
