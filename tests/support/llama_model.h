// SPDX-License-Identifier: GPL-3.0-or-later
// Small llama-shaped models with random weights, made in memory.
#pragma once

#include "core/gguf/writer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tessera::test {

struct LlamaShape {
    std::int64_t layers = 2;
    std::int64_t embedding = 64;  // a multiple of 256 for K and most IQ types
    std::int64_t heads = 4;
    std::int64_t kv_heads = 2;
    std::int64_t head_size = 0;  // 0: embedding / heads
    std::int64_t feed_forward = 128;
    std::int64_t vocabulary = 288;
    std::int64_t context = 1024;
    TensorType type = TensorType::F32;  // of the matrices
    bool tied_embeddings = false;
    bool biases = false;
    std::int64_t experts = 0;       // a mixture of experts in every layer
    std::int64_t experts_used = 0;
    float rope_scale = 1.0f;  // linear; 1: none
    std::uint32_t seed = 1;
};

struct LlamaModelData {
    Metadata metadata;
    std::vector<GgufTensorData> tensors;
};

/// No vocabulary but its size ("no_vocab"): token ids go in and out.
LlamaModelData makeLlama(const LlamaShape& shape);
std::filesystem::path writeLlama(const std::filesystem::path& path, const LlamaShape& shape,
                                 const GgufWriteOptions& options = {});
/// makeLlama with the vocabulary (all tokenizer.* keys) of another GGUF, as many tokens as that has.
LlamaModelData makeLlamaWithVocabulary(LlamaShape shape, const std::filesystem::path& vocabulary);
/// The metadata of a llama under another architecture's name and keys.
Metadata asArchitecture(const Metadata& llama, const std::string& architecture);
std::filesystem::path writeLlamaWithVocabulary(const std::filesystem::path& path, LlamaShape shape,
                                               const std::filesystem::path& vocabulary);
/// Two files, "<stem>-00001-of-00002.gguf" and the other; returns the first.
std::filesystem::path writeSplitLlama(const std::filesystem::path& folder, const std::string& stem,
                                      const LlamaShape& shape);

/// `count` values in (−1, 1), the same for the same seed on every machine.
std::vector<float> randomValues(std::size_t count, std::uint32_t seed);
/// Rows of `width` elements in the type's own bytes, by ggml's quantiser.
std::vector<std::byte> quantize(TensorType type, const std::vector<float>& values, std::int64_t width);

}  // namespace tessera::test
