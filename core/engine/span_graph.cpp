// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/span_graph.h"

#include "core/base/format.h"
#include "core/base/platform/system.h"
#include "core/engine/arch/architecture.h"
#include "core/engine/batch_plan.h"
#include "core/engine/expert_cache.h"
#include "core/engine/moe_block.h"
#include "core/engine/row_exchange.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

namespace tessera {
namespace {

constexpr std::size_t kNodesPerLayer = 96;
constexpr std::size_t kNodesPerLayerAndSequence = 24;  // of graphs of several: 18 nodes and 2 leafs at most
constexpr std::size_t kOtherNodes = 64;
constexpr std::size_t kNodesPerLayerOfSplits = 32;     // two or three beside each product of a split matrix

template <class T>
std::span<T> dataOf(ggml_tensor* tensor) {
    return {static_cast<T*>(tensor->data), static_cast<std::size_t>(ggml_nelements(tensor))};
}

/// Causal: row r sees cells 0 … first + r, or the last `window` of these.
template <class T>
void fillCausal(std::span<T> mask, std::size_t cells, std::size_t first, std::size_t window, T keep, T drop) {
    for (std::size_t row = 0; row * cells < mask.size(); ++row) {
        const auto line = mask.subspan(row * cells, cells);
        const auto end = std::min(cells, first + row + 1);
        std::ranges::fill(line, drop);
        std::ranges::fill(line.subspan(0, end).last(std::min(window, end)), keep);
    }
}

}  // namespace

SpanGraph::SpanGraph(const EngineCore& core, LayerSpan span, const SessionOptions& options)
    : m_core(core), m_span(span), m_options(options), m_tap(options.tap), m_team(core.backend->threads()),
      m_large_team(core.backend->threads(), core.backend->threads() >= processorCount()) {}

std::int64_t SpanGraph::outputRows(const Batch& batch) const {
    if (!hasLastLayer()) return 0;
    if (batch.wanted == Wanted::All) return batch.rows;
    return batch.wanted == Wanted::Last ? 1 : 0;
}

bool SpanGraph::wholeLastLayer(Wanted wanted) const {
    return hasLastLayer() && wanted != Wanted::All &&
           ((givesLogits() && m_core.parameters.whole_last_layer) || (m_options.tap && m_options.tap->wantsAllRows()));
}

GraphShape SpanGraph::shapeOf(std::span<const SequenceBatch> sequences) const {
    GraphShape shape;
    for (const auto& [cache, batch, out] : sequences) {
        shape.rows += batch.rows;
        shape.outputs += outputRows(batch);
        shape.sequences.push_back({cache, visibleCells(batch.first_position + batch.rows, cache->cells())});
    }
    shape.whole_last_layer = sequences.size() == 1 && wholeLastLayer(sequences.front().batch.wanted);
    return shape;
}

std::size_t SpanGraph::nodesFor(std::size_t sequences) const {
    const auto layers = static_cast<std::size_t>(m_span.layers());
    const auto separate = sequences > 1 ? sequences * kNodesPerLayerAndSequence : 0;
    const auto splits = m_core.weights->exchange() ? kNodesPerLayerOfSplits : 0;
    return layers * (kNodesPerLayer + separate + splits + expertNodes(m_core.parameters.moe)) + kOtherNodes + sequences;
}

void SpanGraph::makeRoom(std::size_t sequences) {
    if (sequences <= m_room) return;
    m_room = std::bit_ceil(sequences);
    const auto nodes = nodesFor(m_room);
    m_shape.reset();
    m_context.reset();
    m_graph_memory.resize(ggml_tensor_overhead() * nodes + ggml_graph_overhead_custom(nodes, false));
    ggml_backend_t backend = m_core.backend->handle();
    ggml_backend_buffer_type_t type = ggml_backend_cpu_buffer_type();
    m_scheduler.reset(ggml_backend_sched_new(&backend, &type, 1, nodes, false, true));
}

Result<void> SpanGraph::reserve(const KvCache& cache) {
    makeRoom(1);
    if (const int order = cache.keyRotation()) m_key_rotation = hadamardMatrix(order);
    if (const int order = cache.valueRotation()) m_value_rotation = hadamardMatrix(order);
    const std::int64_t rows = std::min(m_options.micro_batch, m_options.context_tokens);
    build({rows, {{&cache, cache.cells()}}, hasLastLayer() ? 1 : 0, wholeLastLayer(Wanted::Last)});
    if (!ggml_backend_sched_reserve(m_scheduler.get(), m_graph))
        return fail(ErrorKind::OutOfMemory, format("no memory for graphs of {} rows; choose a smaller micro-batch", rows));
    return {};
}

std::uint64_t SpanGraph::memoryBytes() const {
    return m_graph_memory.size() + ggml_backend_sched_get_buffer_size(m_scheduler.get(), m_core.backend->handle());
}

/// Types that take single rows, everywhere: a row's bits do not depend on the rows beside it. Others only for what cannot be
/// asked for in other pieces later, one by one or beside other sequences.
OwnKernelUse SpanGraph::ownKernelUse(const GraphShape& shape) const {
    if (!m_core.own_kernels) return OwnKernelUse::None;
    const bool all = shape.sequences.size() == 1 && !usesReferenceAttention(static_cast<std::uint32_t>(shape.rows), m_options.exact);
    return all ? OwnKernelUse::All : OwnKernelUse::FewRowTypes;
}

void SpanGraph::build(const GraphShape& shape) {
    m_shape.reset();
    m_context.reset();
    m_context.reset(ggml_init({m_graph_memory.size(), m_graph_memory.data(), true}));
    m_graph = ggml_new_graph_custom(m_context.get(), nodesFor(m_room), false);

    GraphBuilder builder(m_context.get(), m_graph, m_core.parameters, *m_core.weights, shape, m_options.ablation, ownKernelUse(shape));
    ggml_tensor* rows = m_span.takesTokens() ? builder.embedTokens() : builder.takeHidden();
    if (hasLayers()) builder.addAttentionInputs();
    if (hasLastLayer() && (givesLogits() || !shape.whole_last_layer)) builder.addOutputSelection();  // else readResult() selects
    for (int layer = m_span.first; layer <= m_span.last; ++layer)
        rows = builder.skips(layer) ? builder.skipLayer(rows, layer) : m_core.architecture->buildLayer(builder, rows, layer);
    if (hasLayers()) builder.keepAttentionInputs();
    m_result = givesLogits() ? builder.logits(rows) : rows;
    ggml_set_output(m_result);
    builder.expand(m_result);
    m_inputs = builder.inputs();
}

Result<void> SpanGraph::prepare(const GraphShape& shape) {
    makeRoom(shape.sequences.size());
    if (m_shape == shape) return {};
    ggml_backend_sched_reset(m_scheduler.get());
    build(shape);
    ggml_backend_sched_set_eval_callback(m_scheduler.get(), m_options.tap ? &TapReader::callback : nullptr, &m_tap);
    if (!ggml_backend_sched_alloc_graph(m_scheduler.get(), m_graph))
        return fail(ErrorKind::OutOfMemory, format("no memory for a graph of {} rows; choose a smaller micro-batch", shape.rows));
    m_shape = shape;
    return {};
}

void SpanGraph::fillMask(ggml_tensor* mask, const Batch& batch, std::size_t window) {
    const auto cells = static_cast<std::size_t>(mask->ne[0]);
    if (mask->type == GGML_TYPE_F16) {
        static const ggml_fp16_t drop = ggml_fp32_to_fp16(-INFINITY);
        fillCausal<ggml_fp16_t>(dataOf<ggml_fp16_t>(mask), cells, batch.first_position, window, 0, drop);
    } else {
        fillCausal<float>(dataOf<float>(mask), cells, batch.first_position, window, 0.0f, -INFINITY);
    }
}

void SpanGraph::fillCells(std::span<const SequenceBatch> sequences) {
    auto keys = dataOf<std::int64_t>(m_inputs.key_cells);
    auto values = dataOf<std::int64_t>(m_inputs.value_cells);
    const auto width = values.size() / keys.size();  // 1, or the values' when these are transposed
    std::size_t row = 0;
    for (const auto& [cache, batch, out] : sequences) {
        for (std::uint32_t i = 0; i < batch.rows; ++i, ++row) {
            keys[row] = static_cast<std::int64_t>(batch.first_position) + i;
            for (std::size_t element = 0; element < width; ++element)
                values[row * width + element] = static_cast<std::int64_t>(element) * cache->cells() + keys[row];
        }
    }
}

void SpanGraph::fillInputs(std::span<const SequenceBatch> sequences) {
    std::size_t row = 0;
    for (const auto& [cache, batch, out] : sequences) {
        if (m_inputs.tokens) {
            std::ranges::copy(batch.tokens, dataOf<TokenId>(m_inputs.tokens).data() + row);
        } else {
            std::ranges::copy(batch.hidden, dataOf<float>(m_inputs.hidden).data() + row * static_cast<std::size_t>(m_inputs.hidden->ne[0]));
        }
        row += batch.rows;
    }
    if (hasLayers()) fillAttention(sequences);
    if (m_inputs.outputs) fillOutputs(static_cast<std::uint32_t>(row));
}

void SpanGraph::fillAttention(std::span<const SequenceBatch> sequences) {
    auto positions = dataOf<std::int32_t>(m_inputs.positions);
    std::size_t row = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const Batch& batch = sequences[i].batch;
        for (std::uint32_t n = 0; n < batch.rows; ++n, ++row) positions[row] = static_cast<std::int32_t>(batch.first_position + n);
        fillMask(m_inputs.masks[i], batch, std::numeric_limits<std::size_t>::max());
        if (!m_inputs.window_masks.empty())
            fillMask(m_inputs.window_masks[i], batch, static_cast<std::size_t>(m_core.parameters.window.positions));
    }
    if (m_inputs.temperatures)
        std::ranges::transform(positions, dataOf<float>(m_inputs.temperatures).begin(),
                               [this](std::int32_t position) { return m_core.parameters.temperature.at(position); });
    fillCells(sequences);
    fillHeadMasks();
    if (m_inputs.key_rotation) std::ranges::copy(m_key_rotation, dataOf<float>(m_inputs.key_rotation).begin());
    if (m_inputs.value_rotation) std::ranges::copy(m_value_rotation, dataOf<float>(m_inputs.value_rotation).begin());
}

/// All rows, or only the last one.
void SpanGraph::fillOutputs(std::uint32_t rows) {
    auto outputs = dataOf<std::int32_t>(m_inputs.outputs);
    const auto first = rows - outputs.size();
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] = static_cast<std::int32_t>(first + i);
}

void SpanGraph::fillHeadMasks() {
    const auto size = static_cast<std::size_t>(m_core.parameters.attendedWidth() / m_core.parameters.heads);
    for (const auto& mask : m_inputs.head_masks) {
        auto factors = dataOf<float>(mask.factors);
        std::ranges::fill(factors, 1.0f);
        for (const HeadIndex& head : m_options.ablation.heads)
            if (head.layer == mask.layer) std::ranges::fill(factors.subspan(static_cast<std::size_t>(head.head) * size, size), 0.0f);
    }
}

void SpanGraph::readResult(std::span<const SequenceBatch> sequences) const {
    const auto columns = static_cast<std::size_t>(m_result->ne[0]);
    const auto computed = static_cast<std::size_t>(m_result->ne[1]);
    const auto read = [&](std::size_t first, std::size_t count, Rows& out) {
        out.columns = columns;
        if (count == 0) return;
        const auto at = out.values.size();
        out.values.resize(at + count * columns);
        out.rows += count;
        ggml_backend_tensor_get(m_result, out.values.data() + at, first * columns * sizeof(float), count * columns * sizeof(float));
    };
    if (sequences.size() > 1) {
        for (std::size_t i = 0; i < sequences.size(); ++i) read(i, 1, *sequences[i].out);
        return;
    }
    const Batch& batch = sequences.front().batch;
    std::size_t wanted = computed;
    if (hasLastLayer() && batch.wanted != Wanted::All) wanted = batch.wanted == Wanted::Last ? 1 : 0;
    read(computed - wanted, wanted, *sequences.front().out);
}

ggml_status SpanGraph::computeGraph(const GraphShape& shape, const std::atomic<bool>& cancel) {
    auto& backend = *m_core.backend;
    const auto compute = [&](int threads) {
        const RowExchange* exchange = m_core.weights->exchange();
        backend.useThreads(threads);
        const ExpertCache* experts = m_core.weights->experts();
        backend.watch(&cancel, exchange ? &exchange->failed() : nullptr, experts ? &experts->failed() : nullptr);
        const auto status = ggml_backend_sched_graph_compute(m_scheduler.get(), m_graph);
        backend.watch(nullptr);
        return status;
    };
    const auto computeAs = [&](auto& team) {
        const auto displaced_before = involuntaryContextSwitches();
        const auto start = std::chrono::steady_clock::now();
        const auto status = compute(team.threads());
        if (status == GGML_STATUS_SUCCESS)
            team.add(std::chrono::steady_clock::now() - start, involuntaryContextSwitches() - displaced_before);
        return status;
    };
    if (static_cast<std::size_t>(shape.rows) > shape.sequences.size()) return computeAs(m_large_team);
    const auto cells = std::ranges::max(shape.sequences, {}, &GraphSequence::cells).cells;
    if (bitsDependOnThreads(static_cast<std::uint32_t>(cells), m_options.exact)) return compute(backend.threads());
    if (m_team_sequences != shape.sequences.size()) m_team.forgetTimes();
    m_team_sequences = shape.sequences.size();
    return computeAs(m_team);
}

Result<void> SpanGraph::compute(std::span<const SequenceBatch> sequences, const std::atomic<bool>& cancel) {
    const GraphShape shape = shapeOf(sequences);
    TESSERA_CHECK(prepare(shape));
    fillInputs(sequences);

    auto& backend = *m_core.backend;
    const bool reference = usesReferenceAttention(static_cast<std::uint32_t>(shape.rows), m_options.exact);
    if (!backend.setReferenceAttention(reference) && m_options.exact == ExactPolicy::On)
        return fail(ErrorKind::Unsupported, "this ggml cannot compute attention row by row; use --exact off");
    RowExchange* exchange = m_core.weights->exchange();
    if (exchange) exchange->beginStep(reference, cancel);
    ExpertCache* experts = m_core.weights->experts();
    if (experts) experts->beginStep();
    const auto status = computeGraph(shape, cancel);
    if (exchange) TESSERA_CHECK(exchange->endStep());
    if (experts) TESSERA_CHECK(experts->endStep());
    if (status == GGML_STATUS_ABORTED) return fail(ErrorKind::Cancelled, "stopped");
    if (status == GGML_STATUS_ALLOC_FAILED) return fail(ErrorKind::OutOfMemory, "ggml had no memory to compute");
    if (status != GGML_STATUS_SUCCESS) return fail(ErrorKind::Unsupported, "ggml could not compute the graph");
    TESSERA_CHECK(m_core.source->takeMappingFault());
    readResult(sequences);
    return {};
}

}  // namespace tessera
