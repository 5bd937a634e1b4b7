// SPDX-License-Identifier: GPL-3.0-or-later
// Models with seeded random weights, of llama's shape or another dense architecture's: small ones for tests, large ones for
// benchmarks.
#pragma once

#include "core/base/result.h"
#include "core/gguf/tensor_type.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tessera {

enum class RopeScaling { None, Linear, Yarn };

/// The defaults make a model of about 2 million weights. K and IQ types need sizes that 256 divides.
struct GeneratedModelOptions {
    std::string architecture = "llama";
    std::uint64_t seed = 1;
    std::uint32_t layers = 3;
    std::uint32_t embedding = 256;
    std::uint32_t heads = 4;
    std::uint32_t kv_heads = 2;
    std::uint32_t head_size = 0;         // 0: embedding / heads; otherwise written as attention.key_length
    std::uint32_t feed_forward = 512;
    std::uint32_t vocabulary = 512;      // at least 400
    std::uint32_t context = 2048;
    TensorType type = TensorType::F16;   // of the matrices; norms and biases are F32
    std::map<std::string, TensorType, std::less<>> types;  // of single tensors ("output.weight")
    bool biases = false;
    bool tied = false;                   // no output.weight
    bool rope_factors = false;           // rope_freqs.weight
    bool fused_qkv = false;
    bool qkv_biases = false;             // biases of query, key and value only
    bool output_bias = false;
    bool qk_norms = false;               // of each head
    bool post_norms = false;             // behind attention and feed-forward
    bool fused_gate_up = false;          // ffn_up gives both
    bool long_rope = false;              // rope_factors_long and rope_factors_short
    std::uint32_t rope_dimensions = 0;   // 0: the whole head
    float embedding_spread = 1.0f;       // deviation of the token embedding's weights
    std::vector<std::int32_t> sliding_layers = {};  // attention.sliding_window_pattern as a list; empty: not written
    std::map<std::string, std::variant<std::uint32_t, float, std::string>> keys = {};  // more metadata, under "<architecture>."
    RopeScaling rope_scaling = RopeScaling::None;
    std::uint32_t alignment = 32;
};

/// Weights are scaled so that activations keep their size through the layers and logits spread by a few units.
/// The same options give the same bytes.
Result<void> writeGeneratedModel(const std::filesystem::path& path, const GeneratedModelOptions& options);

/// Writes a model of a tensor type ("q8_0") or of a mixture ("q4_k_m"), whatever the name is.
Result<void> writeGeneratedModel(const std::filesystem::path& path, GeneratedModelOptions options, std::string_view type);

/// TinyLlama's shape: 22 layers, 2048 embedding, 32 heads, 4 kv heads, 5632 feed-forward, 32000 tokens (1.1 billion).
GeneratedModelOptions tinyLlamaShape();

}  // namespace tessera
