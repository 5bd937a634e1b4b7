// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/generated_moe_model.h"

#include "core/base/format.h"
#include "core/generate/quantizer.h"
#include "core/generate/random.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"

#include <ggml.h>

#include <cmath>
#include <optional>
#include <span>
#include <vector>

namespace tessera {
namespace {

/// In (−1, 1).
float uniform(Random& random) { return static_cast<float>(random.next() >> 40) / 8388608.0f - 1.0f; }

float scaleFor(std::int64_t inputs) { return std::sqrt(3.0f / static_cast<float>(inputs)); }

class Maker {
public:
    Maker(const MoeModelOptions& options, TensorType type, TensorType expert_type)
        : m_options(options), m_type(type), m_expert_type(expert_type), m_seed(options.seed * 7919) {}

    std::vector<GgufTensorData> tensors;

    void vector(const std::string& name, std::vector<std::int64_t> shape, float middle, float scale) {
        add(name, TensorType::F32, std::move(shape), middle, scale);
    }
    void matrix(const std::string& name, std::int64_t inputs, std::int64_t outputs, float gain = 1.0f) {
        add(name, m_type, {inputs, outputs}, 0.0f, gain * scaleFor(inputs));
    }
    void perHead(const std::string& name, std::int64_t inputs, std::int64_t outputs, std::int64_t heads) {
        add(name, m_type, {inputs, outputs, heads}, 0.0f, scaleFor(inputs));
    }
    void experts(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
        add(name, m_expert_type, {inputs, outputs, m_options.experts}, 0.0f, scaleFor(inputs));
    }
    void router(const std::string& name, std::int64_t inputs) {
        add(name, TensorType::F32, {inputs, m_options.experts}, 0.0f, 2.0f * scaleFor(inputs));
    }

private:
    void add(const std::string& name, TensorType type, std::vector<std::int64_t> shape, float middle, float scale) {
        const auto columns = shape.front();
        if (columns % ggml_blck_size(static_cast<ggml_type>(type)) != 0) type = TensorType::F16;
        const auto native = static_cast<ggml_type>(type);
        std::int64_t rows = 1;
        for (std::size_t i = 1; i < shape.size(); ++i) rows *= shape[i];
        std::vector<float> values(static_cast<std::size_t>(columns * rows));
        Random random(++m_seed);
        for (float& value : values) value = middle + scale * uniform(random);
        std::vector<std::byte> bytes(ggml_row_size(native, columns) * static_cast<std::size_t>(rows));
        const std::vector<float> importance(static_cast<std::size_t>(columns), 1.0f);  // some types ask for it
        ggml_quantize_chunk(native, values.data(), bytes.data(), 0, rows, columns, importance.data());
        tensors.push_back({name, type, std::move(shape), std::move(bytes)});
    }

    const MoeModelOptions& m_options;
    TensorType m_type;
    TensorType m_expert_type;
    std::uint64_t m_seed;
};

void addRouted(Maker& make, const MoeModelOptions& o, const std::string& block) {
    make.router(block + "ffn_gate_inp.weight", o.embedding);
    if (o.fused_gate_up) {
        make.experts(block + "ffn_gate_up_exps.weight", o.embedding, 2 * std::int64_t{o.feed_forward});
    } else {
        make.experts(block + "ffn_gate_exps.weight", o.embedding, o.feed_forward);
        make.experts(block + "ffn_up_exps.weight", o.embedding, o.feed_forward);
    }
    make.experts(block + "ffn_down_exps.weight", o.feed_forward, o.embedding);
}

void addPlainAttention(Maker& make, const MoeModelOptions& o, const std::string& block) {
    const auto query = std::int64_t{o.heads} * o.head_size;
    const auto key_value = std::int64_t{o.kv_heads} * o.head_size;
    make.matrix(block + "attn_q.weight", o.embedding, query, 2.0f);
    make.matrix(block + "attn_k.weight", o.embedding, key_value, 2.0f);
    make.matrix(block + "attn_v.weight", o.embedding, key_value);
    make.matrix(block + "attn_output.weight", query, o.embedding);
}

// Heads of deepseek2: 64 elements and 32 that RoPE turns, values of 64, from a latent vector of 128.
constexpr std::uint32_t kPlain = 64;
constexpr std::uint32_t kTurned = 32;
constexpr std::uint32_t kValue = 64;
constexpr std::uint32_t kRank = 128;
constexpr std::uint32_t kQueryRank = 96;
constexpr std::uint32_t kDenseFeedForward = 512;

void addLatentAttention(Maker& make, const MoeModelOptions& o, const std::string& block) {
    const auto query = std::int64_t{o.heads} * (kPlain + kTurned);
    if (o.small) {
        make.matrix(block + "attn_q.weight", o.embedding, query, 2.0f);
    } else {
        make.matrix(block + "attn_q_a.weight", o.embedding, kQueryRank);
        make.vector(block + "attn_q_a_norm.weight", {kQueryRank}, 1.0f, 0.2f);
        make.matrix(block + "attn_q_b.weight", kQueryRank, query, 2.0f);
    }
    make.matrix(block + "attn_kv_a_mqa.weight", o.embedding, kRank + kTurned);
    make.vector(block + "attn_kv_a_norm.weight", {kRank}, 1.0f, 0.2f);
    make.perHead(block + "attn_k_b.weight", kPlain, kRank, o.heads);
    make.perHead(block + "attn_v_b.weight", kRank, kValue, o.heads);
    make.matrix(block + "attn_output.weight", std::int64_t{o.heads} * kValue, o.embedding);
}

void addDeepSeekLayer(Maker& make, const MoeModelOptions& o, const std::string& block, std::uint32_t layer) {
    make.vector(block + "attn_norm.weight", {o.embedding}, 1.0f, 0.2f);
    addLatentAttention(make, o, block);
    make.vector(block + "ffn_norm.weight", {o.embedding}, 1.0f, 0.2f);
    const auto gated = [&](const char* suffix, std::int64_t width) {
        make.matrix(block + "ffn_gate" + suffix, o.embedding, width);
        make.matrix(block + "ffn_up" + suffix, o.embedding, width);
        make.matrix(block + "ffn_down" + suffix, width, o.embedding);
    };
    if (layer == 0) return gated(".weight", kDenseFeedForward);
    addRouted(make, o, block);
    if (o.sigmoid) make.vector(block + "exp_probs_b.bias", {o.experts}, 0.0f, 0.3f);
    gated("_shexp.weight", o.feed_forward);
}

void addGptOssLayer(Maker& make, const MoeModelOptions& o, const std::string& block) {
    const auto query = std::int64_t{o.heads} * o.head_size;
    const auto key_value = std::int64_t{o.kv_heads} * o.head_size;
    make.vector(block + "attn_norm.weight", {o.embedding}, 1.0f, 0.2f);
    addPlainAttention(make, o, block);
    make.vector(block + "attn_q.bias", {query}, 0.0f, 0.3f);
    make.vector(block + "attn_k.bias", {key_value}, 0.0f, 0.3f);
    make.vector(block + "attn_v.bias", {key_value}, 0.0f, 0.3f);
    make.vector(block + "attn_output.bias", {o.embedding}, 0.0f, 0.3f);
    make.vector(block + "attn_sinks.weight", {o.heads}, 0.0f, 2.0f);
    make.vector(block + "post_attention_norm.weight", {o.embedding}, 1.0f, 0.2f);
    addRouted(make, o, block);
    make.vector(block + "ffn_gate_inp.bias", {o.experts}, 0.0f, 0.5f);
    make.vector(block + "ffn_gate_exps.bias", {o.feed_forward, o.experts}, 0.0f, 0.5f);
    make.vector(block + "ffn_up_exps.bias", {o.feed_forward, o.experts}, 0.0f, 0.5f);
    make.vector(block + "ffn_down_exps.bias", {o.embedding, o.experts}, 0.0f, 0.5f);
}

void addLayer(Maker& make, const MoeModelOptions& o, std::uint32_t layer) {
    const auto block = format("blk.{}.", layer);
    if (o.architecture == "deepseek2") return addDeepSeekLayer(make, o, block, layer);
    if (o.architecture == "gpt-oss") return addGptOssLayer(make, o, block);
    make.vector(block + "attn_norm.weight", {o.embedding}, 1.0f, 0.2f);
    addPlainAttention(make, o, block);
    if (o.architecture == "qwen3moe") {
        make.vector(block + "attn_q_norm.weight", {o.head_size}, 1.0f, 0.2f);
        make.vector(block + "attn_k_norm.weight", {o.head_size}, 1.0f, 0.2f);
    }
    make.vector(block + "ffn_norm.weight", {o.embedding}, 1.0f, 0.2f);
    addRouted(make, o, block);
}

/// Keys under the architecture's name.
class Keys {
public:
    Keys(Metadata& metadata, std::string prefix) : m_metadata(metadata), m_prefix(std::move(prefix)) {}
    void number(const char* key, std::uint32_t value) { m_metadata.set(m_prefix + key, metadataUInt32(value)); }
    void real(const char* key, float value) { m_metadata.set(m_prefix + key, metadataFloat32(value)); }
    void text(const char* key, const char* value) { m_metadata.set(m_prefix + key, metadataString(value)); }
    void flag(const char* key, bool value) { m_metadata.set(m_prefix + key, metadataBool(value)); }

private:
    Metadata& m_metadata;
    std::string m_prefix;
};

void addPlainKeys(Keys& keys, const MoeModelOptions& o) {
    keys.number("attention.head_count_kv", o.kv_heads);
    keys.number("attention.key_length", o.head_size);
    keys.number("attention.value_length", o.head_size);
    keys.number("rope.dimension_count", o.head_size);
}

void addDeepSeekKeys(Keys& keys, const MoeModelOptions& o) {
    keys.number("attention.head_count_kv", 1);
    keys.number("attention.key_length", kRank + kTurned);
    keys.number("attention.value_length", kRank);
    keys.number("attention.key_length_mla", kPlain + kTurned);
    keys.number("attention.value_length_mla", kValue);
    keys.number("attention.kv_lora_rank", kRank);
    if (!o.small) keys.number("attention.q_lora_rank", kQueryRank);
    keys.number("rope.dimension_count", kTurned);
    keys.number("feed_forward_length", kDenseFeedForward);
    keys.number("leading_dense_block_count", 1);
    keys.number("expert_shared_count", 1);
    if (o.groups > 0) keys.number("expert_group_count", o.groups), keys.number("expert_group_used_count", o.groups_used);
    if (o.sigmoid) {
        keys.number("expert_gating_func", 2);
        keys.flag("expert_weights_norm", true);
        keys.real("expert_weights_scale", 2.5f);
    }
    if (o.yarn) {
        keys.text("rope.scaling.type", "yarn");
        keys.real("rope.scaling.factor", 40.0f);
        keys.number("rope.scaling.original_context_length", o.context / 4);
        keys.real("rope.scaling.yarn_log_multiplier", 0.0707f);
    }
    if (o.temperature) {
        keys.real("attention.temperature_scale", 0.1f);
        keys.number("attention.temperature_length", 16);
    }
}

void addGptOssKeys(Keys& keys, const MoeModelOptions& o) {
    addPlainKeys(keys, o);
    keys.number("attention.sliding_window", 32);
    keys.text("rope.scaling.type", "yarn");
    keys.real("rope.scaling.factor", 32.0f);
    keys.number("rope.scaling.original_context_length", o.context / 4);
}

Metadata metadataOf(const MoeModelOptions& o) {
    Metadata metadata;
    metadata.set("general.architecture", metadataString(o.architecture));
    metadata.set("general.name", metadataString(format("generated {} with {} experts", o.architecture, o.experts)));
    Keys keys(metadata, o.architecture + ".");
    keys.number("block_count", o.layers);
    keys.number("context_length", o.context);
    keys.number("embedding_length", o.embedding);
    keys.number("feed_forward_length", o.feed_forward);
    keys.number("attention.head_count", o.heads);
    keys.number("vocab_size", o.vocabulary);
    keys.number("expert_count", o.experts);
    keys.number("expert_used_count", o.experts_used);
    if (o.architecture != "llama") keys.number("expert_feed_forward_length", o.feed_forward);
    keys.real("attention.layer_norm_rms_epsilon", 1e-5f);
    keys.real("rope.freq_base", 10000.0f);
    if (o.architecture == "deepseek2") {
        addDeepSeekKeys(keys, o);
    } else if (o.architecture == "gpt-oss") {
        addGptOssKeys(keys, o);
    } else {
        addPlainKeys(keys, o);
    }
    metadata.set("tokenizer.ggml.model", metadataString("no_vocab"));
    return metadata;
}

}  // namespace

Result<void> writeMoeModel(const std::filesystem::path& path, const MoeModelOptions& wish) {
    MoeModelOptions options = wish;
    std::optional<GgufModel> other;
    if (!options.vocabulary_of.empty()) {
        TESSERA_TRY(other, readGgufModel(options.vocabulary_of));
        TESSERA_TRY(const auto* tokens, other->metadata.array("tokenizer.ggml.tokens"));
        options.vocabulary = static_cast<std::uint32_t>(tokens->count);
    }
    Metadata metadata = metadataOf(options);
    if (other)
        for (const Metadata::Entry& entry : other->metadata.entries())
            if (entry.key.starts_with("tokenizer.")) metadata.set(entry.key, entry.value);
    TESSERA_TRY(const auto type, tensorTypeFromName(options.type));
    TESSERA_TRY(const auto expert_type, tensorTypeFromName(options.expert_type));
    Maker make(options, type, expert_type);
    make.matrix("token_embd.weight", options.embedding, options.vocabulary, 1.0f / scaleFor(options.embedding));
    for (std::uint32_t layer = 0; layer < options.layers; ++layer) addLayer(make, options, layer);
    make.vector("output_norm.weight", {options.embedding}, 1.0f, 0.2f);
    make.matrix("output.weight", options.embedding, options.vocabulary, 2.0f);
    return writeGguf(path, metadata, make.tensors);
}

Result<void> writeMoeModel(const std::filesystem::path& path, MoeModelOptions options, std::string_view type) {
    if (!isQuantizerMixture(type)) {
        options.type = options.expert_type = type;
        return writeMoeModel(path, options);
    }
    options.type = options.expert_type = "f16";
    return quantizeMixture(path, type, [&options](const std::filesystem::path& full) { return writeMoeModel(full, options); });
}

std::vector<MoeForm> moeForms() {
    MoeModelOptions three;
    three.experts_used = 3;
    MoeModelOptions qwen = three;
    qwen.architecture = "qwen3moe";
    MoeModelOptions gpt_oss = three;
    gpt_oss.architecture = "gpt-oss";
    MoeModelOptions deepseek = three;
    deepseek.architecture = "deepseek2";
    MoeModelOptions v3 = deepseek;
    v3.groups = 4;
    v3.groups_used = 2;
    v3.sigmoid = true;
    v3.yarn = true;
    MoeModelOptions mistral_large = deepseek;
    mistral_large.yarn = true;
    mistral_large.temperature = true;
    return {{"llama, experts", three},
            {"qwen3moe", qwen},
            {"gpt-oss", gpt_oss},
            {"deepseek2", deepseek},
            {"deepseek2, V3", v3},
            {"deepseek2, Mistral Large 3", mistral_large}};
}

MoeModelOptions largeMoeShape() {
    MoeModelOptions options;
    options.architecture = "qwen3moe";
    options.layers = 16;
    options.embedding = 1024;
    options.heads = 16;
    options.kv_heads = 4;
    options.feed_forward = 512;
    options.experts = 64;
    options.experts_used = 4;
    return options;
}

}  // namespace tessera
