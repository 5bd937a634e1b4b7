// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/v1/v1_layout.h"

#include "core/base/format.h"
#include "core/fragment/plan.h"

#include <algorithm>

namespace tessera::v1 {

std::uint64_t headerBytes(const GgufModel& model) {
    std::uint64_t first = model.tensors.empty() ? model.files.front().data_offset : UINT64_MAX;
    for (const TensorInfo& tensor : model.tensors) first = std::min(first, tensor.offset);
    return first;
}

std::uint64_t fileBytes(const GgufModel& model) {
    const GgufFileInfo& file = model.files.front();
    std::uint64_t end = file.data_offset;
    for (const TensorInfo& tensor : model.tensors) end = std::max(end, tensor.offset + tensor.size_bytes);
    return file.data_offset + (end - file.data_offset + file.alignment - 1) / file.alignment * file.alignment;
}

namespace {

Fragment describe(const TensorInfo& tensor, std::uint64_t chunk_size) {
    const TensorPlace place = placeOf(tensor.name);
    Fragment shard;
    shard.tensor_name = tensor.name;
    shard.tensor_type = tensor.type;
    shard.shape.assign(tensor.shape.begin(), tensor.shape.begin() + tensor.dimensions);
    shard.total_shards = static_cast<std::uint32_t>((tensor.size_bytes + chunk_size - 1) / chunk_size);
    shard.layer = place.layer;
    shard.component = place.component;
    return shard;
}

void addShards(const TensorInfo& tensor, std::uint64_t chunk_size, std::vector<Fragment>& plan) {
    Fragment shard = describe(tensor, chunk_size);
    for (std::uint64_t begin = 0; begin < tensor.size_bytes; begin += chunk_size) {
        const std::uint64_t end = std::min(begin + chunk_size, tensor.size_bytes);
        shard.offset = tensor.offset + begin;
        shard.size_bytes = end - begin;
        shard.first_row = static_cast<std::int64_t>(begin / tensor.row_bytes);
        shard.row_count = static_cast<std::int64_t>((end + tensor.row_bytes - 1) / tensor.row_bytes) - shard.first_row;
        plan.push_back(shard);
        ++shard.shard_index;
    }
}

}  // namespace

Result<std::vector<Fragment>> planV1(const GgufModel& model, std::uint64_t chunk_size) {
    std::vector<Fragment> plan(1);
    plan.front().kind = FragmentKind::Header;
    plan.front().size_bytes = headerBytes(model);
    for (const TensorInfo& tensor : model.tensors) {
        if (tensor.size_bytes / chunk_size > limits::kMaxFragments - plan.size()) {
            return fail(ErrorKind::Corrupt,
                        fmt::format("the model would have more than {} fragments", limits::kMaxFragments));
        }
        addShards(tensor, chunk_size, plan);
    }
    std::sort(plan.begin(), plan.end(), [](const Fragment& a, const Fragment& b) { return a.offset < b.offset; });
    return plan;
}

}  // namespace tessera::v1
