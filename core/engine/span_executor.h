// SPDX-License-Identifier: GPL-3.0-or-later
// One sequence in one span of layers: its KV cache and its graph.
#pragma once

#include "core/engine/kv_cache.h"
#include "core/engine/span_graph.h"

#include <atomic>
#include <memory>

namespace tessera {

/// Every method on the engine's thread.
class SpanExecutor {
public:
    /// OutOfMemory also when the engine's memory budget has no room for the session.
    static Result<std::unique_ptr<SpanExecutor>> create(const std::shared_ptr<const EngineCore>& core, LayerSpan span,
                                                        const SessionOptions& options);

    /// Appends the wanted rows to `out`. Cancelled when `*cancel` became true meanwhile; the cells of the batch are
    /// then undefined.
    Result<void> compute(const Batch& batch, const std::atomic<bool>& cancel, Rows& out);

    const KvCache& cache() const { return *m_cache; }
    KvCache& cache() { return *m_cache; }

private:
    SpanExecutor(std::unique_ptr<KvCache> cache, std::shared_ptr<const EngineCore> core, LayerSpan span, const SessionOptions& options)
        : m_core(std::move(core)), m_cache(std::move(cache)), m_graph(*m_core, span, options) {}

    std::shared_ptr<const EngineCore> m_core;
    MemoryBudget::Share m_share;
    MemoryBudget::Share m_graph_share;
    std::unique_ptr<KvCache> m_cache;
    SpanGraph m_graph;
};

}  // namespace tessera
