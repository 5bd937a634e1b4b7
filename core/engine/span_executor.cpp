// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/span_executor.h"

#include "core/base/format.h"
#include "core/engine/arch/architecture.h"
#include "core/engine/batch_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tessera {
namespace {

constexpr std::size_t kNodesPerLayer = 64;
constexpr std::size_t kOtherNodes = 64;

template <class T>
std::span<T> dataOf(ggml_tensor* tensor) {
    return {static_cast<T*>(tensor->data), static_cast<std::size_t>(ggml_nelements(tensor))};
}

/// Causal: row r sees cells 0 … first + r.
template <class T>
void fillCausal(std::span<T> mask, std::size_t cells, std::size_t first, T keep, T drop) {
    for (std::size_t row = 0; row * cells < mask.size(); ++row) {
        const auto line = mask.subspan(row * cells, cells);
        const auto visible = std::min(cells, first + row + 1);
        std::fill_n(line.begin(), visible, keep);
        std::fill(line.begin() + static_cast<std::ptrdiff_t>(visible), line.end(), drop);
    }
}

}  // namespace

SpanExecutor::SpanExecutor(std::shared_ptr<const EngineCore> core, LayerSpan span, const SessionOptions& options)
    : m_core(std::move(core)), m_span(span), m_options(options), m_tap(options.tap) {}

SpanExecutor::~SpanExecutor() = default;

Result<std::unique_ptr<SpanExecutor>> SpanExecutor::create(std::shared_ptr<const EngineCore> core, LayerSpan span,
                                                           const SessionOptions& options) {
    std::unique_ptr<SpanExecutor> executor(new SpanExecutor(std::move(core), span, options));
    const auto cells = (options.context_tokens + kCellPadding - 1) / kCellPadding * kCellPadding;
    TESSERA_TRY(executor->m_cache,
                KvCache::create(executor->m_core->parameters, span, options.kv_type, cells, options.flash_attention));
    if (const int order = executor->m_cache->keyRotation()) executor->m_key_rotation = hadamardMatrix(order);
    if (const int order = executor->m_cache->valueRotation()) executor->m_value_rotation = hadamardMatrix(order);
    TESSERA_CHECK(executor->reserve());
    return executor;
}

std::int64_t SpanExecutor::outputRows(const Batch& batch) const {
    if (!hasLastLayer()) return 0;
    if (batch.wanted == Wanted::All) return batch.rows;
    return batch.wanted == Wanted::Last ? 1 : 0;
}

bool SpanExecutor::wholeLastLayer(Wanted wanted) const {
    return hasLastLayer() && givesLogits() && wanted != Wanted::All && m_options.tap && m_options.tap->wantsAllRows();
}

// Memory for the largest prompt graph at once, so that growing later does not move it.
Result<void> SpanExecutor::reserve() {
    const auto layers = static_cast<std::size_t>(m_span.layers());
    const auto nodes = layers * kNodesPerLayer + kOtherNodes;
    m_graph_memory.resize(ggml_tensor_overhead() * nodes + ggml_graph_overhead_custom(nodes, false));
    ggml_backend_t backend = m_core->backend->handle();
    ggml_backend_buffer_type_t type = ggml_backend_cpu_buffer_type();
    m_scheduler.reset(ggml_backend_sched_new(&backend, &type, 1, nodes, false, true));
    const std::int64_t rows = std::min(m_options.micro_batch, m_options.context_tokens);
    buildGraph({rows, m_cache->cells(), hasLastLayer() ? 1 : 0, wholeLastLayer(Wanted::Last)});
    if (!ggml_backend_sched_reserve(m_scheduler.get(), m_graph))
        return fail(ErrorKind::OutOfMemory, format("no memory for graphs of {} rows; choose a smaller micro-batch", rows));
    return {};
}

void SpanExecutor::buildGraph(const GraphShape& shape) {
    const auto layers = static_cast<std::size_t>(m_span.layers());
    m_shape.reset();
    m_context.reset();
    m_context.reset(ggml_init({m_graph_memory.size(), m_graph_memory.data(), true}));
    m_graph = ggml_new_graph_custom(m_context.get(), layers * kNodesPerLayer + kOtherNodes, false);

    GraphBuilder builder(m_context.get(), m_graph, m_core->parameters, *m_core->weights, *m_cache, shape,
                         m_options.ablation);
    ggml_tensor* rows = m_span.takesTokens() ? builder.embedTokens() : builder.takeHidden();
    if (hasLayers()) builder.addAttentionInputs();
    if (hasLastLayer()) builder.addOutputSelection();
    for (int layer = m_span.first; layer <= m_span.last; ++layer)
        rows = builder.skips(layer) ? builder.skipLayer(rows, layer) : m_core->architecture->buildLayer(builder, rows, layer);
    bool computes = false;
    for (int layer = m_span.first; layer <= m_span.last; ++layer) computes = computes || !builder.skips(layer);
    if (!computes) builder.keepAttentionInputs();
    m_result = givesLogits() ? builder.logits(rows) : rows;
    ggml_set_output(m_result);
    builder.expand(m_result);
    m_inputs = builder.inputs();
}

Result<void> SpanExecutor::prepareGraph(const GraphShape& shape) {
    if (m_shape == shape) return {};
    ggml_backend_sched_reset(m_scheduler.get());
    buildGraph(shape);
    ggml_backend_sched_set_eval_callback(m_scheduler.get(), m_options.tap ? &TapReader::callback : nullptr, &m_tap);
    if (!ggml_backend_sched_alloc_graph(m_scheduler.get(), m_graph))
        return fail(ErrorKind::OutOfMemory, format("no memory for a graph of {} rows; choose a smaller micro-batch", shape.rows));
    m_shape = shape;
    return {};
}

void SpanExecutor::fillMask(const Batch& batch) {
    const auto cells = static_cast<std::size_t>(m_inputs.mask->ne[0]);
    if (m_inputs.mask->type == GGML_TYPE_F16) {
        static const ggml_fp16_t drop = ggml_fp32_to_fp16(-INFINITY);
        fillCausal<ggml_fp16_t>(dataOf<ggml_fp16_t>(m_inputs.mask), cells, batch.first_position, 0, drop);
    } else {
        fillCausal<float>(dataOf<float>(m_inputs.mask), cells, batch.first_position, 0.0f, -INFINITY);
    }
}

void SpanExecutor::fillCells(const Batch& batch) {
    const auto first = static_cast<std::int64_t>(batch.first_position);
    auto keys = dataOf<std::int64_t>(m_inputs.key_cells);
    for (std::size_t row = 0; row < keys.size(); ++row) keys[row] = first + static_cast<std::int64_t>(row);
    auto values = dataOf<std::int64_t>(m_inputs.value_cells);
    if (m_cache->flashAttention()) {
        std::copy(keys.begin(), keys.end(), values.begin());
        return;
    }
    const auto width = values.size() / keys.size();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int64_t>(i % width) * m_cache->cells() + keys[i / width];
}

void SpanExecutor::fillInputs(const Batch& batch) {
    if (m_inputs.tokens) {
        std::memcpy(m_inputs.tokens->data, batch.tokens.data(), batch.tokens.size_bytes());
    } else {
        std::memcpy(m_inputs.hidden->data, batch.hidden.data(), batch.hidden.size_bytes());
    }
    if (hasLayers()) fillAttention(batch);
    if (m_inputs.outputs) {
        // All rows, or only the last one.
        auto outputs = dataOf<std::int32_t>(m_inputs.outputs);
        const auto first = batch.rows - outputs.size();
        for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] = static_cast<std::int32_t>(first + i);
    }
}

void SpanExecutor::fillAttention(const Batch& batch) {
    auto positions = dataOf<std::int32_t>(m_inputs.positions);
    for (std::size_t row = 0; row < positions.size(); ++row)
        positions[row] = static_cast<std::int32_t>(batch.first_position + row);
    fillCells(batch);
    fillMask(batch);
    fillHeadMasks();
    if (m_inputs.key_rotation) std::ranges::copy(m_key_rotation, dataOf<float>(m_inputs.key_rotation).begin());
    if (m_inputs.value_rotation) std::ranges::copy(m_value_rotation, dataOf<float>(m_inputs.value_rotation).begin());
}

void SpanExecutor::fillHeadMasks() {
    const auto size = static_cast<std::size_t>(m_core->parameters.head_size);
    for (const auto& mask : m_inputs.head_masks) {
        auto factors = dataOf<float>(mask.factors);
        std::ranges::fill(factors, 1.0f);
        for (const HeadIndex& head : m_options.ablation.heads)
            if (head.layer == mask.layer) std::ranges::fill(factors.subspan(static_cast<std::size_t>(head.head) * size, size), 0.0f);
    }
}

void SpanExecutor::readResult(const Batch& batch, Rows& out) const {
    const auto columns = static_cast<std::size_t>(m_result->ne[0]);
    const auto computed = static_cast<std::size_t>(m_result->ne[1]);
    std::size_t wanted = computed;
    if (hasLastLayer() && batch.wanted != Wanted::All) wanted = batch.wanted == Wanted::Last ? 1 : 0;
    out.columns = columns;
    if (wanted == 0) return;
    const auto at = out.values.size();
    out.values.resize(at + wanted * columns);
    out.rows += wanted;
    ggml_backend_tensor_get(m_result, out.values.data() + at, (computed - wanted) * columns * sizeof(float),
                            wanted * columns * sizeof(float));
}

Result<void> SpanExecutor::compute(const Batch& batch, const std::atomic<bool>& cancel, Rows& out) {
    const auto end = batch.first_position + batch.rows;
    TESSERA_CHECK(prepareGraph({batch.rows, visibleCells(end, m_cache->cells()), outputRows(batch), wholeLastLayer(batch.wanted)}));
    fillInputs(batch);

    auto& backend = *m_core->backend;
    if (!backend.setReferenceAttention(usesReferenceAttention(batch.rows, m_options.exact)) &&
        m_options.exact == ExactPolicy::On)
        return fail(ErrorKind::Unsupported, "this ggml cannot compute attention row by row; use --exact off");
    backend.watch(&cancel);
    const auto status = ggml_backend_sched_graph_compute(m_scheduler.get(), m_graph);
    backend.watch(nullptr);
    if (status == GGML_STATUS_ABORTED) return fail(ErrorKind::Cancelled, "stopped");
    if (status == GGML_STATUS_ALLOC_FAILED) return fail(ErrorKind::OutOfMemory, "ggml had no memory to compute");
    if (status != GGML_STATUS_SUCCESS) return fail(ErrorKind::Unsupported, "ggml could not compute the graph");
    TESSERA_CHECK(m_core->source->takeMappingFault());
    readResult(batch, out);
    return {};
}

}  // namespace tessera
