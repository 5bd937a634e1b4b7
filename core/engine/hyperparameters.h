// SPDX-License-Identifier: GPL-3.0-or-later
// What the metadata says about a transformer's shape, checked before it sizes anything.
// Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; defaults and formulas as in libllama.
#pragma once

#include "core/gguf/model.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

/// The arguments of ggml_rope_ext.
struct RopeParameters {
    std::int32_t dimensions = 0;
    std::int32_t mode = 0;               // ggml's GGML_ROPE_TYPE_*; set by the architecture
    std::int32_t original_context = 0;
    float frequency_base = 10000.0f;
    float frequency_scale = 1.0f;
    float extrapolation = 0.0f;          // 1 with YaRN scaling
    float magnitude = 1.0f;
    float beta_fast = 32.0f;
    float beta_slow = 1.0f;
};

/// Equal for all layers. Sizes in elements.
struct Hyperparameters {
    std::string architecture;
    std::int32_t layers = 0;
    std::int32_t embedding = 0;
    std::int32_t heads = 0;
    std::int32_t kv_heads = 0;
    std::int32_t head_size = 0;          // of keys and values
    std::int32_t feed_forward = 0;
    std::int32_t vocabulary = 0;         // rows of the token embedding
    std::int32_t training_context = 0;
    std::int32_t experts = 0;
    float norm_epsilon = 0.0f;           // of RMS norm
    RopeParameters rope;

    std::int64_t queryWidth() const { return std::int64_t{head_size} * heads; }
    std::int64_t keyValueWidth() const { return std::int64_t{head_size} * kv_heads; }
};

/// Reads the keys that transformers share. NotFound and Corrupt name the key; Corrupt also when numbers do not fit
/// together (heads that no kv head divides…); Unsupported for shapes that differ between layers and unknown scalings.
Result<Hyperparameters> readHyperparameters(const GgufModel& model);

}  // namespace tessera
