// SPDX-License-Identifier: GPL-3.0-or-later
// Products of split matrices as nodes of a graph: one that lets the workers begin, this machine's own product, one that
// waits and joins. ggml computes nodes in the order in which they were added, so both halves are computed at once.
// Internal to core/engine.
#pragma once

#include "core/engine/row_workers.h"

#include <atomic>
#include <memory>
#include <optional>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

namespace tessera {

class RowExchange;

/// What a graph must know of a matrix whose first rows alone are here. Lives as long as the weights.
struct SplitRows {
    RowExchange* exchange = nullptr;
    std::size_t matrix = 0;
    std::int64_t rows = 0;  // of the whole matrix
};

/// One for all graphs of a model, of which one is computed at a time: everything on the engine's thread.
class RowExchange {
public:
    explicit RowExchange(std::shared_ptr<RowWorkers> workers) : m_workers(std::move(workers)) {}

    RowWorkers& workers() { return *m_workers; }

    /// Around the computation of each graph. `cancel` is borrowed until endStep(), which says what went wrong.
    void beginStep(bool reference, const std::atomic<bool>& cancel);
    Result<void> endStep();
    /// True when there is no use in going on with the graph.
    const std::atomic<bool>& failed() const { return m_failed; }

    /// Adds `matrix` (the rows that are here) · input and the workers' part to the graph: [rows of the whole × …].
    static ggml_tensor* addProduct(ggml_context* context, ggml_cgraph* graph, const SplitRows& split, ggml_tensor* matrix,
                                   ggml_tensor* input);

private:
    static void beginNode(ggml_tensor* mark, int thread, int threads, void* data);
    static void finishNode(ggml_tensor* joined, int thread, int threads, void* data);
    void begin(const SplitRows& split, const ggml_tensor& input);
    void finish(const SplitRows& split, ggml_tensor& joined);
    void fail(Error error);

    std::shared_ptr<RowWorkers> m_workers;
    const std::atomic<bool>* m_cancel = nullptr;
    bool m_reference = false;
    const ggml_tensor* m_last_input = nullptr;
    std::size_t m_under_way = 0;
    std::atomic<bool> m_failed{false};
    std::optional<Error> m_error;
};

}  // namespace tessera
