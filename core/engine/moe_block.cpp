// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/moe_block.h"

#include <ggml.h>

#include <cmath>
#include <string>

namespace tessera {
namespace {

constexpr std::size_t kRoutingNodes = 64;           // router, gating, groups, products, shared experts
constexpr float kLeastWeightSum = 6.103515625e-5f;  // smallest normal number of float16, as in libllama

class MoeBlock {
public:
    MoeBlock(GraphBuilder& builder, const LayerWeights& weights, int layer, ExpertActivation activation)
        : m_builder(builder), m_weights(weights), m_layer(layer), m_activation(activation) {}

    ggml_tensor* build(ggml_tensor* input) const {
        ggml_tensor* logits = route(input);
        ggml_tensor* probabilities = gate(logits);
        ggml_tensor* chosen = choose(probabilities);
        ggml_tensor* weights = weightsOf(probabilities, chosen);
        m_builder.expand(weights);
        chosen = m_builder.useExperts(chosen, m_layer);
        name(chosen, "ffn_moe_used");
        ggml_tensor* rows = ggml_reshape_3d(context(), input, input->ne[0], 1, input->ne[1]);
        ggml_tensor* results = multiplyChosen("ffn_down_exps", "ffn_moe_down", activated(rows, chosen), chosen);
        results = ggml_mul(context(), results, weights);
        name(results, "ffn_moe_weighted");
        m_builder.expand(results);
        return sum(results);
    }

private:
    ggml_context* context() const { return m_builder.context(); }
    const ExpertParameters& p() const { return m_builder.parameters().moe; }
    void name(ggml_tensor* tensor, const char* label) const { m_builder.name(tensor, label, m_layer); }

    /// [experts × rows]
    ggml_tensor* route(ggml_tensor* input) const {
        ggml_tensor* logits = m_builder.multiply(m_weights.at("ffn_gate_inp.weight"), input);
        name(logits, "ffn_moe_logits");
        if (const auto bias = m_weights.find("ffn_gate_inp.bias")) logits = m_builder.add(logits, bias.plain, "ffn_moe_logits_biased", m_layer);
        return logits;
    }

    ggml_tensor* gate(ggml_tensor* logits) const {
        ggml_tensor* out = logits;
        if (p().gating == ExpertGating::Softmax) out = ggml_soft_max(context(), logits);
        if (p().gating == ExpertGating::Sigmoid) out = ggml_sigmoid(context(), logits);
        name(out, "ffn_moe_probs");
        return out;
    }

    /// int32 [used × rows], best first.
    ggml_tensor* choose(ggml_tensor* probabilities) const {
        ggml_tensor* scores = probabilities;
        // DeepSeek V3 (arXiv:2412.19437): the bias balances the choice, not the weights.
        if (const auto bias = m_weights.find("exp_probs_b.bias")) scores = m_builder.add(scores, bias.plain, "ffn_moe_probs_biased", m_layer);
        if (p().groups > 1 && scores->ne[1] > 0) scores = onlyBestGroups(scores);
        ggml_tensor* chosen = ggml_argsort_top_k(context(), scores, p().used);
        name(chosen->src[0], "ffn_moe_argsort");
        name(chosen, "ffn_moe_topk");
        return chosen;
    }

    /// −∞ for experts outside the groups whose two best have the highest sums (DeepSeek V3).
    ggml_tensor* onlyBestGroups(ggml_tensor* scores) const {
        const auto rows = scores->ne[1];
        const auto each = std::int64_t{p().count / p().groups};
        ggml_tensor* groups = ggml_reshape_3d(context(), scores, each, p().groups, rows);
        ggml_tensor* best = ggml_argsort_top_k(context(), groups, 2);
        best = ggml_get_rows(context(), ggml_reshape_4d(context(), groups, 1, each, p().groups, rows), best);
        ggml_tensor* sums = ggml_sum_rows(context(), ggml_reshape_3d(context(), best, best->ne[1], best->ne[2], best->ne[3]));
        sums = ggml_reshape_2d(context(), sums, sums->ne[1], sums->ne[2]);
        ggml_tensor* chosen = ggml_argsort_top_k(context(), sums, p().groups_used);
        name(chosen, "ffn_moe_group_topk");
        ggml_tensor* kept = ggml_get_rows(context(), groups, chosen);
        ggml_tensor* masked = ggml_set_rows(context(), ggml_fill(context(), groups, -INFINITY), kept, chosen);
        masked = ggml_reshape_2d(context(), masked, p().count, rows);
        name(masked, "ffn_moe_probs_masked");
        return masked;
    }

    /// [1 × used × rows]
    ggml_tensor* weightsOf(ggml_tensor* probabilities, ggml_tensor* chosen) const {
        const auto rows = probabilities->ne[1];
        const std::int64_t used = p().used;
        ggml_tensor* weights = ggml_get_rows(context(), ggml_reshape_3d(context(), probabilities, 1, p().count, rows), chosen);
        name(weights, "ffn_moe_weights");
        if (p().gating == ExpertGating::SoftmaxOfChosen) {
            weights = ggml_soft_max(context(), ggml_reshape_2d(context(), weights, used, rows));
            weights = ggml_reshape_3d(context(), weights, 1, used, rows);
            name(weights, "ffn_moe_weights_softmax");
        }
        if (p().normalised) {
            weights = ggml_reshape_2d(context(), weights, used, rows);
            ggml_tensor* total = ggml_sum_rows(context(), weights);
            name(total, "ffn_moe_weights_sum");
            total = ggml_clamp(context(), total, kLeastWeightSum, INFINITY);
            name(total, "ffn_moe_weights_sum_clamped");
            weights = ggml_div(context(), weights, total);
            name(weights, "ffn_moe_weights_norm");
            weights = ggml_reshape_3d(context(), weights, 1, used, rows);
        }
        if (p().weight_scale != 0.0f && p().weight_scale != 1.0f) {
            weights = ggml_scale(context(), weights, p().weight_scale);
            name(weights, "ffn_moe_weights_scaled");
        }
        return weights;
    }

    /// [outputs × used × rows]: each row with the matrices of its experts.
    ggml_tensor* multiplyChosen(const std::string& tensor, const std::string& label, ggml_tensor* rows, ggml_tensor* chosen) const {
        ggml_tensor* out = ggml_mul_mat_id(context(), m_weights.at(tensor + ".weight").plain, rows, chosen);
        if (const auto scale = m_weights.find(tensor + ".scale")) {
            ggml_tensor* factors = ggml_reshape_3d(context(), scale.plain, 1, p().count, 1);
            factors = ggml_repeat_4d(context(), factors, 1, p().count, rows->ne[2], 1);
            out = ggml_mul(context(), out, ggml_get_rows(context(), factors, chosen));
        }
        name(out, label.c_str());
        if (const auto bias = m_weights.find(tensor + ".bias")) {
            out = ggml_add_id(context(), out, bias.plain, chosen);
            name(out, (label + "_biased").c_str());
        }
        return out;
    }

    ggml_tensor* activated(ggml_tensor* rows, ggml_tensor* chosen) const {
        ggml_tensor* up = nullptr;
        ggml_tensor* gates = nullptr;
        if (m_weights.find("ffn_gate_up_exps.weight")) {
            ggml_tensor* both = multiplyChosen("ffn_gate_up_exps", "ffn_moe_gate_up", rows, chosen);
            const auto width = both->ne[0] / 2;
            gates = ggml_view_3d(context(), both, width, both->ne[1], both->ne[2], both->nb[1], both->nb[2], 0);
            up = ggml_view_3d(context(), both, width, both->ne[1], both->ne[2], both->nb[1], both->nb[2],
                              static_cast<std::size_t>(width) * both->nb[0]);
        } else {
            up = multiplyChosen("ffn_up_exps", "ffn_moe_up", rows, chosen);
            gates = multiplyChosen("ffn_gate_exps", "ffn_moe_gate", rows, chosen);
        }
        if (m_activation == ExpertActivation::ClampedSwiGlu) {
            ggml_tensor* out = ggml_swiglu_oai(context(), gates, up, 1.702f, 7.0f);
            name(out, "ffn_moe_swiglu_oai");
            return out;
        }
        ggml_tensor* out = ggml_swiglu_split(context(), gates, up);
        name(out, "ffn_moe_swiglu");
        return out;
    }

    /// [embedding × rows]. The order of the additions decides about the last bits.
    ggml_tensor* sum(ggml_tensor* results) const {
        const auto part = [&](std::int32_t i) {
            return ggml_view_2d(context(), results, results->ne[0], results->ne[2], results->nb[2], static_cast<std::size_t>(i) * results->nb[1]);
        };
        ggml_tensor* total = part(0);
        if (p().used == 1) total = ggml_cont(context(), total);
        for (std::int32_t i = 1; i < p().used; ++i) total = ggml_add(context(), total, part(i));
        name(total, "ffn_moe_out");
        return total;
    }

    GraphBuilder& m_builder;
    const LayerWeights& m_weights;
    int m_layer;
    ExpertActivation m_activation;
};

}  // namespace

void addExpertWeights(std::vector<WeightSpec>& specs, const Hyperparameters& p, bool biases) {
    const std::int64_t experts = p.moe.count;
    const std::int64_t width = p.moe.feed_forward;
    specs.push_back({"ffn_gate_inp.weight", {p.embedding, experts}, WeightUse::MatMul, true});
    specs.push_back({"exp_probs_b.bias", {experts}, WeightUse::Elementwise, false});
    specs.push_back({"ffn_gate_up_exps.weight", {p.embedding, 2 * width, experts}, WeightUse::Experts, false});
    specs.push_back({"ffn_gate_exps.weight", {p.embedding, width, experts}, WeightUse::Experts, true, "ffn_gate_up_exps.weight"});
    specs.push_back({"ffn_up_exps.weight", {p.embedding, width, experts}, WeightUse::Experts, true, "ffn_gate_up_exps.weight"});
    specs.push_back({"ffn_down_exps.weight", {width, p.embedding, experts}, WeightUse::Experts, true});
    for (const auto* tensor : {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"})
        specs.push_back({std::string(tensor) + ".scale", {experts}, WeightUse::Elementwise, false});
    if (!biases) return;
    specs.push_back({"ffn_gate_inp.bias", {experts}, WeightUse::Elementwise, true});
    specs.push_back({"ffn_gate_exps.bias", {width, experts}, WeightUse::Elementwise, true});
    specs.push_back({"ffn_up_exps.bias", {width, experts}, WeightUse::Elementwise, true});
    specs.push_back({"ffn_down_exps.bias", {p.embedding, experts}, WeightUse::Elementwise, true});
}

void addSharedExpertWeights(std::vector<WeightSpec>& specs, const Hyperparameters& p) {
    const auto width = std::int64_t{p.moe.feed_forward} * p.moe.shared;
    specs.push_back({"ffn_gate_shexp.weight", {p.embedding, width}, WeightUse::MatMul, true});
    specs.push_back({"ffn_up_shexp.weight", {p.embedding, width}, WeightUse::MatMul, true});
    specs.push_back({"ffn_down_shexp.weight", {width, p.embedding}, WeightUse::MatMul, true});
}

ggml_tensor* buildExperts(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer, ExpertActivation activation) {
    return MoeBlock(builder, weights, layer, activation).build(input);
}

ggml_tensor* buildSharedExperts(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
    ggml_tensor* up = builder.multiply(weights.at("ffn_up_shexp.weight"), input);
    builder.name(up, "ffn_up", layer);
    ggml_tensor* gate = builder.multiply(weights.at("ffn_gate_shexp.weight"), input);
    builder.name(gate, "ffn_gate", layer);
    ggml_tensor* activated = ggml_swiglu_split(builder.context(), gate, up);
    builder.name(activated, "ffn_swiglu", layer);
    ggml_tensor* out = builder.multiply(weights.at("ffn_down_shexp.weight"), activated);
    builder.name(out, "ffn_shexp", layer);
    return out;
}

std::size_t expertNodes(const ExpertParameters& parameters) {
    return parameters ? kRoutingNodes + 2 * static_cast<std::size_t>(parameters.used) : 0;
}

}  // namespace tessera
