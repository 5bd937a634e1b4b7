// SPDX-License-Identifier: GPL-3.0-or-later
// Where the cuts fall: a pure function of a model's header. The rules are those of docs/FRAGMENTS.md, "Cutting".
#pragma once

#include "core/fragment/manifest.h"
#include "core/gguf/model.h"

namespace tessera {

struct PlanOptions {
    std::uint64_t fragment_size = limits::kDefaultFragmentBytes;  // kMinFragmentBytes…kMaxFragmentBytes
};

/// Non-zero bytes between tensors, found by the fragmenter; becomes a fragment of kind Gap.
struct GapRange {
    std::uint32_t file_index = 0;
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
};

/// All fragments of the model with empty hash and id, by file and offset. InvalidArgument for a fragment_size out of range.
Result<std::vector<Fragment>> planFragments(const GgufModel& model, const PlanOptions& options,
                                            std::span<const GapRange> gaps = {});

/// The stretches of each file that belong to no tensor and no header, by file and offset.
std::vector<GapRange> gapsOf(const GgufModel& model);

/// Layer, component and expert-ness of a tensor, from its name ("blk.7.ffn_up_exps.weight").
struct TensorPlace {
    LayerIndex layer = kOtherLayer;
    std::string component;
    bool experts = false;
};
TensorPlace placeOf(std::string_view tensor_name);

/// "blk.0.attn_q.weight.S0.9f1c2ab3d4e5f607"; characters outside [A-Za-z0-9._-] are replaced, long names shortened.
std::string fragmentId(const Fragment& fragment);

}  // namespace tessera
