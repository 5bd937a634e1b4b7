// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/generated_model.h"

#include "core/base/format.h"
#include "core/generate/quantizer.h"
#include "core/generate/random.h"
#include "core/gguf/writer.h"

#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace tessera {
namespace {

/// Sum of four uniform numbers: near enough to a normal one.
void fillNormal(std::span<float> values, float mean, float deviation, std::uint64_t seed) {
    Random random(seed);
    const float scale = deviation * std::sqrt(3.0f) / 65536.0f;
    for (auto& value : values) {
        const std::uint64_t bits = random.next();
        const auto sum = static_cast<std::int64_t>((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)) - 131070;
        value = mean + scale * static_cast<float>(sum);
    }
}

std::uint64_t seedOf(std::uint64_t seed, std::string_view name) {
    for (const char c : name) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    return seed;
}

Result<std::vector<std::byte>> encode(TensorType type, std::span<const float> values, std::int64_t columns) {
    const auto native = static_cast<ggml_type>(type);
    const auto rows = static_cast<std::int64_t>(values.size()) / columns;
    if (columns % ggml_blck_size(native) != 0)
        return fail(ErrorKind::InvalidArgument, format("{} cannot hold rows of {} elements", ggml_type_name(native), columns));
    std::vector<std::byte> bytes(static_cast<std::size_t>(rows) * ggml_row_size(native, columns));
    std::vector<float> importance;
    if (ggml_quantize_requires_imatrix(native)) importance.assign(static_cast<std::size_t>(columns), 1.0f);
    ggml_quantize_chunk(native, values.data(), bytes.data(), 0, rows, columns, importance.empty() ? nullptr : importance.data());
    return bytes;
}

class ModelMaker {
public:
    explicit ModelMaker(const GeneratedModelOptions& options) : m_options(options) {}

    Result<void> makeTensors() {
        const auto& o = m_options;
        const auto query = std::int64_t{headSize()} * o.heads;
        const auto key_value = std::int64_t{headSize()} * o.kv_heads;
        TESSERA_CHECK(matrix("token_embd.weight", o.embedding, o.vocabulary, o.embedding_spread));
        if (o.rope_factors) TESSERA_CHECK(vector("rope_freqs.weight", ropeDimensions() / 2, 2.0f, 0.5f));
        if (o.long_rope) TESSERA_CHECK(vector("rope_factors_long.weight", ropeDimensions() / 2, 6.0f, 1.0f));
        if (o.long_rope) TESSERA_CHECK(vector("rope_factors_short.weight", ropeDimensions() / 2, 1.5f, 0.3f));
        const float back = 1.0f / std::sqrt(2.0f * static_cast<float>(o.layers));  // into the residual stream
        for (std::uint32_t layer = 0; layer < o.layers; ++layer) {
            const auto block = format("blk.{}.", layer);
            TESSERA_CHECK(vector(block + "attn_norm.weight", o.embedding, 1.0f, 0.1f));
            if (o.fused_qkv) {
                TESSERA_CHECK(linear(block + "attn_qkv", o.embedding, query + 2 * key_value, 1.0f));
            } else {
                TESSERA_CHECK(linear(block + "attn_q", o.embedding, query, 1.5f, o.qkv_biases));
                TESSERA_CHECK(linear(block + "attn_k", o.embedding, key_value, 1.5f, o.qkv_biases));
                TESSERA_CHECK(linear(block + "attn_v", o.embedding, key_value, 1.0f, o.qkv_biases));
            }
            if (o.qk_norms) TESSERA_CHECK(vector(block + "attn_q_norm.weight", headSize(), 1.3f, 0.2f));
            if (o.qk_norms) TESSERA_CHECK(vector(block + "attn_k_norm.weight", headSize(), 1.3f, 0.2f));
            if (o.post_norms) TESSERA_CHECK(vector(block + "post_attention_norm.weight", o.embedding, 0.5f, 0.1f));
            if (o.post_norms) TESSERA_CHECK(vector(block + "post_ffw_norm.weight", o.embedding, 0.5f, 0.1f));
            TESSERA_CHECK(linear(block + "attn_output", query, o.embedding, back));
            TESSERA_CHECK(vector(block + "ffn_norm.weight", o.embedding, 1.0f, 0.1f));
            if (!o.fused_gate_up) TESSERA_CHECK(linear(block + "ffn_gate", o.embedding, o.feed_forward, 1.0f));
            TESSERA_CHECK(linear(block + "ffn_up", o.embedding, (o.fused_gate_up ? 2 : 1) * std::int64_t{o.feed_forward}, 1.0f));
            TESSERA_CHECK(linear(block + "ffn_down", o.feed_forward, o.embedding, 2.0f * back));
        }
        TESSERA_CHECK(vector("output_norm.weight", o.embedding, o.tied ? 0.2f / o.embedding_spread : 1.0f, 0.02f));
        if (o.output_bias) TESSERA_CHECK(vector("output.bias", o.vocabulary, 0.0f, 0.5f));
        if (!o.tied) TESSERA_CHECK(matrix("output.weight", o.embedding, o.vocabulary, 2.5f / std::sqrt(static_cast<float>(o.embedding))));
        return {};
    }

    const std::vector<GgufTensorData>& tensors() const { return m_tensors; }
    std::uint32_t headSize() const { return m_options.head_size ? m_options.head_size : m_options.embedding / m_options.heads; }
    std::uint32_t ropeDimensions() const { return m_options.rope_dimensions ? m_options.rope_dimensions : headSize(); }

private:
    Result<void> vector(const std::string& name, std::int64_t size, float mean, float deviation) {
        std::vector<float> values(static_cast<std::size_t>(size));
        fillNormal(values, mean, deviation, seedOf(m_options.seed, name));
        const auto bytes = std::as_bytes(std::span(values));
        m_tensors.push_back({name, TensorType::F32, {size}, {bytes.begin(), bytes.end()}});
        return {};
    }

    Result<void> matrix(const std::string& name, std::int64_t inputs, std::int64_t outputs, float deviation) {
        std::vector<float> values(static_cast<std::size_t>(inputs * outputs));
        fillNormal(values, 0.0f, deviation, seedOf(m_options.seed, name));
        const auto special = m_options.types.find(name);
        const auto type = special == m_options.types.end() ? m_options.type : special->second;
        TESSERA_TRY(auto bytes, encode(type, values, inputs));
        m_tensors.push_back({name, type, {inputs, outputs}, std::move(bytes)});
        return {};
    }

    Result<void> linear(const std::string& name, std::int64_t inputs, std::int64_t outputs, float gain, bool biased = false) {
        TESSERA_CHECK(matrix(name + ".weight", inputs, outputs, gain / std::sqrt(static_cast<float>(inputs))));
        if (!m_options.biases && !biased) return {};
        return vector(name + ".bias", outputs, 0.0f, 0.1f);
    }

    const GeneratedModelOptions& m_options;
    std::vector<GgufTensorData> m_tensors;
};

/// A SentencePiece vocabulary: three control tokens, 256 bytes, ASCII characters, then pieces that no text contains.
Result<void> addVocabulary(Metadata& metadata, std::uint32_t size) {
    constexpr std::int32_t kNormal = 1, kUnknown = 2, kControl = 3, kByte = 6;
    constexpr std::uint32_t kLeast = 400;
    if (size < kLeast) return fail(ErrorKind::InvalidArgument, format("a vocabulary of {} tokens: at least {} are needed", size, kLeast));
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    std::vector<std::int32_t> types{kUnknown, kControl, kControl};
    for (int byte = 0; byte < 256; ++byte) tokens.push_back(format("<0x{:02X}>", byte)), types.push_back(kByte);
    tokens.push_back("\xe2\x96\x81");  // "▁", the space
    for (char c = '!'; c <= '~'; ++c) tokens.emplace_back(1, c);
    for (const auto* piece : {"th", "he", "in", "er", "an", "the", "ing", "and", "\xe2\x96\x81the", "\xe2\x96\x81" "a"}) tokens.emplace_back(piece);
    while (tokens.size() < size) tokens.push_back(format("\xe2\x96\x81piece{}", tokens.size()));
    types.resize(tokens.size(), kNormal);
    std::vector<float> scores(tokens.size());
    for (std::size_t i = 259; i < scores.size(); ++i) scores[i] = -static_cast<float>(i - 259);
    TESSERA_CHECK(metadata.add("tokenizer.ggml.model", metadataString("llama")));
    TESSERA_CHECK(metadata.add("tokenizer.ggml.tokens", metadataStrings(std::move(tokens))));
    TESSERA_CHECK(metadata.add("tokenizer.ggml.scores", metadataFloats(scores)));
    TESSERA_CHECK(metadata.add("tokenizer.ggml.token_type", metadataInts(types)));
    TESSERA_CHECK(metadata.add("tokenizer.ggml.bos_token_id", metadataUInt32(1)));
    return metadata.add("tokenizer.ggml.eos_token_id", metadataUInt32(2));
}

Result<Metadata> makeMetadata(const GeneratedModelOptions& o, std::uint32_t head_size, std::uint32_t rope_dimensions) {
    Metadata metadata;
    const auto set = [&](const std::string& key, MetadataValue value) { metadata.set(o.architecture + "." + key, std::move(value)); };
    const auto number = [&](const std::string& key, std::uint32_t value) { set(key, metadataUInt32(value)); };
    metadata.set("general.architecture", metadataString(o.architecture));
    metadata.set("general.name", metadataString(format("generated {}", o.seed)));
    number("block_count", o.layers);
    number("context_length", o.context);
    number("embedding_length", o.embedding);
    number("feed_forward_length", o.feed_forward);
    number("attention.head_count", o.heads);
    number("attention.head_count_kv", o.kv_heads);
    number("rope.dimension_count", rope_dimensions);
    if (o.head_size) number("attention.key_length", head_size), number("attention.value_length", head_size);
    number("vocab_size", o.vocabulary);
    set("attention.layer_norm_rms_epsilon", metadataFloat32(1e-5f));
    set("rope.freq_base", metadataFloat32(10000.0f));
    if (o.rope_scaling != RopeScaling::None) {
        set("rope.scaling.type", metadataString(o.rope_scaling == RopeScaling::Yarn ? "yarn" : "linear"));
        set("rope.scaling.factor", metadataFloat32(4.0f));
        number("rope.scaling.original_context_length", o.context / 4);
    }
    if (!o.sliding_layers.empty()) set("attention.sliding_window_pattern", metadataInts(o.sliding_layers));
    for (const auto& [key, value] : o.keys) {
        if (const auto* integer = std::get_if<std::uint32_t>(&value)) number(key, *integer);
        if (const auto* real = std::get_if<float>(&value)) set(key, metadataFloat32(*real));
        if (const auto* text = std::get_if<std::string>(&value)) set(key, metadataString(*text));
    }
    TESSERA_CHECK(addVocabulary(metadata, o.vocabulary));
    return metadata;
}

}  // namespace

Result<void> writeGeneratedModel(const std::filesystem::path& path, const GeneratedModelOptions& options) {
    ModelMaker maker(options);
    TESSERA_CHECK(maker.makeTensors());
    TESSERA_TRY(const auto metadata, makeMetadata(options, maker.headSize(), maker.ropeDimensions()));
    return writeGguf(path, metadata, maker.tensors(), {3, options.alignment});
}

Result<void> writeGeneratedModel(const std::filesystem::path& path, GeneratedModelOptions options, std::string_view type) {
    if (!isQuantizerMixture(type)) {
        TESSERA_TRY(options.type, tensorTypeFromName(type));
        return writeGeneratedModel(path, options);
    }
    options.type = TensorType::F16;
    return quantizeMixture(path, type, [&options](const std::filesystem::path& full) { return writeGeneratedModel(full, options); });
}

GeneratedModelOptions tinyLlamaShape() {
    GeneratedModelOptions options;
    options.layers = 22;
    options.embedding = 2048;
    options.heads = 32;
    options.kv_heads = 4;
    options.feed_forward = 5632;
    options.vocabulary = 32000;
    return options;
}

}  // namespace tessera
