// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cell_shift.h"

#include "core/engine/arch/architecture.h"
#include "core/engine/ggml_handles.h"
#include "core/engine/graph_blocks.h"

#include <algorithm>
#include <vector>

namespace tessera {
namespace {

bool canTurn(const Hyperparameters& parameters, const KvCache& cache, LayerSpan span) {
    if (parameters.latent || span.layers() == 0) return !parameters.latent;
    const auto scales = [](const RopeParameters& rope) { return rope.extrapolation != 0.0f || rope.magnitude != 1.0f; };
    return !ggml_is_quantized(cache.keys(span.first)->type) && !scales(parameters.rope) &&
           !(parameters.window.positions > 0 && scales(parameters.window.rope));
}

/// Makes room by `move`, then turns the keys of the cells [first, first + cells) of all layers by `positions`. Memory is there
/// before anything moves.
template <class Move>
Result<void> moveAndTurn(const EngineCore& core, const KvCache& cache, LayerSpan span, std::uint32_t first, std::uint32_t cells, std::int32_t positions, const Move& move) {
    const auto& parameters = core.parameters;
    const auto nodes = static_cast<std::size_t>(2 * span.layers() + 2);
    const GgmlContext context(ggml_init({nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(nodes, false), nullptr, true}));
    ggml_cgraph* graph = ggml_new_graph_custom(context.get(), nodes, false);
    ggml_tensor* by = ggml_new_tensor_1d(context.get(), GGML_TYPE_I32, cells);
    ggml_tensor* factors = ropeFactorsOf(*core.weights, parameters, cache);
    for (int layer = span.first; layer <= span.last; ++layer) {
        if (!core.architecture->turnsKeys(layer)) continue;
        ggml_tensor* keys = cache.keys(layer);
        const auto head_bytes = ggml_row_size(keys->type, parameters.head_size);
        ggml_tensor* moved = ggml_view_3d(context.get(), keys, parameters.head_size, parameters.kv_heads, cells, head_bytes, keys->nb[1], first * keys->nb[1]);
        const auto& r = parameters.ropeOf(layer);
        ggml_build_forward_expand(graph, ggml_rope_ext_inplace(context.get(), moved, by, factors, r.dimensions, r.mode, r.original_context, r.frequency_base,
                                                               r.frequency_scale, r.extrapolation, r.magnitude, r.beta_fast, r.beta_slow));
    }
    const GgmlBuffer buffer(ggml_backend_alloc_ctx_tensors_from_buft(context.get(), ggml_backend_cpu_buffer_type()));
    if (!buffer) return fail(ErrorKind::OutOfMemory, "no memory to move the cells of the KV cache");
    const std::vector<std::int32_t> all(cells, positions);
    move();
    ggml_backend_tensor_set(by, all.data(), 0, all.size() * sizeof(all[0]));
    core.backend->useThreads(core.backend->threads());
    if (ggml_backend_graph_compute(core.backend->handle(), graph) != GGML_STATUS_SUCCESS)
        return fail(ErrorKind::OutOfMemory, "ggml could not turn the keys of the KV cache");
    return {};
}

}  // namespace

Result<void> removeCells(const EngineCore& core, KvCache& cache, LayerSpan span, std::uint32_t first, std::uint32_t count, std::uint32_t length) {
    if (!canTurn(core.parameters, cache, span))
        return fail(ErrorKind::Unsupported, "keys that are quantised, latent or scaled by YaRN cannot be moved to other positions");
    const std::uint32_t moved = length - first - count;
    if (moved == 0) return {};
    return moveAndTurn(core, cache, span, first, moved, -static_cast<std::int32_t>(count), [&] { cache.moveCells(first + count, length, first); });
}

}  // namespace tessera
