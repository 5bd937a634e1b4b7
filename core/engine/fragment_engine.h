// SPDX-License-Identifier: GPL-3.0-or-later
// Our engine: a ggml graph per architecture over weights from a TensorSource.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/layer_runner.h"
#include "core/engine/row_multiplier.h"
#include "core/gguf/tensor_source.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// One-row steps so far: sessions that decode at the same time share steps.
struct DecodeStatistics {
    std::uint64_t steps = 0;
    std::uint64_t rows = 0;  // of all sessions together: rows / steps is how many were computed at once
};

/// An Engine that can also compute a part of the model.
class FragmentEngine : public Engine {
public:
    /// A runner of `span` with its own KV cache. Only layers that the engine was loaded with.
    virtual Result<std::unique_ptr<LayerRunner>> createRunner(LayerSpan span, const SessionOptions& options) = 0;
    /// What is loaded.
    virtual LayerSpan span() const = 0;
    /// Whether a row's bits are the same however many rows are computed at once, below 64 of them.
    virtual bool hasIndependentRows() = 0;
    /// What the bits depend on, beside the session's options: ggml's commit, the processor's instruction sets, how
    /// weights are laid out. Two engines whose texts are equal compute the same bits.
    virtual std::string numericsClass() const = 0;
    virtual DecodeStatistics decodeStatistics() const = 0;
    /// For an engine elsewhere, whose numerics class is numericsClassOf(RepackPolicy::Off): rows of any tensor whose
    /// bytes the source has, whatever layers are loaded. Errors as makeRowMultiplier(); the result is not loaded yet.
    virtual Result<std::unique_ptr<RowMultiplier>> createRowMultiplier(std::vector<RowRange> ranges) = 0;
};

/// FragmentEngine::numericsClass() of an engine that lays weights out by `repack` and multiplies with `kernels`.
std::string numericsClassOf(RepackPolicy repack, KernelPolicy kernels = KernelPolicy::Ggml);

/// Loads the weights of `span` (everything when nullopt; LayerSpan says what an empty or bare one is): in place where the source maps them, otherwise read into
/// memory; repacked by options. Unsupported names the architecture when arch/ has no file for it. Progress counts
/// bytes. The source must outlive the engine.
Result<std::unique_ptr<FragmentEngine>> loadFragmentEngine(const TensorSource& source, const EngineOptions& options,
                                                           const Operation& operation,
                                                           std::optional<LayerSpan> span = std::nullopt);

/// Architectures that arch/ has a file for.
std::vector<std::string> supportedArchitectures();

}  // namespace tessera
