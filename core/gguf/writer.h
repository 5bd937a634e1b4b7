// SPDX-License-Identifier: GPL-3.0-or-later
// Writes GGUF files: for tests, generated models and tools. Recombination does not need it (it restores bytes).
#pragma once

#include "core/base/result.h"
#include "core/gguf/model.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// A tensor to write; `bytes` in the native type, rows in order. The size is checked against type and shape.
struct GgufTensorData {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;  // innermost first, 1…4 dimensions
    std::vector<std::byte> bytes;
};

struct GgufWriteOptions {
    std::uint32_t version = 3;      // 2 or 3
    std::uint32_t alignment = 32;   // power of two; other than 32 is written as general.alignment
};

/// The file as bytes, header and data. InvalidArgument on sizes that do not fit.
Result<std::vector<std::byte>> ggufBytes(const Metadata& metadata, const std::vector<GgufTensorData>& tensors,
                                         const GgufWriteOptions& options = {});

/// ggufBytes into a file, which appears whole or not at all.
Result<void> writeGguf(const std::filesystem::path& path, const Metadata& metadata,
                       const std::vector<GgufTensorData>& tensors, const GgufWriteOptions& options = {});

}  // namespace tessera
