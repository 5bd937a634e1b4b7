// SPDX-License-Identifier: GPL-3.0-or-later
// What a GGUF header says: metadata and where each tensor's bytes are. Plain immutable data, no file handle.
#pragma once

#include "core/gguf/metadata.h"
#include "core/gguf/tensor_type.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tessera {

/// One tensor. `shape` is in GGUF order, innermost first: a weight of a linear layer is [inputs, outputs], stored as
/// `outputs` rows of `inputs` elements. Sizes have been checked: they do not overflow and lie inside the file.
struct TensorInfo {
    std::string name;
    TensorType type = TensorType::F32;
    std::array<std::int64_t, 4> shape{1, 1, 1, 1};
    std::uint32_t dimensions = 1;    // 1…4, how many of `shape` the file names
    std::uint32_t file_index = 0;    // which file of a split model
    std::uint64_t offset = 0;        // bytes from the start of that file (absolute)
    std::uint64_t size_bytes = 0;
    std::uint64_t row_bytes = 0;     // of one row of shape[0] elements

    std::int64_t elementCount() const { return shape[0] * rowCount(); }
    /// Rows of shape[0] elements, over all outer dimensions.
    std::int64_t rowCount() const { return shape[1] * shape[2] * shape[3]; }
};

/// One file of the model. `data_offset` is where tensor data begins (= header size with padding).
struct GgufFileInfo {
    std::string name;               // file name without folders, as in the manifest
    std::uint32_t version = 3;      // 2 or 3
    std::uint32_t alignment = 32;
    std::uint64_t data_offset = 0;
    std::uint64_t size_bytes = 0;
};

/// A whole model: all files' tensors in file order, metadata of the first file.
class GgufModel {
public:
    std::vector<GgufFileInfo> files;
    Metadata metadata;
    std::vector<TensorInfo> tensors;

    /// Null when there is no tensor of that name.
    const TensorInfo* findTensor(std::string_view name) const;
    /// `general.architecture`, "" when missing.
    std::string architecture() const;
    /// Call after filling `tensors`. Fails with Corrupt on a duplicate name.
    Result<void> indexTensors();

private:
    std::unordered_map<std::string_view, std::size_t> m_index;  // views into tensors' names

public:
    GgufModel() = default;
    GgufModel(GgufModel&&) = default;
    GgufModel& operator=(GgufModel&&) = default;
    GgufModel(const GgufModel&) = delete;  // m_index points into tensors
    GgufModel& operator=(const GgufModel&) = delete;
};

}  // namespace tessera
