// SPDX-License-Identifier: GPL-3.0-or-later
// DeepSeek V2 and V3 (arXiv:2405.04434, arXiv:2412.19437) and their relatives (Mistral Large 3, Kimi K2): keys and values of
// all heads from one latent vector per position (MLA), which alone is cached; first some dense layers, then routed and
// shared experts. Files that hold "attn_kv_b" in one piece are older than this form and are left to llama.cpp.
#include "core/engine/arch/architecture.h"
#include "core/engine/graph_blocks.h"
#include "core/engine/moe_block.h"

#include "core/base/format.h"

#include <ggml.h>

#include <cmath>

namespace tessera {
namespace {

/// The attention's scale grows with the context that YaRN stretches to; the magnitude is left to it.
/// https://github.com/ggml-org/llama.cpp/discussions/7416
void scaleAttention(Hyperparameters& p, float log_multiplier, float attention_factor) {
    RopeParameters& rope = p.rope;
    if (rope.extrapolation != 0.0f && log_multiplier != 0.0f)
        rope.magnitude = 1.0f / (1.0f + 0.1f * logf(1.0f / rope.frequency_scale)) * attention_factor;
    const float original = rope.magnitude * (1.0f + 0.1f * logf(1.0f / rope.frequency_scale));
    const float sharpness = original * (1.0f + 0.1f * log_multiplier * logf(1.0f / rope.frequency_scale));
    p.attention_scale = 1.0f * sharpness * sharpness / sqrtf(static_cast<float>(p.latent.key_size));
}

class DeepSeek2Architecture final : public Architecture {
public:
    std::string_view name() const override { return "deepseek2"; }

    Result<Hyperparameters> hyperparameters(const GgufModel& model) const override {
        TESSERA_TRY(auto p, readHyperparameters(model));
        TESSERA_CHECK(readLatent(model, p));
        TESSERA_CHECK(readExperts(model, p));
        p.rope.mode = GGML_ROPE_TYPE_NORMAL;
        TESSERA_TRY(const float attention_factor, readNumber(model, "rope.scaling.attn_factor", 1.0f));
        TESSERA_TRY(float log_multiplier, readNumber(model, "rope.scaling.yarn_log_multiplier", 0.0f));
        log_multiplier /= 0.1f;  // converters multiply it in
        TESSERA_CHECK(readYarn(model, p));
        scaleAttention(p, log_multiplier, attention_factor);
        TESSERA_TRY(p.temperature.scale, readNumber(model, "attention.temperature_scale", 0.0f));
        TESSERA_TRY(p.temperature.floor, readInteger(model, "attention.temperature_length", 1, 1));
        return p;
    }

    std::vector<WeightSpec> layerTensors(const Hyperparameters& p) const override { return tensorsOfLayer(p, p.layers - 1); }

    std::vector<WeightSpec> tensorsOfLayer(const Hyperparameters& p, int layer) const override {
        std::vector<WeightSpec> specs{normWeight("attn_norm.weight", p.embedding)};
        addAttention(specs, p);
        specs.push_back(normWeight("ffn_norm.weight", p.embedding));
        if (p.moe.inLayer(layer)) {
            addExpertWeights(specs, p);
            addSharedExpertWeights(specs, p);
            return specs;
        }
        specs.push_back({"ffn_gate.weight", {p.embedding, p.feed_forward}, WeightUse::MatMul, true});
        specs.push_back({"ffn_up.weight", {p.embedding, p.feed_forward}, WeightUse::MatMul, true});
        specs.push_back({"ffn_down.weight", {p.feed_forward, p.embedding}, WeightUse::MatMul, true});
        return specs;
    }

    std::vector<WeightSpec> sharedTensors(const Hyperparameters&) const override { return {}; }

    ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const override {
        const LayerWeights& weights = builder.layer(layer);
        ggml_tensor* normed = builder.rmsNorm(input, weights.at("attn_norm.weight"), "attn_norm", layer);
        const auto [query, key, value] = buildLatentQkv(builder, weights, normed, layer);
        ggml_tensor* attention = buildAttention(builder, weights, builder.temper(query, layer), key, value, layer);
        attention = builder.silenceAttention(attention, layer);
        builder.name(attention, "attn_out", layer);
        ggml_tensor* residual = builder.add(builder.keepOutputs(attention, layer), builder.keepOutputs(input, layer), "ffn_inp", layer);

        ggml_tensor* out = builder.rmsNorm(residual, weights.at("ffn_norm.weight"), "ffn_norm", layer);
        if (builder.parameters().moe.inLayer(layer)) {
            ggml_tensor* routed = buildExperts(builder, weights, out, layer);
            out = builder.add(routed, buildSharedExperts(builder, weights, out, layer), "ffn_out", layer);
        } else {
            out = buildSwiGlu(builder, weights, out, layer);
            builder.name(out, "ffn_out", layer);
        }
        out = builder.silenceFeedForward(out, layer);
        return builder.add(out, residual, "l_out", layer);
    }

private:
    static Result<void> readLatent(const GgufModel& model, Hyperparameters& p) {
        LatentAttention& latent = p.latent;
        TESSERA_TRY(latent.key_size, readInteger(model, "attention.key_length_mla", 1, 0));
        TESSERA_TRY(latent.value_size, readInteger(model, "attention.value_length_mla", 1, 0));
        if (latent.key_size == 0 || latent.value_size == 0)
            return fail(ErrorKind::Unsupported, "the model's keys and values are not kept as latent vectors (no deepseek2.attention.key_length_mla); "
                                                "use the llama.cpp engine");
        TESSERA_TRY(latent.rank, readInteger(model, "attention.kv_lora_rank", 1, 0));
        // As libllama tells the small models, whose queries have no latent vector.
        const bool small = p.layers == 26 || p.layers == 27 || (p.layers == 48 && p.vocabulary == 128256);
        if (!small) {
            TESSERA_TRY(latent.query_rank, readInteger(model, "attention.q_lora_rank", 1, 0));
        }
        const bool sizes_fit = p.kv_heads == 1 && latent.rank > 0 && p.head_size == latent.rank + p.rope.dimensions &&
                               latent.key_size > p.rope.dimensions && (small || latent.query_rank > 0);
        if (!sizes_fit)
            return fail(ErrorKind::Corrupt, format("deepseek2: latent vectors of {} elements for {} kv heads, cached rows of {}, heads of {} of which RoPE "
                                                   "turns {}, and queries of rank {} do not fit together", latent.rank, p.kv_heads, p.head_size,
                                                   latent.key_size, p.rope.dimensions, latent.query_rank));
        return {};
    }

    static Result<void> readExperts(const GgufModel& model, Hyperparameters& p) {
        TESSERA_TRY(p.moe, readExpertParameters(model));
        auto& moe = p.moe;
        if (!moe || moe.feed_forward == 0 || moe.shared == 0)
            return fail(ErrorKind::Unsupported, format("the model has {} experts of {} elements and {} shared ones; this engine computes deepseek2 with "
                                                       "all of them; use the llama.cpp engine", moe.count, moe.feed_forward, moe.shared));
        if (moe.dense_layers > 0 && p.feed_forward == 0)
            return fail(ErrorKind::NotFound, "the model has no metadata key deepseek2.feed_forward_length");
        // GLM 4.7 Lite does not say that it uses it.
        const bool unsaid = !model.metadata.find("deepseek2.expert_gating_func");
        if (unsaid && (p.layers == 47 || p.layers == 48) && p.vocabulary == 154880) moe.gating = ExpertGating::Sigmoid;
        return {};
    }

    static void addAttention(std::vector<WeightSpec>& specs, const Hyperparameters& p) {
        const LatentAttention& latent = p.latent;
        const auto query = std::int64_t{latent.key_size} * p.heads;
        if (latent.query_rank > 0) {
            specs.push_back({"attn_q_a.weight", {p.embedding, latent.query_rank}, WeightUse::MatMul, true});
            specs.push_back(normWeight("attn_q_a_norm.weight", latent.query_rank));
            specs.push_back({"attn_q_b.weight", {latent.query_rank, query}, WeightUse::MatMul, true});
        } else {
            specs.push_back({"attn_q.weight", {p.embedding, query}, WeightUse::MatMul, true});
        }
        specs.push_back({"attn_kv_a_mqa.weight", {p.embedding, p.head_size}, WeightUse::MatMul, true});
        specs.push_back(normWeight("attn_kv_a_norm.weight", latent.rank));
        // A matrix for each head, which is neither repacked nor cut into rows.
        specs.push_back({"attn_k_b.weight", {latent.key_size - p.rope.dimensions, latent.rank, p.heads}, WeightUse::Rows, true});
        specs.push_back({"attn_v_b.weight", {latent.rank, latent.value_size, p.heads}, WeightUse::Rows, true});
        specs.push_back({"attn_output.weight", {p.attendedWidth(), p.embedding}, WeightUse::MatMul, true});
    }

    static ggml_tensor* buildQuery(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
        const LatentAttention& latent = builder.parameters().latent;
        ggml_tensor* query = input;
        if (latent.query_rank > 0) {
            query = builder.multiply(weights.at("attn_q_a.weight"), query);
            query = builder.rmsNorm(query, weights.at("attn_q_a_norm.weight"), "q", layer);
        }
        query = builder.multiply(weights.at(latent.query_rank > 0 ? "attn_q_b.weight" : "attn_q.weight"), query);
        builder.name(query, "q", layer);
        return ggml_reshape_3d(builder.context(), query, latent.key_size, builder.parameters().heads, builder.shape().rows);
    }

    /// Heads' queries in the latent space, so that all heads attend over the same rows: [rank + RoPE × heads × rows].
    static Qkv buildLatentQkv(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer) {
        ggml_context* context = builder.context();
        const Hyperparameters& p = builder.parameters();
        const std::int64_t turned = p.rope.dimensions;
        const std::int64_t plain = p.latent.key_size - turned;
        const auto rows = builder.shape().rows;

        ggml_tensor* query = buildQuery(builder, weights, input, layer);
        ggml_tensor* both = builder.multiply(weights.at("attn_kv_a_mqa.weight"), input);
        builder.name(both, "kv_cmpr_pe", layer);
        ggml_tensor* compressed = ggml_view_2d(context, both, p.latent.rank, rows, both->nb[1], 0);
        ggml_tensor* key_turned = ggml_view_3d(context, both, turned, 1, rows, both->nb[1], both->nb[1], ggml_row_size(both->type, p.latent.rank));
        key_turned = builder.rope(key_turned, nullptr, "k_pe", layer);
        compressed = builder.rmsNorm(compressed, weights.at("attn_kv_a_norm.weight"), "kv_cmpr", layer);

        ggml_tensor* query_plain = ggml_view_3d(context, query, plain, p.heads, rows, query->nb[1], query->nb[2], 0);
        ggml_tensor* query_turned = ggml_view_3d(context, query, turned, p.heads, rows, query->nb[1], query->nb[2], ggml_row_size(query->type, plain));
        query_turned = builder.rope(query_turned, nullptr, "q_pe", layer);
        query_plain = ggml_permute(context, query_plain, 0, 2, 1, 3);
        ggml_tensor* absorbed = ggml_mul_mat(context, weights.at("attn_k_b.weight").plain, query_plain);
        builder.name(absorbed, "q_nope_absorbed", layer);
        absorbed = ggml_permute(context, absorbed, 0, 2, 1, 3);
        query = ggml_concat(context, absorbed, query_turned, 0);
        builder.name(query, "Qcur", layer);

        compressed = ggml_reshape_3d(context, compressed, p.latent.rank, 1, rows);
        ggml_tensor* key = ggml_concat(context, compressed, key_turned, 0);
        builder.name(key, "Kcur", layer);
        builder.name(compressed, "Vcur", layer);
        return {query, key, compressed};
    }
};

}  // namespace

const Architecture& deepSeek2Architecture() {
    static const DeepSeek2Architecture architecture;
    return architecture;
}

}  // namespace tessera
