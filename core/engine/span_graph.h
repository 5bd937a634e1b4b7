// SPDX-License-Identifier: GPL-3.0-or-later
// The ggml graph of one span of layers and the memory it needs: for the rows of one sequence, or for one row of each of
// several sequences, which then share every read of the weights.
#pragma once

#include "core/engine/engine_core.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/kv_cache.h"
#include "core/engine/tap_reader.h"
#include "core/engine/team_size.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tessera {

/// Rows of one sequence. Exactly one of tokens and hidden is filled.
struct Batch {
    std::uint32_t first_position = 0;
    std::span<const TokenId> tokens;
    std::span<const float> hidden;  // [rows × embedding]
    std::uint32_t rows = 0;
    Wanted wanted = Wanted::Last;   // for the last span
};

/// Several of these in one graph have one row each, which is wanted.
struct SequenceBatch {
    const KvCache* cache = nullptr;
    Batch batch;
    Rows* out = nullptr;  // the wanted rows are appended
};

/// Every method on the engine's thread; the core outlives it. The graph is built anew only when its shape changes:
/// every 256 tokens while one sequence decodes, and when another set of sequences does.
class SpanGraph {
public:
    /// The tap and the ablation of `options` are looked at by graphs of one sequence only.
    SpanGraph(const EngineCore& core, LayerSpan span, const SessionOptions& options);

    /// Memory for the largest prompt graph at once, so that growing later does not move it.
    Result<void> reserve(const KvCache& cache);

    /// Of the largest graph so far.
    std::uint64_t memoryBytes() const;

    /// Cancelled when `*cancel` became true meanwhile; the cells of the batches are then undefined.
    Result<void> compute(std::span<const SequenceBatch> sequences, const std::atomic<bool>& cancel);

private:
    bool hasLayers() const { return m_span.layers() > 0; }
    bool hasLastLayer() const { return hasLayers() && m_span.last == m_core.parameters.layers - 1; }
    bool givesLogits() const { return m_span.last == m_core.parameters.layers - 1 && !m_span.bare; }

    std::int64_t outputRows(const Batch& batch) const;
    bool wholeLastLayer(Wanted wanted) const;
    OwnKernelUse ownKernelUse(const GraphShape& shape) const;
    GraphShape shapeOf(std::span<const SequenceBatch> sequences) const;
    std::size_t nodesFor(std::size_t sequences) const;
    void makeRoom(std::size_t sequences);
    Result<void> prepare(const GraphShape& shape);
    void build(const GraphShape& shape);
    void fillInputs(std::span<const SequenceBatch> sequences);
    void fillAttention(std::span<const SequenceBatch> sequences);
    static void fillMask(ggml_tensor* mask, const Batch& batch, std::size_t window);
    void fillCells(std::span<const SequenceBatch> sequences);
    void fillOutputs(std::uint32_t rows);
    void fillHeadMasks();
    ggml_status computeGraph(const GraphShape& shape, const std::atomic<bool>& cancel);
    void readResult(std::span<const SequenceBatch> sequences) const;

    const EngineCore& m_core;
    LayerSpan m_span;
    SessionOptions m_options;
    TapReader m_tap;
    std::vector<float> m_key_rotation;
    std::vector<float> m_value_rotation;

    std::size_t m_room = 0;  // sequences that memory and scheduler are large enough for
    std::vector<std::byte> m_graph_memory;
    GgmlContext m_context;
    GgmlScheduler m_scheduler;
    ggml_cgraph* m_graph = nullptr;
    ggml_tensor* m_result = nullptr;
    GraphInputs m_inputs;
    std::optional<GraphShape> m_shape;  // of the graph that is allocated
    TeamSize m_team;
    LargeTeamSize m_large_team;
    std::size_t m_team_sequences = 0;   // that the last of them had
};

}  // namespace tessera
