// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/graph_blocks.h"

#include "core/engine/expert_cache.h"
#include "core/engine/ggml_handles.h"
#include "core/engine/row_exchange.h"

#include <algorithm>

namespace tessera {

GraphBuilder::GraphBuilder(ggml_context* context, ggml_cgraph* graph, const Hyperparameters& parameters,
                           const Weights& weights, const GraphShape& shape, const Ablation& ablation, OwnKernelUse own_kernels)
    : m_context(context), m_graph(graph), m_parameters(parameters), m_weights(weights), m_shape(shape), m_ablation(ablation),
      m_own_kernels(own_kernels) {}

ggml_tensor* GraphBuilder::input(ggml_tensor* tensor, const char* name) {
    ggml_set_input(tensor);
    ggml_set_name(tensor, name);
    return tensor;
}

ggml_tensor* GraphBuilder::embedTokens() {
    m_inputs.tokens = input(ggml_new_tensor_1d(m_context, GGML_TYPE_I32, m_shape.rows), "inp_tokens");
    ggml_tensor* rows = ggml_get_rows(m_context, m_weights.tokenEmbedding().plain, m_inputs.tokens);
    name(rows, "embd", -1);
    expand(rows);
    if (m_parameters.embedding_scale == 1.0f) return rows;
    rows = ggml_scale(m_context, rows, m_parameters.embedding_scale);
    name(rows, "inp_scaled", -1);
    return rows;
}

ggml_tensor* GraphBuilder::takeHidden() {
    m_inputs.hidden = input(ggml_new_tensor_2d(m_context, GGML_TYPE_F32, m_parameters.embedding, m_shape.rows), "inp_embd");
    return m_inputs.hidden;
}

void GraphBuilder::addAttentionInputs() {
    const auto rows = m_shape.rows;
    const bool flash = cache().flashAttention();
    m_inputs.positions = input(ggml_new_tensor_1d(m_context, GGML_TYPE_I32, rows), "inp_pos");
    m_inputs.key_cells = input(ggml_new_tensor_1d(m_context, GGML_TYPE_I64, rows), "attn_inp_k_idxs");
    const auto value_cells = flash ? rows : rows * m_parameters.keyValueWidth();
    m_inputs.value_cells = input(ggml_new_tensor_1d(m_context, GGML_TYPE_I64, value_cells), "attn_inp_v_idxs");
    m_inputs.masks = maskInputs("attn_inp_kq_mask");
    if (m_parameters.window.positions > 0) m_inputs.window_masks = maskInputs("attn_inp_kq_mask_swa");
    if (m_parameters.temperature.scale != 0.0f)
        m_inputs.temperatures = input(ggml_new_tensor_3d(m_context, GGML_TYPE_F32, 1, 1, rows), "inp_attn_scale");
    if (m_shape.sequences.size() > 1)
        m_inputs.attended = input(ggml_new_tensor_2d(m_context, GGML_TYPE_F32, m_parameters.attendedWidth(), rows), "attended");
    if (const int order = cache().keyRotation())
        m_inputs.key_rotation = input(ggml_new_tensor_2d(m_context, GGML_TYPE_F32, order, order), "attn_inp_k_rot");
    if (const int order = cache().valueRotation())
        m_inputs.value_rotation = input(ggml_new_tensor_2d(m_context, GGML_TYPE_F32, order, order), "attn_inp_v_rot");
}

std::vector<ggml_tensor*> GraphBuilder::maskInputs(const char* name) {
    const auto type = cache().flashAttention() ? GGML_TYPE_F16 : GGML_TYPE_F32;
    const auto each = m_shape.sequences.size() == 1 ? m_shape.rows : 1;
    std::vector<ggml_tensor*> masks;
    for (const GraphSequence& sequence : m_shape.sequences)
        masks.push_back(input(ggml_new_tensor_2d(m_context, type, sequence.cells, each), name));
    return masks;
}

void GraphBuilder::addOutputSelection() {
    m_inputs.outputs = input(ggml_new_tensor_1d(m_context, GGML_TYPE_I32, m_shape.outputs), "out_ids");
}

void GraphBuilder::name(ggml_tensor* tensor, const char* name, int layer) {
    if (layer >= 0) {
        ggml_format_name(tensor, "%s-%d", name, layer);
    } else {
        ggml_set_name(tensor, name);
    }
}

void GraphBuilder::expand(ggml_tensor* tensor) { ggml_build_forward_expand(m_graph, tensor); }

ggml_tensor* GraphBuilder::add(ggml_tensor* a, ggml_tensor* b, const char* label, int layer) {
    ggml_tensor* sum = ggml_add(m_context, a, b);
    name(sum, label, layer);
    return sum;
}

ggml_tensor* GraphBuilder::rmsNorm(ggml_tensor* rows, Weight weight, const char* label, int layer) {
    ggml_tensor* normed = ggml_rms_norm(m_context, rows, m_parameters.norm_epsilon);
    name(normed, "norm", layer);
    ggml_tensor* scaled = ggml_mul(m_context, normed, weight.plain);
    name(scaled, label, layer);
    return scaled;
}

ggml_tensor* GraphBuilder::multiply(Weight weight, ggml_tensor* rows) {
    if (weight.split) return RowExchange::addProduct(m_context, m_graph, *weight.split, weight.plain, rows);
    if (weight.for_own && OwnProducts::canAdd(m_own_kernels, weight.for_own, rows)) return m_own_products.add(m_context, weight.for_own, rows);
    return ggml_mul_mat(m_context, weight.forRows(rows->ne[1] * rows->ne[2]), rows);
}

ggml_tensor* GraphBuilder::useExperts(ggml_tensor* chosen, int layer) { return m_weights.experts()->addUse(m_context, m_graph, chosen, layer); }

ggml_tensor* GraphBuilder::rope(ggml_tensor* rows, ggml_tensor* factors, const char* label, int layer) {
    const auto& r = m_parameters.ropeOf(layer);
    ggml_tensor* rotated =
        ggml_rope_ext(m_context, rows, m_inputs.positions, factors, r.dimensions, r.mode, r.original_context,
                      r.frequency_base, r.frequency_scale, r.extrapolation, r.magnitude, r.beta_fast, r.beta_slow);
    name(rotated, label, layer);
    return rotated;
}

ggml_tensor* ropeFactorsOf(const Weights& weights, const Hyperparameters& parameters, const KvCache& cache) {
    if (const Weight factors = weights.shared("rope_freqs.weight")) return factors.plain;
    return weights.shared(cache.cells() > static_cast<std::uint32_t>(parameters.rope.original_context) ? "rope_factors_long.weight"
                                                                                                       : "rope_factors_short.weight").plain;
}

ggml_tensor* GraphBuilder::ropeFactors() const { return ropeFactorsOf(m_weights, m_parameters, cache()); }

ggml_tensor* GraphBuilder::temper(ggml_tensor* query, int layer) {
    if (!m_inputs.temperatures) return query;
    ggml_tensor* tempered = ggml_mul(m_context, query, m_inputs.temperatures);
    name(tempered, "Qcur_attn_temp_scaled", layer);
    return tempered;
}

ggml_tensor* GraphBuilder::keepOutputs(ggml_tensor* rows, int layer) {
    if (layer != m_parameters.layers - 1 || m_shape.whole_last_layer) return rows;
    return ggml_get_rows(m_context, rows, m_inputs.outputs);
}

bool GraphBuilder::skips(int layer) const { return std::ranges::count(m_ablation.layers, LayerIndex{layer}) > 0; }

ggml_tensor* GraphBuilder::skipLayer(ggml_tensor* input, int layer) {
    ggml_tensor* kept = keepOutputs(input, layer);
    // A node of its own, so that taps find the layer's output.
    ggml_tensor* out = kept == input ? ggml_cont(m_context, input) : kept;
    name(out, "l_out", layer);
    return out;
}

void GraphBuilder::keepAttentionInputs() {
    for (ggml_tensor* tensor : {m_inputs.positions, m_inputs.key_cells, m_inputs.value_cells, m_inputs.key_rotation, m_inputs.value_rotation,
                                m_inputs.temperatures})
        if (tensor) expand(tensor);
    for (const auto* masks : {&m_inputs.masks, &m_inputs.window_masks})
        for (ggml_tensor* mask : *masks) expand(mask);
}

ggml_tensor* GraphBuilder::silenceAttention(ggml_tensor* output, int layer) {
    return std::ranges::count(m_ablation.attention, LayerIndex{layer}) ? ggml_scale(m_context, output, 0.0f) : output;
}

ggml_tensor* GraphBuilder::silenceFeedForward(ggml_tensor* output, int layer) {
    return std::ranges::count(m_ablation.feed_forward, LayerIndex{layer}) ? ggml_scale(m_context, output, 0.0f) : output;
}

ggml_tensor* GraphBuilder::silenceHeads(ggml_tensor* output, int layer) {
    const auto in_layer = [layer](const HeadIndex& head) { return toInt(head.layer) == layer; };
    if (std::ranges::none_of(m_ablation.heads, in_layer)) return output;
    ggml_tensor* factors = input(ggml_new_tensor_1d(m_context, GGML_TYPE_F32, m_parameters.attendedWidth()), "head_mask");
    name(factors, "head_mask", layer);
    m_inputs.head_masks.push_back({factors, LayerIndex{layer}});
    return ggml_mul(m_context, output, factors);
}

ggml_tensor* GraphBuilder::logits(ggml_tensor* hidden) {
    if (m_shape.whole_last_layer) hidden = ggml_get_rows(m_context, hidden, m_inputs.outputs);
    ggml_tensor* normed = rmsNorm(hidden, m_weights.outputNorm(), "result_norm", -1);
    ggml_tensor* result = multiply(m_weights.output(), normed);
    if (const auto bias = m_weights.outputBias()) result = ggml_add(m_context, result, bias.plain);
    result = softCapped(m_context, result, m_parameters.logit_soft_cap);
    name(result, "result_output", -1);
    return result;
}

ggml_tensor* softCapped(ggml_context* context, ggml_tensor* input, float cap) {
    if (cap <= 0.0f) return input;
    return ggml_scale(context, ggml_tanh(context, ggml_scale(context, input, 1.0f / cap)), cap);
}

WeightSpec normWeight(std::string name, std::int64_t size) {
    return {std::move(name), {size}, WeightUse::Elementwise, true};
}

void addLinear(std::vector<WeightSpec>& specs, const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    specs.push_back({name + ".weight", {inputs, outputs}, WeightUse::MatMul, true});
    specs.push_back({name + ".bias", {outputs}, WeightUse::Elementwise, false});
    specs.push_back({name + ".scale", {1}, WeightUse::Elementwise, false});
}

std::vector<WeightSpec> ropeFactorWeights(const Hyperparameters& p) {
    std::vector<WeightSpec> specs;
    for (const auto* name : {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"})
        specs.push_back({name, {p.rope.dimensions / 2}, WeightUse::Elementwise, false});
    return specs;
}

namespace {

ggml_tensor* gate(GraphBuilder& builder, const LayerWeights& weights, const char* name, ggml_tensor* input, int layer) {
    const std::string base = name;
    ggml_tensor* out = builder.multiply(weights.at(base + ".weight"), input);
    builder.name(out, name, layer);
    if (const auto bias = weights.find(base + ".bias")) out = builder.add(out, bias.plain, (base + "_b").c_str(), layer);
    if (const auto scale = weights.find(base + ".scale")) {
        out = ggml_mul(builder.context(), out, scale.plain);
        builder.name(out, (base + "_s").c_str(), layer);
    }
    return out;
}

ggml_tensor* down(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* activated, int layer) {
    ggml_tensor* out = builder.multiply(weights.at("ffn_down.weight"), activated);
    if (const auto bias = weights.find("ffn_down.bias")) {
        builder.name(out, "ffn_down", layer);
        out = ggml_add(builder.context(), out, bias.plain);
    }
    if (const auto scale = weights.find("ffn_down.scale")) {
        out = ggml_mul(builder.context(), out, scale.plain);
        builder.name(out, "ffn_down_s", layer);
    }
    return out;
}

}  // namespace

ggml_tensor* buildSwiGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    ggml_tensor* up = gate(builder, weights, "ffn_up", input, layer);
    ggml_tensor* activated = ggml_swiglu_split(builder.context(), gate(builder, weights, "ffn_gate", input, layer), up);
    builder.name(activated, "ffn_swiglu", layer);
    return down(builder, weights, activated, layer);
}

ggml_tensor* buildGeGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    ggml_tensor* up = gate(builder, weights, "ffn_up", input, layer);
    ggml_tensor* activated = ggml_geglu_split(builder.context(), gate(builder, weights, "ffn_gate", input, layer), up);
    builder.name(activated, "ffn_geglu", layer);
    return down(builder, weights, activated, layer);
}

ggml_tensor* buildFusedSwiGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    ggml_tensor* activated = ggml_swiglu(builder.context(), gate(builder, weights, "ffn_up", input, layer));
    builder.name(activated, "ffn_swiglu", layer);
    return down(builder, weights, activated, layer);
}

}  // namespace tessera
