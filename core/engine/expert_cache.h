// SPDX-License-Identifier: GPL-3.0-or-later
// The routed experts of a model, of which few are used for a token: they come into memory when a router chooses them,
// and those that were not used for longest leave it when a budget asks for room. In the graph this is one node between
// the routing and the products. Internal to core/engine.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/expert_parameters.h"
#include "core/engine/expert_statistics.h"
#include "core/engine/memory_budget.h"
#include "core/gguf/tensor_source.h"

#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

namespace tessera {

class ZeroedMemory;

/// Filled while loading; then one for all graphs of a model, of which one is computed at a time: everything but
/// statistics() on the engine's thread. Source and budget outlive it.
class ExpertCache {
public:
    ExpertCache(const TensorSource& source, MemoryBudget& budget, LayerSpan span, std::int32_t experts);

    /// One of the tensors [… × … × experts] of a layer of the span: in mapped memory (`own` null), whose bytes are
    /// verified when they are first used, or to be read into `own`, which outlives the cache, when they are used.
    void add(int layer, const TensorInfo& tensor, ZeroedMemory* own);
    /// After the last add(). OutOfMemory when the budget is too small for the `used` experts of one row.
    Result<void> finish(std::int32_t used);

    /// OutOfMemory when steps of so many rows may need more experts of a layer at once than the budget has room for.
    Result<void> checkStep(std::int64_t rows) const;

    /// Around the computation of each graph; endStep() says what went wrong: Corrupt names the fragment.
    void beginStep();
    Result<void> endStep();
    /// True when there is no use in going on with the graph.
    const std::atomic<bool>& failed() const { return m_failed; }

    /// `chosen` (int32 [used × rows], expert numbers) again, after all of them are there.
    ggml_tensor* addUse(ggml_context* context, ggml_cgraph* graph, ggml_tensor* chosen, int layer);

    /// Any thread.
    ExpertStatistics statistics() const;

private:
    struct Matrices {
        const TensorInfo* tensor;
        ZeroedMemory* own;  // null: mapped
    };
    struct Expert {
        std::list<std::uint32_t>::iterator place;  // in m_recent while resident
        bool resident = false;
        bool ready = false;         // mapped bytes met their hashes, or own ones were read
        std::uint64_t last_use = 0; // number of the node's computation
    };
    struct Layer {
        ExpertCache* cache;
        std::size_t index;
        std::vector<Matrices> matrices;
        std::uint64_t expert_bytes = 0;  // of one expert, all its matrices
    };
    struct RowsOf {
        std::int64_t first;
        std::int64_t count;
    };

    static void useNode(ggml_tensor* out, int thread, int threads, void* data);
    void choose(Layer& layer, const ggml_tensor& chosen);
    Result<void> use(Layer& layer, const ggml_tensor& chosen);
    std::vector<std::uint32_t> countUses(const Layer& layer, const ggml_tensor& chosen);
    bool makeRoom(std::uint64_t bytes);
    void bring(const Layer& layer, std::uint32_t expert);
    void bringNext(const Layer& layer);
    void helpToBring(const Layer& layer);
    Result<void> bringOne(const Layer& layer, std::uint32_t expert);
    void fail(Error error);
    void evict(std::uint32_t expert);
    void drop(const Layer& layer, std::uint32_t number);
    RowsOf rowsOf(const TensorInfo& tensor, std::uint32_t number) const;
    std::uint32_t numberOf(std::uint32_t expert) const { return expert % m_experts_per_layer; }
    Layer& layerOf(std::uint32_t expert) { return m_layers[expert / m_experts_per_layer]; }

    const TensorSource& m_source;
    MemoryBudget& m_budget;
    const LayerSpan m_span;
    const std::uint32_t m_experts_per_layer;
    std::vector<Layer> m_layers;
    std::vector<Expert> m_experts;       // [layers × experts]
    std::list<std::uint32_t> m_recent;   // resident ones, last used at the end
    std::int32_t m_used = 0;
    std::uint64_t m_largest_expert = 0;
    std::uint64_t m_now = 0;

    // One node: the first thread of ggml's team decides, then all of them verify or read.
    std::atomic<bool> m_decided{false};
    std::atomic<int> m_left{0};          // threads that are done with the node
    std::vector<std::uint32_t> m_work;   // experts that are to be verified or read
    std::atomic<std::size_t> m_next{0};  // of m_work

    std::atomic<bool> m_failed{false};
    mutable std::mutex m_mutex;          // of what follows
    std::optional<Error> m_error;
    ExpertStatistics m_statistics;
};

}  // namespace tessera
