// SPDX-License-Identifier: GPL-3.0-or-later
// Computes batches of rows through one span of layers on the engine's thread: the KV cache, the graph, its memory.
#pragma once

#include "core/engine/engine_core.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/kv_cache.h"
#include "core/engine/tap_reader.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace tessera {

/// Rows of one graph. Exactly one of tokens and hidden is filled.
struct Batch {
    std::uint32_t first_position = 0;
    std::span<const TokenId> tokens;
    std::span<const float> hidden;  // [rows × embedding]
    std::uint32_t rows = 0;
    Wanted wanted = Wanted::Last;   // for the last span
};

/// One sequence. Every method on the engine's thread. The graph is built anew only when its shape changes: every 256
/// tokens while decoding.
class SpanExecutor {
public:
    static Result<std::unique_ptr<SpanExecutor>> create(std::shared_ptr<const EngineCore> core, LayerSpan span,
                                                        const SessionOptions& options);
    ~SpanExecutor();

    /// Appends the wanted rows to `out`. Cancelled when `*cancel` became true meanwhile; the cells of the batch are
    /// then undefined.
    Result<void> compute(const Batch& batch, const std::atomic<bool>& cancel, Rows& out);

private:
    SpanExecutor(std::shared_ptr<const EngineCore> core, LayerSpan span, const SessionOptions& options);
    bool hasLayers() const { return m_span.layers() > 0; }
    bool hasLastLayer() const { return hasLayers() && m_span.last == m_core->parameters.layers - 1; }
    bool givesLogits() const { return m_span.last == m_core->parameters.layers - 1 && !m_span.bare; }

    std::int64_t outputRows(const Batch& batch) const;
    bool wholeLastLayer(Wanted wanted) const;
    Result<void> reserve();
    Result<void> prepareGraph(const GraphShape& shape);
    void buildGraph(const GraphShape& shape);
    void fillInputs(const Batch& batch);
    void fillAttention(const Batch& batch);
    void fillMask(const Batch& batch);
    void fillCells(const Batch& batch);
    void fillHeadMasks();
    void readResult(const Batch& batch, Rows& out) const;

    std::shared_ptr<const EngineCore> m_core;
    LayerSpan m_span;
    SessionOptions m_options;
    std::unique_ptr<KvCache> m_cache;
    TapReader m_tap;
    std::vector<float> m_key_rotation;
    std::vector<float> m_value_rotation;

    std::vector<std::byte> m_graph_memory;
    GgmlContext m_context;
    GgmlScheduler m_scheduler;
    ggml_cgraph* m_graph = nullptr;
    ggml_tensor* m_result = nullptr;
    GraphInputs m_inputs;
    std::optional<GraphShape> m_shape;  // of the graph that is allocated
};

}  // namespace tessera
