// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/row_independence.h"

#include "core/engine/own_product.h"

#include <array>
#include <cstring>
#include <map>
#include <span>
#include <vector>

namespace tessera {
namespace {

constexpr std::int64_t kRows = 67;  // more than every tile, and odd
// Around the sizes at which kernels are known to change: 1, 4, 8, 16, 64.
constexpr std::array<std::int64_t, 12> kBatches{1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 33, 64};

/// Rows of numbers of both signs whose sizes differ by some orders.
std::vector<float> probeRows(std::int64_t columns) {
    std::vector<float> rows(static_cast<std::size_t>(columns * kRows));
    std::uint32_t state = 1;
    for (auto& value : rows) {
        state = state * 1664525u + 1013904223u;
        value = (static_cast<float>(state >> 8) / 8388608.0f - 1.0f) * static_cast<float>(1 + state % 7);
    }
    return rows;
}

std::vector<float> multiply(const Weight& weight, std::span<const float> rows, std::int64_t count, CpuBackend& backend) {
    const auto context = GgmlContext(ggml_init({4 * ggml_tensor_overhead() + ggml_graph_overhead_custom(4, false), nullptr, true}));
    ggml_tensor* matrix = weight.forRows(count);
    ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, matrix->ne[0], count);
    ggml_tensor* product = ggml_mul_mat(context.get(), matrix, input);
    ggml_cgraph* graph = ggml_new_graph_custom(context.get(), 4, false);
    ggml_build_forward_expand(graph, product);
    const GgmlBuffer buffer(ggml_backend_alloc_ctx_tensors_from_buft(context.get(), ggml_backend_cpu_buffer_type()));
    if (!buffer) return {};
    ggml_backend_tensor_set(input, rows.data(), 0, ggml_nbytes(input));
    if (ggml_backend_graph_compute(backend.handle(), graph) != GGML_STATUS_SUCCESS) return {};
    std::vector<float> out(static_cast<std::size_t>(ggml_nelements(product)));
    ggml_backend_tensor_get(product, out.data(), 0, ggml_nbytes(product));
    return out;
}

bool isIndependent(const Weight& weight, CpuBackend& backend) {
    const auto* matrix = weight.plain ? weight.plain : weight.repacked;
    const auto rows = probeRows(matrix->ne[0]);
    const auto all = multiply(weight, rows, kRows, backend);
    for (const auto count : kBatches) {
        const auto part = multiply(weight, rows, count, backend);
        if (part.empty() || std::memcmp(part.data(), all.data(), part.size() * sizeof(float)) != 0) return false;
    }
    return true;
}

bool tryOut(const Weights& weights, CpuBackend& backend) {
    backend.setReferenceAttention(true);  // as graphs that rely on it compute; it chooses kernels of matrices, too
    // The smallest weight of every type, layout and width decides for all of them.
    std::map<std::array<std::int64_t, 4>, Weight> kinds;
    weights.forEachMatrix([&kinds](const Weight& weight) {
        if (weight.for_own && ownKernelTakesFewRows(weight.for_own->type)) return;  // by definition (kernels.h)
        const auto* matrix = weight.plain ? weight.plain : weight.repacked;
        auto& kind = kinds[{matrix->type, weight.plain != nullptr, weight.repacked != nullptr, matrix->ne[0]}];
        const auto rowsOf = [](const Weight& w) { return (w.plain ? w.plain : w.repacked)->ne[1]; };
        if (!kind || rowsOf(weight) < rowsOf(kind)) kind = weight;
    });
    for (const auto& [key, weight] : kinds)
        if (!isIndependent(weight, backend)) return false;
    return true;
}

}  // namespace

bool rowsAreIndependent(const EngineCore& core) {
    if (!core.rows_independent) core.rows_independent = tryOut(*core.weights, *core.backend);
    return *core.rows_independent;
}

}  // namespace tessera
