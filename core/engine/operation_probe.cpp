// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/operation_probe.h"

#include "core/engine/cpu_backend.h"
#include "core/engine/engine_thread.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace tessera::probe {

namespace {

/// A graph of a few nodes: inputs are described with their values, then everything is computed at once.
class SmallGraph {
public:
    SmallGraph() : m_context(makeDescriptionContext(kTensors)) {}

    ggml_context* context() const { return m_context.get(); }

    template <class Value>
    ggml_tensor* input(ggml_type type, std::span<const Value> values, std::int64_t n0, std::int64_t n1 = 1,
                       std::int64_t n2 = 1) {
        ggml_tensor* tensor = ggml_new_tensor_3d(context(), type, n0, n1, n2);
        std::vector<std::byte> bytes(values.size_bytes());
        std::memcpy(bytes.data(), values.data(), bytes.size());
        m_inputs.push_back({tensor, std::move(bytes)});
        return tensor;
    }
    ggml_tensor* floats(std::span<const float> values, std::int64_t n0, std::int64_t n1 = 1, std::int64_t n2 = 1) {
        return input(GGML_TYPE_F32, values, n0, n1, n2);
    }

    Result<Values> compute(ggml_tensor* output) {
        return EngineThread::instance().run([&] { return computeHere(output); });
    }

private:
    static constexpr std::size_t kTensors = 64;

    Result<Values> computeHere(ggml_tensor* output) {
        TESSERA_TRY(const auto backend, CpuBackend::create(1));
        const GgmlContext graph_context(ggml_init({ggml_graph_overhead_custom(kTensors, false), nullptr, true}));
        ggml_cgraph* graph = ggml_new_graph_custom(graph_context.get(), kTensors, false);
        ggml_build_forward_expand(graph, output);
        const GgmlBuffer buffer(ggml_backend_alloc_ctx_tensors(context(), backend->handle()));
        if (!buffer) return fail(ErrorKind::OutOfMemory, "no memory for a unit check");
        for (const Input& input : m_inputs)
            ggml_backend_tensor_set(input.tensor, input.bytes.data(), 0, input.bytes.size());
        if (ggml_backend_graph_compute(backend->handle(), graph) != GGML_STATUS_SUCCESS) {
            return fail(ErrorKind::Unsupported, "ggml could not compute a unit check");
        }
        Values values(static_cast<std::size_t>(ggml_nelements(output)));
        ggml_backend_tensor_get(output, values.data(), 0, values.size() * sizeof(float));
        return values;
    }

    struct Input {
        ggml_tensor* tensor;
        std::vector<std::byte> bytes;
    };
    GgmlContext m_context;
    std::vector<Input> m_inputs;
};

std::int64_t count(std::span<const float> values) { return static_cast<std::int64_t>(values.size()); }

/// 0 where a position may look, −∞ beyond itself: [tokens × tokens].
std::vector<float> causalMask(std::int64_t tokens) {
    std::vector<float> mask;
    for (std::int64_t row = 0; row < tokens; ++row) {
        for (std::int64_t column = 0; column < tokens; ++column) {
            mask.push_back(column <= row ? 0.0f : -std::numeric_limits<float>::infinity());
        }
    }
    return mask;
}

ggml_tensor* flashAttention(SmallGraph& graph, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* mask,
                            float scale) {
    ggml_context* context = graph.context();
    k = ggml_cast(context, k, GGML_TYPE_F16);
    v = ggml_cast(context, v, GGML_TYPE_F16);
    ggml_tensor* out =
        ggml_flash_attn_ext(context, q, k, v, ggml_cast(context, mask, GGML_TYPE_F16), scale, 0.0f, 0.0f);
    ggml_prec_set_acc(out, GGML_PREC_F32);
    return out;
}

ggml_tensor* plainAttention(SmallGraph& graph, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* mask,
                            float scale) {
    ggml_context* context = graph.context();
    ggml_tensor* scores = ggml_mul_mat(context, k, q);
    ggml_prec_set_acc(scores, GGML_PREC_F32);
    scores = ggml_soft_max_ext(context, scores, mask, scale, 0.0f);
    ggml_tensor* transposed = ggml_cont(context, ggml_permute(context, v, 1, 0, 2, 3));
    ggml_tensor* mixed = ggml_mul_mat(context, transposed, scores);
    return ggml_cont(context, ggml_permute(context, mixed, 0, 2, 1, 3));
}

}  // namespace

Result<Values> rmsNorm(std::span<const float> rows, std::span<const float> weight, float epsilon) {
    SmallGraph graph;
    ggml_tensor* x = graph.floats(rows, count(weight), count(rows) / count(weight));
    ggml_tensor* w = graph.floats(weight, count(weight));
    return graph.compute(ggml_mul(graph.context(), ggml_rms_norm(graph.context(), x, epsilon), w));
}

Result<Values> softmax(std::span<const float> rows, std::int64_t columns, std::span<const float> mask, float scale) {
    SmallGraph graph;
    ggml_tensor* x = graph.floats(rows, columns, count(rows) / columns);
    ggml_tensor* m = graph.floats(mask, columns, count(mask) / columns);
    return graph.compute(ggml_soft_max_ext(graph.context(), x, m, scale, 0.0f));
}

Result<Values> swiGlu(std::span<const float> gate, std::span<const float> up, std::int64_t columns) {
    SmallGraph graph;
    ggml_tensor* g = graph.floats(gate, columns, count(gate) / columns);
    ggml_tensor* u = graph.floats(up, columns, count(up) / columns);
    return graph.compute(ggml_swiglu_split(graph.context(), g, u));
}

Result<Values> rope(std::span<const float> rows, std::span<const std::int32_t> positions,
                    std::span<const float> factors, const RopeShape& shape) {
    SmallGraph graph;
    const auto tokens = static_cast<std::int64_t>(positions.size());
    ggml_tensor* x = graph.floats(rows, shape.head_size, shape.heads, tokens);
    ggml_tensor* p = graph.input(GGML_TYPE_I32, positions, tokens);
    ggml_tensor* f = factors.empty() ? nullptr : graph.floats(factors, shape.head_size / 2);
    const int mode = shape.pairs == RopePairs::NeoxHalves ? GGML_ROPE_TYPE_NEOX : 0;
    return graph.compute(ggml_rope_ext(graph.context(), x, p, f, static_cast<int>(shape.head_size), mode, 0, shape.base,
                                       shape.frequency_scale, 0.0f, 1.0f, 32.0f, 1.0f));
}

Result<Values> attention(std::span<const float> query, std::span<const float> key, std::span<const float> value,
                         const AttentionShape& shape) {
    SmallGraph graph;
    ggml_context* context = graph.context();
    const std::vector<float> mask_values = causalMask(shape.tokens);
    const auto heads = [&](std::span<const float> values, std::int64_t number) {
        return ggml_permute(context, graph.floats(values, shape.head_size, number, shape.tokens), 0, 2, 1, 3);
    };
    ggml_tensor* q = heads(query, shape.heads);
    ggml_tensor* k = heads(key, shape.kv_heads);
    ggml_tensor* v = heads(value, shape.kv_heads);
    ggml_tensor* mask = graph.floats(mask_values, shape.tokens, shape.tokens);
    const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_size));
    return graph.compute(shape.flash ? flashAttention(graph, q, k, v, mask, scale)
                                     : plainAttention(graph, q, k, v, mask, scale));
}

}  // namespace tessera::probe
