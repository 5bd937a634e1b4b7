// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/span_executor.h"

#include "core/engine/expert_cache.h"
#include "core/engine/model_facts.h"

#include <algorithm>

namespace tessera {

Result<std::unique_ptr<SpanExecutor>> SpanExecutor::create(const std::shared_ptr<const EngineCore>& core, LayerSpan span,
                                                           const SessionOptions& options) {
    const auto cells = (options.context_tokens + kCellPadding - 1) / kCellPadding * kCellPadding;
    ModelFacts of_span = core->facts;
    of_span.layers = static_cast<std::uint32_t>(span.layers());
    TESSERA_TRY(auto share, core->budget->take(kvCacheBytes(of_span, cells, options.kv_type), "the keys and values of a session"));
    TESSERA_TRY(auto cache, KvCache::create(core->parameters, span, options.kv_type, cells, options.flash_attention));
    std::unique_ptr<SpanExecutor> executor(new SpanExecutor(std::move(cache), core, span, options));
    executor->m_share = std::move(share);
    TESSERA_CHECK(executor->m_graph.reserve(executor->cache()));
    TESSERA_TRY(executor->m_graph_share, core->budget->take(executor->m_graph.memoryBytes(), "the graphs of a session"));
    if (const ExpertCache* experts = core->weights->experts())
        TESSERA_CHECK(experts->checkStep(std::min(options.micro_batch, options.context_tokens)));
    return executor;
}

Result<void> SpanExecutor::compute(const Batch& batch, const std::atomic<bool>& cancel, Rows& out) {
    const SequenceBatch alone{m_cache.get(), batch, &out};
    return m_graph.compute(std::span(&alone, 1), cancel);
}

}  // namespace tessera
