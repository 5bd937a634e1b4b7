// SPDX-License-Identifier: GPL-3.0-or-later
// Attention over the KV cache, as graph_blocks.h declares it.
#include "core/engine/ggml_handles.h"
#include "core/engine/graph_blocks.h"

namespace tessera {

void addAttentionWeights(std::vector<WeightSpec>& specs, const Hyperparameters& p) {
    const auto query = p.queryWidth();
    const auto key_value = p.keyValueWidth();
    const auto total = query + 2 * key_value;
    specs.push_back({"attn_qkv.weight", {p.embedding, total}, WeightUse::MatMul, false});
    specs.push_back({"attn_qkv.bias", {total}, WeightUse::Elementwise, false});
    specs.push_back({"attn_qkv.scale", {1}, WeightUse::Elementwise, false});
    const auto first = specs.size();
    addLinear(specs, "attn_q", p.embedding, query);
    addLinear(specs, "attn_k", p.embedding, key_value);
    addLinear(specs, "attn_v", p.embedding, key_value);
    for (auto i = first; i < specs.size(); ++i)
        if (specs[i].required) specs[i].unless = "attn_qkv.weight";
    addLinear(specs, "attn_output", query, p.embedding);
}

namespace {

class QkvBlock {
public:
    QkvBlock(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer)
        : m_builder(builder), m_weights(weights), m_input(input), m_layer(layer) {}

    Qkv build() const {
        const auto& p = m_builder.parameters();
        if (m_weights.find("attn_qkv.weight")) return fused();
        return {separate("attn_q", "Qcur", p.heads), separate("attn_k", "Kcur", p.kv_heads),
                separate("attn_v", "Vcur", p.kv_heads)};
    }

private:
    ggml_context* context() const { return m_builder.context(); }

    ggml_tensor* scaled(ggml_tensor* rows, const std::string& name) const {
        const auto scale = m_weights.find(name + ".scale");
        return scale ? ggml_mul(context(), rows, scale.plain) : rows;
    }

    ggml_tensor* separate(const std::string& weight, const char* label, int heads) const {
        ggml_tensor* rows = scaled(m_builder.multiply(m_weights.at(weight + ".weight"), m_input), weight);
        m_builder.name(rows, label, m_layer);
        if (const auto bias = m_weights.find(weight + ".bias")) rows = m_builder.add(rows, bias.plain, label, m_layer);
        rows = ggml_reshape_3d(context(), rows, m_builder.parameters().head_size, heads, m_builder.shape().rows);
        m_builder.name(rows, label, m_layer);
        return rows;
    }

    Qkv fused() const {
        const auto& p = m_builder.parameters();
        ggml_tensor* rows = scaled(m_builder.multiply(m_weights.at("attn_qkv.weight"), m_input), "attn_qkv");
        m_builder.name(rows, "wqkv", m_layer);
        if (ggml_tensor* bias = fusedBias()) rows = m_builder.add(rows, bias, "wqkv_b", m_layer);
        return {part(rows, p.heads, 0, "Qcur"), part(rows, p.kv_heads, p.queryWidth(), "Kcur"),
                part(rows, p.kv_heads, p.queryWidth() + p.keyValueWidth(), "Vcur")};
    }

    ggml_tensor* fusedBias() const {
        if (const auto bias = m_weights.find("attn_qkv.bias")) return bias.plain;
        const auto q = m_weights.find("attn_q.bias");
        const auto k = m_weights.find("attn_k.bias");
        const auto v = m_weights.find("attn_v.bias");
        if (!q || !k || !v) return nullptr;
        return ggml_concat(context(), ggml_concat(context(), q.plain, k.plain, 0), v.plain, 0);
    }

    ggml_tensor* part(ggml_tensor* rows, int heads, std::int64_t first, const char* label) const {
        const auto head = m_builder.parameters().head_size;
        ggml_tensor* view = ggml_view_3d(context(), rows, head, heads, m_builder.shape().rows,
                                         ggml_row_size(rows->type, head), rows->nb[1], ggml_row_size(rows->type, first));
        m_builder.name(view, label, m_layer);
        return view;
    }

    GraphBuilder& m_builder;
    const LayerWeights& m_weights;
    ggml_tensor* m_input;
    int m_layer;
};

/// Rows in groups of the matrix's order, multiplied by it.
ggml_tensor* rotate(ggml_context* context, ggml_tensor* rows, ggml_tensor* matrix) {
    if (!matrix) return rows;
    const auto order = matrix->ne[0];
    const auto groups = ggml_nelements(rows) / order;
    ggml_tensor* flat = ggml_is_contiguous(rows) ? ggml_reshape_2d(context, rows, order, groups)
                                                 : ggml_cont_2d(context, rows, order, groups);
    flat = ggml_mul_mat(context, matrix, flat);
    ggml_mul_mat_set_hint(flat, GGML_HINT_SRC0_IS_HADAMARD);
    return ggml_reshape_4d(context, flat, rows->ne[0], rows->ne[1], rows->ne[2], rows->ne[3]);
}

/// One sequence's part: its rows go into its cache and attend over it.
class AttentionBlock {
public:
    /// `first` is the sequence's first row in the graph.
    AttentionBlock(GraphBuilder& builder, int layer, std::size_t sequence, std::int64_t first, std::int64_t rows)
        : m_builder(builder), m_layer(layer), m_sequence(sequence), m_first(first), m_rows(rows) {}

    void store(ggml_tensor* key, ggml_tensor* value) const {
        m_builder.expand(ggml_set_rows(context(), cache().keys(m_layer), merged(key), cells(m_builder.inputs().key_cells, 1)));
        if (latent()) return;  // values are a part of the keys
        if (cache().flashAttention()) {
            m_builder.expand(ggml_set_rows(context(), cache().values(m_layer), merged(value), cells(m_builder.inputs().value_cells, 1)));
            return;
        }
        // Transposed: every element is a row of its own.
        ggml_tensor* all = cache().values(m_layer);
        const auto width = m_builder.parameters().keyValueWidth();
        ggml_tensor* rows = ours(value);
        ggml_tensor* flat = ggml_row_size(value->type, width) == value->nb[2] ? ggml_reshape_2d(context(), rows, width, m_rows)
                                                                              : ggml_cont_2d(context(), rows, width, m_rows);
        m_builder.expand(ggml_set_rows(context(), ggml_reshape_2d(context(), all, 1, ggml_nelements(all)),
                                       ggml_reshape_2d(context(), flat, 1, ggml_nelements(flat)),
                                       cells(m_builder.inputs().value_cells, width)));
    }

    ggml_tensor* attend(ggml_tensor* query) const {
        ggml_tensor* q = ggml_permute(context(), ours(query), 0, 2, 1, 3);
        ggml_tensor* k = ggml_permute(context(), keys(), 0, 2, 1, 3);
        ggml_tensor* v = ggml_permute(context(), values(), 0, 2, 1, 3);
        ggml_tensor* out = cache().flashAttention() ? flash(q, k, v) : softmax(q, k, v);
        m_builder.expand(out);
        return out;
    }

private:
    ggml_context* context() const { return m_builder.context(); }
    const GraphSequence& sequence() const { return m_builder.shape().sequences[m_sequence]; }
    const KvCache& cache() const { return *sequence().cache; }
    ggml_tensor* mask() const {
        const GraphInputs& inputs = m_builder.inputs();
        return (m_builder.parameters().slides(m_layer) ? inputs.window_masks : inputs.masks)[m_sequence];
    }
    bool alone() const { return m_rows == m_builder.shape().rows; }
    float scale() const { return m_builder.parameters().attention_scale; }
    const LatentAttention& latent() const { return m_builder.parameters().latent; }
    Weight weight(const char* name) const { return m_builder.layer(m_layer).find(name); }
    float softCap() const { return m_builder.parameters().attention_soft_cap; }

    /// This sequence's rows of [head size × heads × rows].
    ggml_tensor* ours(ggml_tensor* rows) const {
        if (alone()) return rows;
        return ggml_view_3d(context(), rows, rows->ne[0], rows->ne[1], m_rows, rows->nb[1], rows->nb[2],
                            static_cast<std::size_t>(m_first) * rows->nb[2]);
    }

    /// … and of its cell numbers, `per_row` for each.
    ggml_tensor* cells(ggml_tensor* numbers, std::int64_t per_row) const {
        if (alone()) return numbers;
        return ggml_view_1d(context(), numbers, m_rows * per_row, static_cast<std::size_t>(m_first * per_row) * numbers->nb[0]);
    }

    ggml_tensor* merged(ggml_tensor* rows) const {
        return ggml_view_2d(context(), rows, rows->ne[0] * rows->ne[1], m_rows, rows->nb[2],
                            static_cast<std::size_t>(m_first) * rows->nb[2]);
    }

    ggml_tensor* keys() const {
        const auto& p = m_builder.parameters();
        ggml_tensor* all = cache().keys(m_layer);
        return ggml_view_4d(context(), all, p.head_size, p.kv_heads, sequence().cells, 1,
                            ggml_row_size(all->type, p.head_size), all->nb[1], all->nb[2], 0);
    }

    ggml_tensor* values() const {
        const auto& p = m_builder.parameters();
        if (latent()) {
            ggml_tensor* rows = keys();
            return ggml_view_4d(context(), rows, latent().rank, rows->ne[1], rows->ne[2], rows->ne[3], rows->nb[1], rows->nb[2], rows->nb[3], 0);
        }
        ggml_tensor* all = cache().values(m_layer);
        if (cache().flashAttention())
            return ggml_view_4d(context(), all, p.head_size, p.kv_heads, sequence().cells, 1,
                                ggml_row_size(all->type, p.head_size), all->nb[1], all->nb[2], 0);
        const auto cells = static_cast<std::int64_t>(cache().cells());
        return ggml_view_4d(context(), all, sequence().cells, p.kv_heads, p.head_size, 1,
                            ggml_row_size(all->type, cells * p.head_size), ggml_row_size(all->type, cells),
                            ggml_row_size(all->type, cells * p.keyValueWidth()), 0);
    }

    ggml_tensor* flash(ggml_tensor* q, ggml_tensor* k, ggml_tensor* v) const {
        if (k->type == GGML_TYPE_F32) k = ggml_cast(context(), k, GGML_TYPE_F16);
        if (v->type == GGML_TYPE_F32) v = ggml_cast(context(), v, GGML_TYPE_F16);
        ggml_tensor* out = ggml_flash_attn_ext(context(), q, k, v, mask(), scale(), 0.0f, softCap());
        if (const auto sinks = weight("attn_sinks.weight")) ggml_flash_attn_ext_add_sinks(out, sinks.plain);
        ggml_prec_set_acc(out, GGML_PREC_F32);
        if (latent()) {
            out = ggml_mul_mat(context(), weight("attn_v_b.weight").plain, ggml_permute(context(), out, 0, 2, 1, 3));
            m_builder.name(out, "fattn_mla", m_layer);
            out = ggml_cont(context(), ggml_permute(context(), out, 0, 2, 1, 3));
        }
        return ggml_reshape_2d(context(), out, out->ne[0] * out->ne[1], out->ne[2] * out->ne[3]);
    }

    ggml_tensor* softmax(ggml_tensor* q, ggml_tensor* k, ggml_tensor* v) const {
        ggml_tensor* scores = ggml_mul_mat(context(), k, q);
        m_builder.name(scores, "kq", m_layer);
        ggml_prec_set_acc(scores, GGML_PREC_F32);
        scores = softCapped(context(), scores, softCap());
        scores = ggml_soft_max_ext(context(), scores, mask(), scale(), 0.0f);
        if (const auto sinks = weight("attn_sinks.weight")) ggml_soft_max_add_sinks(scores, sinks.plain);
        m_builder.name(scores, "kq_soft_max", m_layer);
        if (latent()) v = ggml_cont(context(), ggml_transpose(context(), v));
        ggml_tensor* mixed = ggml_mul_mat(context(), v, scores);
        m_builder.name(mixed, "kqv", m_layer);
        if (latent()) {
            mixed = ggml_mul_mat(context(), weight("attn_v_b.weight").plain, mixed);
            m_builder.name(mixed, "kqv_mla", m_layer);
        }
        ggml_tensor* out = ggml_permute(context(), mixed, 0, 2, 1, 3);
        return ggml_cont_2d(context(), out, out->ne[0] * out->ne[1], out->ne[2] * out->ne[3]);
    }

    GraphBuilder& m_builder;
    int m_layer;
    std::size_t m_sequence;
    std::int64_t m_first;
    std::int64_t m_rows;
};

/// Several sequences one after the other, each over its own cache; their rows end up in one tensor.
ggml_tensor* attendSeparately(GraphBuilder& builder, ggml_tensor* query, ggml_tensor* key, ggml_tensor* value, int layer) {
    ggml_tensor* attended = builder.inputs().attended;
    for (std::size_t i = 0; i < builder.shape().sequences.size(); ++i) {
        const AttentionBlock block(builder, layer, i, static_cast<std::int64_t>(i), 1);
        block.store(key, value);
        ggml_tensor* place = ggml_view_2d(builder.context(), attended, attended->ne[0], 1, attended->nb[1], i * attended->nb[1]);
        builder.expand(ggml_cpy(builder.context(), block.attend(query), place));
    }
    return attended;
}

}  // namespace

Qkv buildQkv(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    return QkvBlock(builder, weights, input, layer).build();
}

ggml_tensor* buildAttention(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* query, ggml_tensor* key,
                            ggml_tensor* value, int layer) {
    ggml_context* context = builder.context();
    query = rotate(context, query, builder.inputs().key_rotation);
    key = rotate(context, key, builder.inputs().key_rotation);
    value = rotate(context, value, builder.inputs().value_rotation);
    builder.expand(query);
    builder.expand(value);
    builder.expand(key);

    ggml_tensor* out = nullptr;
    if (builder.shape().sequences.size() > 1) {
        out = attendSeparately(builder, query, key, value, layer);
    } else {
        const AttentionBlock block(builder, layer, 0, 0, builder.shape().rows);
        block.store(key, value);
        out = block.attend(query);
        builder.name(out, "kqv_out", layer);
    }
    out = rotate(context, out, builder.inputs().value_rotation);
    out = builder.silenceHeads(out, layer);
    out = builder.multiply(weights.at("attn_output.weight"), out);
    if (const auto scale = weights.find("attn_output.scale")) out = ggml_mul(context, out, scale.plain);
    if (const auto bias = weights.find("attn_output.bias")) out = ggml_add(context, out, bias.plain);
    return out;
}

}  // namespace tessera
