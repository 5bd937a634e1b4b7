// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/expert_cache.h"

#include "core/base/format.h"
#include "core/base/platform/zeroed_memory.h"

#include <ggml.h>

#include <algorithm>
#include <exception>
#include <thread>

namespace tessera {

ExpertCache::ExpertCache(const TensorSource& source, MemoryBudget& budget, LayerSpan span, std::int32_t experts)
    : m_source(source), m_budget(budget), m_span(span), m_experts_per_layer(static_cast<std::uint32_t>(experts)) {
    const auto layers = static_cast<std::size_t>(span.layers());
    for (std::size_t i = 0; i < layers; ++i) m_layers.push_back({.cache = this, .index = i, .matrices = {}});
    m_experts.resize(layers * m_experts_per_layer);
    m_statistics.first_layer = static_cast<std::uint32_t>(span.first);
    m_statistics.layers = static_cast<std::uint32_t>(layers);
    m_statistics.experts = m_experts_per_layer;
    for (auto* counts : {&m_statistics.uses, &m_statistics.hits, &m_statistics.misses}) counts->resize(m_experts.size());
    m_statistics.one_bytes.resize(layers);
}

void ExpertCache::add(int layer, const TensorInfo& tensor, ZeroedMemory* own) {
    Layer& of = m_layers[static_cast<std::size_t>(layer - m_span.first)];
    of.matrices.push_back({&tensor, own});
    of.expert_bytes += tensor.size_bytes / m_experts_per_layer;
    m_statistics.one_bytes[of.index] = of.expert_bytes;
    m_largest_expert = std::max(m_largest_expert, of.expert_bytes);
    m_statistics.expert_bytes += tensor.size_bytes;
    // Reading the weights beside them brought some of it along.
    if (!own && m_budget.isLimited()) m_source.advise(tensor, 0, tensor.rowCount(), MemoryAdvice::NotNeeded);
}

Result<void> ExpertCache::finish(std::int32_t used) {
    m_used = used;
    const auto least = static_cast<std::uint64_t>(used) * m_largest_expert;
    if (least > m_budget.left())
        return tessera::fail(ErrorKind::OutOfMemory, format("the experts of one token need {} beside the other weights, and {} are left of the memory that "
                                                   "may be used; allow more (--memory)", formatBytes(least), formatBytes(m_budget.left())));
    m_budget.keepForExperts(least);
    return {};
}

Result<void> ExpertCache::checkStep(std::int64_t rows) const {
    const auto most = [&](std::int64_t count) {
        return static_cast<std::uint64_t>(std::min<std::int64_t>(m_experts_per_layer, count * m_used)) * m_largest_expert;
    };
    const auto left = m_budget.left();
    if (most(rows) <= left) return {};
    std::int64_t fitting = rows;
    while (fitting > 1 && most(fitting) > left) fitting /= 2;
    return tessera::fail(ErrorKind::OutOfMemory, format("{} rows at once can need {} of a layer's experts, and {} are left for them; allow more "
                                               "(--memory), or compute {} at once (--batch)", rows, formatBytes(most(rows)), formatBytes(left), fitting));
}

void ExpertCache::beginStep() {
    m_failed = false;
    m_error.reset();
}

Result<void> ExpertCache::endStep() {
    if (m_error) return tl::unexpected(*m_error);
    return {};
}

ggml_tensor* ExpertCache::addUse(ggml_context* context, ggml_cgraph* graph, ggml_tensor* chosen, int layer) {
    void* data = &m_layers[static_cast<std::size_t>(layer - m_span.first)];
    ggml_tensor* used = ggml_custom_4d(context, GGML_TYPE_I32, chosen->ne[0], chosen->ne[1], 1, 1, &chosen, 1, &ExpertCache::useNode, GGML_N_TASKS_MAX, data);
    ggml_build_forward_expand(graph, used);
    return used;
}

// Called through C by every thread of ggml's team, which waits for all of them before it goes on.
void ExpertCache::useNode(ggml_tensor* out, int thread, int threads, void* data) {
    Layer& layer = *static_cast<Layer*>(data);
    ExpertCache& cache = *layer.cache;
    if (thread == 0) {
        cache.choose(layer, *out);
        cache.m_decided.store(true, std::memory_order_release);
    }
    while (!cache.m_decided.load(std::memory_order_acquire)) std::this_thread::yield();
    cache.helpToBring(layer);
    if (cache.m_left.fetch_add(1, std::memory_order_acq_rel) + 1 < threads) return;
    cache.m_left = 0;
    cache.m_decided = false;
}

void ExpertCache::choose(Layer& layer, const ggml_tensor& out) {
    const ggml_tensor& chosen = *out.src[0];
    for (std::int64_t row = 0; row < chosen.ne[1]; ++row)
        std::copy_n(reinterpret_cast<const std::int32_t*>(static_cast<const char*>(chosen.data) + static_cast<std::size_t>(row) * chosen.nb[1]),
                    chosen.ne[0], static_cast<std::int32_t*>(out.data) + row * out.ne[0]);
    m_work.clear();
    m_next = 0;
    if (m_failed) return;
    try {
        if (auto done = use(layer, out); !done) fail(std::move(done).error());
    } catch (const std::exception& problem) {
        fail({ErrorKind::OutOfMemory, problem.what()});
    }
}

void ExpertCache::fail(Error error) {
    const std::scoped_lock lock(m_mutex);
    if (!m_error) m_error = std::move(error);
    m_failed = true;
}

Result<void> ExpertCache::use(Layer& layer, const ggml_tensor& chosen) {
    ++m_now;
    const auto numbers = countUses(layer, chosen);
    std::vector<std::uint32_t> missing;
    for (const auto number : numbers) {
        const auto index = static_cast<std::uint32_t>(layer.index) * m_experts_per_layer + number;
        Expert& expert = m_experts[index];
        expert.last_use = m_now;
        if (expert.resident) {
            m_recent.splice(m_recent.end(), m_recent, expert.place);
        } else {
            missing.push_back(index);
        }
        if (!expert.ready) m_work.push_back(index);
    }
    if (!makeRoom(missing.size() * layer.expert_bytes)) {
        m_work.clear();
        return tessera::fail(ErrorKind::OutOfMemory, format("layer {} needs {} more of experts at once, and {} are left for all; allow more (--memory), or "
                                                            "compute fewer rows at once (--batch)", static_cast<std::size_t>(m_span.first) + layer.index,
                                                            formatBytes(missing.size() * layer.expert_bytes), formatBytes(m_budget.left())));
    }
    for (const auto index : missing) bring(layer, index);
    // A prompt uses nearly all of them, so the next layer's can come while this one computes.
    if (2 * numbers.size() >= m_experts_per_layer && layer.index + 1 < m_layers.size()) bringNext(m_layers[layer.index + 1]);
    return {};
}

/// The experts' numbers, each once.
std::vector<std::uint32_t> ExpertCache::countUses(const Layer& layer, const ggml_tensor& chosen) {
    const std::span numbers(static_cast<const std::int32_t*>(chosen.data), static_cast<std::size_t>(ggml_nelements(&chosen)));
    std::vector<std::uint32_t> distinct;
    const std::scoped_lock lock(m_mutex);
    const auto uses = std::span(m_statistics.uses).subspan(layer.index * m_experts_per_layer, m_experts_per_layer);
    std::vector<bool> seen(m_experts_per_layer);
    for (const auto number : numbers) {
        const auto expert = static_cast<std::uint32_t>(number);
        ++uses[expert];
        if (seen[expert]) continue;
        seen[expert] = true;
        distinct.push_back(expert);
        const auto index = layer.index * m_experts_per_layer + expert;
        ++(m_experts[index].resident ? m_statistics.hits : m_statistics.misses)[index];
    }
    return distinct;
}

/// Evicts until so many bytes have room; false when only what the current layer uses is left to evict.
bool ExpertCache::makeRoom(std::uint64_t bytes) {
    const auto left = m_budget.left();
    while (bytes > left || m_statistics.resident_bytes > left - bytes) {
        // The front was not used for longest; what this layer uses stands at the end.
        if (m_recent.empty() || m_experts[m_recent.front()].last_use == m_now) return false;
        evict(m_recent.front());
    }
    return true;
}

/// Asks for all of an expert's bytes. Verifying or copying them is work for later.
void ExpertCache::bring(const Layer& layer, std::uint32_t index) {
    for (const auto& [tensor, own] : layer.matrices) {
        const auto [first, count] = rowsOf(*tensor, numberOf(index));
        if (!own) m_source.advise(*tensor, first, count, MemoryAdvice::WillNeed);
    }
    Expert& expert = m_experts[index];
    expert.place = m_recent.insert(m_recent.end(), index);
    expert.resident = true;
    const std::scoped_lock lock(m_mutex);
    ++m_statistics.loads;
    m_statistics.loaded_bytes += layer.expert_bytes;
    m_statistics.resident_bytes += layer.expert_bytes;
    m_statistics.peak_resident_bytes = std::max(m_statistics.peak_resident_bytes, m_statistics.resident_bytes);
}

/// As many as have room beside those in use; not where they are copied, which takes this thread's time.
void ExpertCache::bringNext(const Layer& layer) {
    if (std::ranges::any_of(layer.matrices, [](const Matrices& matrices) { return matrices.own != nullptr; })) return;
    const auto first = static_cast<std::uint32_t>(layer.index) * m_experts_per_layer;
    for (auto index = first; index < first + m_experts_per_layer; ++index) {
        Expert& expert = m_experts[index];
        if (!expert.resident) {
            if (!makeRoom(layer.expert_bytes)) return;
            bring(layer, index);
        }
        expert.last_use = m_now;  // not to be evicted for its neighbours
    }
}

void ExpertCache::helpToBring(const Layer& layer) {
    for (std::size_t i = m_next++; i < m_work.size() && !m_failed; i = m_next++) {
        try {
            if (auto done = bringOne(layer, m_work[i]); !done) fail(std::move(done).error());
        } catch (const std::exception& problem) {
            fail({ErrorKind::OutOfMemory, problem.what()});
        }
    }
}

Result<void> ExpertCache::bringOne(const Layer& layer, std::uint32_t index) {
    for (const auto& [tensor, own] : layer.matrices) {
        const auto [first, count] = rowsOf(*tensor, numberOf(index));
        const auto bytes = static_cast<std::size_t>(count) * tensor->row_bytes;
        auto done = own ? m_source.readRows(*tensor, first, count,
                                            {static_cast<std::byte*>(own->data()) + static_cast<std::size_t>(first) * tensor->row_bytes, bytes}, {})
                        : m_source.verifyRows(*tensor, first, count, {});
        if (!done) {
            Error error = std::move(done).error();
            error.message = format("expert {} of layer {}: {}", numberOf(index), static_cast<std::size_t>(m_span.first) + layer.index, error.message);
            return tl::unexpected(std::move(error));
        }
    }
    m_experts[index].ready = true;
    return {};
}

void ExpertCache::evict(std::uint32_t index) {
    Expert& expert = m_experts[index];
    const Layer& layer = layerOf(index);
    drop(layer, numberOf(index));
    m_recent.erase(expert.place);
    expert.resident = false;
    const std::scoped_lock lock(m_mutex);
    m_statistics.resident_bytes -= layer.expert_bytes;
    ++m_statistics.evictions;
}

void ExpertCache::drop(const Layer& layer, std::uint32_t number) {
    for (const auto& [tensor, own] : layer.matrices) {
        const auto [first, count] = rowsOf(*tensor, number);
        if (own) {
            m_experts[layer.index * m_experts_per_layer + number].ready = false;
            own->release(static_cast<std::size_t>(first) * tensor->row_bytes, static_cast<std::size_t>(count) * tensor->row_bytes);
        } else {
            m_source.advise(*tensor, first, count, MemoryAdvice::NotNeeded);
        }
    }
}

ExpertCache::RowsOf ExpertCache::rowsOf(const TensorInfo& tensor, std::uint32_t number) const {
    const auto count = tensor.rowCount() / m_experts_per_layer;
    return {count * number, count};
}

ExpertStatistics ExpertCache::statistics() const {
    const std::scoped_lock lock(m_mutex);
    ExpertStatistics copy = m_statistics;
    copy.memory_bytes = m_budget.isLimited() ? m_budget.left() : 0;
    return copy;
}

}  // namespace tessera
