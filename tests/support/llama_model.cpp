// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/llama_model.h"

#include "core/gguf/reader.h"

#include <ggml.h>

#include <cmath>
#include <random>
#include <stdexcept>

namespace tessera::test {

namespace {

/// Collects the tensors of a model; every tensor gets its own seed.
class Builder {
public:
    Builder(LlamaModelData& data, const LlamaShape& shape)
        : m_data(data), m_type(shape.type), m_seed(shape.seed * 7919) {}

    void matrix(const std::string& name, std::int64_t inputs, std::int64_t outputs, float scale) {
        std::vector<float> values = randomValues(static_cast<std::size_t>(inputs * outputs), ++m_seed);
        for (float& value : values) value *= scale;
        m_data.tensors.push_back({name, m_type, {inputs, outputs}, quantize(m_type, values, inputs)});
    }
    /// One matrix per expert, one behind the other.
    void experts(const std::string& name, std::int64_t inputs, std::int64_t outputs, std::int64_t count, float scale) {
        matrix(name, inputs, outputs * count, scale);
        m_data.tensors.back().shape = {inputs, outputs, count};
    }
    void vector(const std::string& name, std::int64_t size, float middle, float scale) {
        std::vector<float> values = randomValues(static_cast<std::size_t>(size), ++m_seed);
        for (float& value : values) value = middle + scale * value;
        m_data.tensors.push_back({name, TensorType::F32, {size}, quantize(TensorType::F32, values, size)});
    }

private:
    LlamaModelData& m_data;
    TensorType m_type;
    std::uint32_t m_seed;
};

/// Keeps the activations of a random layer near the size of its inputs.
float scaleFor(std::int64_t inputs) { return std::sqrt(3.0f / static_cast<float>(inputs)); }

void addLayer(Builder& builder, const LlamaShape& shape, std::int64_t head_size, std::int64_t layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const std::int64_t queries = shape.heads * head_size;
    const std::int64_t keys = shape.kv_heads * head_size;
    builder.vector(prefix + "attn_norm.weight", shape.embedding, 1.0f, 0.2f);
    // Larger queries and keys make attention choose instead of averaging.
    builder.matrix(prefix + "attn_q.weight", shape.embedding, queries, 2 * scaleFor(shape.embedding));
    builder.matrix(prefix + "attn_k.weight", shape.embedding, keys, 2 * scaleFor(shape.embedding));
    builder.matrix(prefix + "attn_v.weight", shape.embedding, keys, scaleFor(shape.embedding));
    if (shape.biases) {
        builder.vector(prefix + "attn_q.bias", queries, 0.0f, 0.3f);
        builder.vector(prefix + "attn_k.bias", keys, 0.0f, 0.3f);
        builder.vector(prefix + "attn_v.bias", keys, 0.0f, 0.3f);
    }
    builder.matrix(prefix + "attn_output.weight", queries, shape.embedding, scaleFor(queries));
    if (shape.biases) builder.vector(prefix + "attn_output.bias", shape.embedding, 0.0f, 0.3f);
    builder.vector(prefix + "ffn_norm.weight", shape.embedding, 1.0f, 0.2f);
    if (shape.experts > 0) {
        builder.matrix(prefix + "ffn_gate_inp.weight", shape.embedding, shape.experts, scaleFor(shape.embedding));
        builder.experts(prefix + "ffn_gate_exps.weight", shape.embedding, shape.feed_forward, shape.experts, scaleFor(shape.embedding));
        builder.experts(prefix + "ffn_up_exps.weight", shape.embedding, shape.feed_forward, shape.experts, scaleFor(shape.embedding));
        builder.experts(prefix + "ffn_down_exps.weight", shape.feed_forward, shape.embedding, shape.experts, scaleFor(shape.feed_forward));
        return;
    }
    builder.matrix(prefix + "ffn_gate.weight", shape.embedding, shape.feed_forward, scaleFor(shape.embedding));
    builder.matrix(prefix + "ffn_up.weight", shape.embedding, shape.feed_forward, scaleFor(shape.embedding));
    builder.matrix(prefix + "ffn_down.weight", shape.feed_forward, shape.embedding, scaleFor(shape.feed_forward));
}

Metadata llamaMetadata(const LlamaShape& shape, std::int64_t head_size) {
    Metadata metadata;
    const auto number = [&](const char* key, std::int64_t value) {
        metadata.set(key, metadataUInt32(static_cast<std::uint32_t>(value)));
    };
    metadata.set("general.architecture", metadataString("llama"));
    metadata.set("general.name", metadataString("random llama"));
    number("llama.block_count", shape.layers);
    number("llama.context_length", shape.context);
    number("llama.embedding_length", shape.embedding);
    number("llama.feed_forward_length", shape.feed_forward);
    number("llama.attention.head_count", shape.heads);
    number("llama.attention.head_count_kv", shape.kv_heads);
    number("llama.attention.key_length", head_size);
    number("llama.attention.value_length", head_size);
    number("llama.rope.dimension_count", head_size);
    number("llama.vocab_size", shape.vocabulary);
    if (shape.experts > 0) {
        number("llama.expert_count", shape.experts);
        number("llama.expert_used_count", shape.experts_used);
    }
    metadata.set("llama.attention.layer_norm_rms_epsilon", metadataFloat32(1e-5f));
    if (shape.rope_scale != 1.0f) {
        metadata.set("llama.rope.scaling.type", metadataString("linear"));
        metadata.set("llama.rope.scaling.factor", metadataFloat32(shape.rope_scale));
    }
    metadata.set("tokenizer.ggml.model", metadataString("no_vocab"));
    return metadata;
}

MetadataValue metadataUInt16(std::uint16_t value) { return {MetadataType::UInt16, std::uint64_t{value}}; }

void require(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace

std::vector<float> randomValues(std::size_t count, std::uint32_t seed) {
    std::mt19937 engine(seed);
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(engine()) / 2147483648.0f - 1.0f;
    return values;
}

std::vector<std::byte> quantize(TensorType type, const std::vector<float>& values, std::int64_t width) {
    const auto ggml_type_number = static_cast<ggml_type>(type);
    const std::int64_t rows = static_cast<std::int64_t>(values.size()) / width;
    std::vector<std::byte> bytes(ggml_row_size(ggml_type_number, width) * static_cast<std::size_t>(rows));
    const std::vector<float> importance(static_cast<std::size_t>(width), 1.0f);  // some types ask for it
    ggml_quantize_chunk(ggml_type_number, values.data(), bytes.data(), 0, rows, width, importance.data());
    return bytes;
}

LlamaModelData makeLlama(const LlamaShape& shape) {
    const std::int64_t head_size = shape.head_size != 0 ? shape.head_size : shape.embedding / shape.heads;
    LlamaModelData data;
    data.metadata = llamaMetadata(shape, head_size);
    Builder builder(data, shape);
    builder.matrix("token_embd.weight", shape.embedding, shape.vocabulary, 1.0f);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) addLayer(builder, shape, head_size, layer);
    builder.vector("output_norm.weight", shape.embedding, 1.0f, 0.2f);
    if (!shape.tied_embeddings)
        builder.matrix("output.weight", shape.embedding, shape.vocabulary, 2 * scaleFor(shape.embedding));
    return data;
}

std::filesystem::path writeLlama(const std::filesystem::path& path, const LlamaShape& shape,
                                 const GgufWriteOptions& options) {
    const LlamaModelData data = makeLlama(shape);
    require(writeGguf(path, data.metadata, data.tensors, options));
    return path;
}

LlamaModelData makeLlamaWithVocabulary(LlamaShape shape, const std::filesystem::path& vocabulary) {
    const auto other = readGgufModel(vocabulary);
    if (!other) throw std::runtime_error(other.error().message);
    const auto tokens = other->metadata.array("tokenizer.ggml.tokens");
    if (!tokens) throw std::runtime_error(tokens.error().message);
    shape.vocabulary = static_cast<std::int64_t>((*tokens)->count);
    LlamaModelData data = makeLlama(shape);
    for (const Metadata::Entry& entry : other->metadata.entries()) {
        if (entry.key.starts_with("tokenizer.")) data.metadata.set(entry.key, entry.value);
    }
    return data;
}

Metadata asArchitecture(const Metadata& llama, const std::string& architecture) {
    Metadata renamed;
    for (const auto& [key, value] : llama.entries())
        renamed.set(key.starts_with("llama.") ? architecture + key.substr(5) : key,
                    key == "general.architecture" ? metadataString(architecture) : value);
    return renamed;
}

std::filesystem::path writeLlamaWithVocabulary(const std::filesystem::path& path, LlamaShape shape,
                                               const std::filesystem::path& vocabulary) {
    const LlamaModelData data = makeLlamaWithVocabulary(std::move(shape), vocabulary);
    require(writeGguf(path, data.metadata, data.tensors));
    return path;
}

std::filesystem::path writeSplitLlama(const std::filesystem::path& folder, const std::string& stem,
                                      const LlamaShape& shape) {
    LlamaModelData data = makeLlama(shape);
    const auto tensor_count = static_cast<std::int32_t>(data.tensors.size());
    const auto half = data.tensors.begin() + tensor_count / 2;
    const std::vector<GgufTensorData> parts[] = {{data.tensors.begin(), half}, {half, data.tensors.end()}};
    std::filesystem::path first;
    for (std::uint16_t part = 0; part < 2; ++part) {
        Metadata metadata = part == 0 ? data.metadata : Metadata{};
        if (part != 0) metadata.set("general.architecture", metadataString("llama"));
        metadata.set("split.no", metadataUInt16(part));
        metadata.set("split.count", metadataUInt16(2));
        metadata.set("split.tensors.count", metadataInt32(tensor_count));
        const auto path = folder / (stem + "-0000" + std::to_string(part + 1) + "-of-00002.gguf");
        require(writeGguf(path, metadata, parts[part]));
        if (part == 0) first = path;
    }
    return first;
}

}  // namespace tessera::test
