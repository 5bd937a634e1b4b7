// SPDX-License-Identifier: GPL-3.0-or-later
// What all sessions of one loaded model share.
#pragma once

#include "core/engine/cpu_backend.h"
#include "core/engine/engine.h"
#include "core/engine/hyperparameters.h"
#include "core/engine/memory_budget.h"
#include "core/engine/weights.h"
#include "core/gguf/tensor_source.h"

#include <memory>
#include <optional>

namespace tessera {

class Architecture;
class StepBatcher;

/// Immutable after loading, but for the backend, which only the engine's thread uses.
struct EngineCore {
    const TensorSource* source = nullptr;
    const Architecture* architecture = nullptr;
    Hyperparameters parameters;
    ModelFacts facts;
    LayerSpan span;  // what is loaded
    bool own_kernels = false;
    std::unique_ptr<MemoryBudget> budget;    // outlives the weights, whose experts live in what is left of it
    std::unique_ptr<Weights> weights;
    MemoryBudget::Share weights_share;
    std::unique_ptr<CpuBackend> backend;
    std::shared_ptr<StepBatcher> batcher;          // sessions that decode at the same time
    mutable std::optional<bool> rows_independent;  // tried when a session first asks; engine's thread only
};

}  // namespace tessera
