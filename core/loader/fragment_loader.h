// SPDX-License-Identifier: GPL-3.0-or-later
// Where fragments come from. One folder per way: local/, network/, p2p/. Every loader passes tests/loader's contract.
#pragma once

#include "core/base/operation.h"
#include "core/fragment/fragment_store.h"
#include "core/gguf/tensor_type.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A tensor as loaded: native bytes, rows in order.
struct LoadedTensor {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;  // innermost first
    std::vector<std::byte> bytes;
    std::vector<FragmentIndex> fragments;

    /// float32 values in the same order, through ggml's own functions.
    Result<std::vector<float>> toFloat32() const;
};

/// Thread-safe. Nothing that has not met its hash leaves a loader.
class FragmentLoader {
public:
    virtual ~FragmentLoader() = default;

    virtual const Manifest& manifest() const = 0;

    /// The verified bytes of a fragment. NotFound (nobody has it), Corrupt (hash differs, and no other source),
    /// Cancelled, Io, Network; the message names the fragment.
    virtual Result<std::vector<std::byte>> loadRaw(FragmentIndex fragment, const Operation& operation) = 0;

    /// A whole tensor. NotFound when the manifest has no such tensor.
    virtual Result<LoadedTensor> loadTensor(std::string_view name, const Operation& operation) = 0;
};

}  // namespace tessera
