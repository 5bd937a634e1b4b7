// SPDX-License-Identifier: GPL-3.0-or-later
// Models with a mixture of experts, of several architectures' true shapes, with seeded random weights.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Sizes are multiples of 256 where K and IQ types are wanted.
struct MoeModelOptions {
    std::string architecture = "llama";  // or qwen3moe, deepseek2, gpt-oss
    std::uint32_t layers = 3;
    std::uint32_t embedding = 256;
    std::uint32_t heads = 4;
    std::uint32_t kv_heads = 2;
    std::uint32_t head_size = 64;
    std::uint32_t feed_forward = 256;         // of one expert
    std::uint32_t experts = 8;
    std::uint32_t experts_used = 2;
    std::uint32_t vocabulary = 512;
    std::uint32_t context = 2048;
    // Of the matrices whose rows it can hold (the others are F16); norms, biases and the router are F32.
    std::string type = "q8_0";
    std::string expert_type = "q8_0";
    std::filesystem::path vocabulary_of = {};  // a GGUF whose tokenizer is taken (and its size); none: ids only
    bool fused_gate_up = false;
    // deepseek2 only
    bool small = false;                       // queries without a latent vector; needs 27 layers
    std::uint32_t groups = 0;
    std::uint32_t groups_used = 0;
    bool sigmoid = false;                     // and a bias for the choice, weights normalised and scaled, as in V3
    bool yarn = false;
    bool temperature = false;                 // as in Mistral Large 3
    std::uint64_t seed = 1;
};

/// The same options give the same bytes.
Result<void> writeMoeModel(const std::filesystem::path& path, const MoeModelOptions& options);
/// All matrices of a type ("q8_0") or of a mixture ("q4_k_m"), whatever the name is.
Result<void> writeMoeModel(const std::filesystem::path& path, MoeModelOptions options, std::string_view type);

/// An architecture, or what is particular of it: "deepseek2, V3".
struct MoeForm {
    std::string name;
    MoeModelOptions options;
};
std::vector<MoeForm> moeForms();

/// qwen3moe, 16 layers of 64 experts, 4 used: 1.6 billion weights, of which a token uses 7 %.
MoeModelOptions largeMoeShape();

}  // namespace tessera
