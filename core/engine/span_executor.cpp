// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/span_executor.h"

namespace tessera {

Result<std::unique_ptr<SpanExecutor>> SpanExecutor::create(const std::shared_ptr<const EngineCore>& core, LayerSpan span,
                                                           const SessionOptions& options) {
    const auto cells = (options.context_tokens + kCellPadding - 1) / kCellPadding * kCellPadding;
    TESSERA_TRY(auto cache, KvCache::create(core->parameters, span, options.kv_type, cells, options.flash_attention));
    std::unique_ptr<SpanExecutor> executor(new SpanExecutor(std::move(cache), core, span, options));
    TESSERA_CHECK(executor->m_graph.reserve(executor->cache()));
    return executor;
}

Result<void> SpanExecutor::compute(const Batch& batch, const std::atomic<bool>& cancel, Rows& out) {
    const SequenceBatch alone{m_cache.get(), batch, &out};
    return m_graph.compute(std::span(&alone, 1), cancel);
}

}  // namespace tessera
