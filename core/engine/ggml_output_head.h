// SPDX-License-Identifier: GPL-3.0-or-later
// An OutputHead as a ggml graph. Internal to core/engine.
#pragma once

#include "core/engine/cpu_backend.h"
#include "core/engine/output_head.h"
#include "core/engine/weights.h"
#include "core/gguf/tensor_source.h"

#include <memory>

namespace tessera {

/// The tensors and constants of a model's end.
struct OutputParts {
    const TensorSource* source = nullptr;  // asked for faults of mapped memory
    Weight norm = {};
    Weight norm_bias = {};
    Weight matrix = {};  // [embedding × vocabulary]
    Weight matrix_bias = {};
    bool layer_norm = false;  // otherwise RMS norm
    float epsilon = 0.0f;
    float soft_cap = 0.0f;  // c·tanh(x / c) of the logits; 0: none
};

/// `owner` keeps weights and backend alive.
std::unique_ptr<OutputHead> makeOutputHead(const OutputParts& parts, const CpuBackend& backend,
                                           std::shared_ptr<const void> owner);

/// From the tensors themselves, for an engine that keeps them out of reach: in place where the source maps them.
/// Unsupported when the model has no final norm and output matrix of the usual names.
Result<std::unique_ptr<OutputHead>> loadOutputHead(const TensorSource& source, int threads, const Operation& operation);

}  // namespace tessera
