// SPDX-License-Identifier: GPL-3.0-or-later
// What the metadata says about a transformer's shape, checked before it sizes anything.
// Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; defaults and formulas as in libllama.
#pragma once

#include "core/engine/expert_parameters.h"
#include "core/gguf/model.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// Layers that attend over the last positions only (Beltagy et al. 2020, arXiv:2004.05150); the others over all.
struct SlidingWindow {
    std::int32_t positions = 0;  // the row's own included; 0: no layer slides
    std::vector<bool> layers;    // whether layer N slides; set when `positions` is
    RopeParameters rope;         // of the layers that slide
};

/// Queries grow with their position: by 1 + scale · ln(1 + ⌊position / floor⌋), so that attention over long texts stays sharp.
struct QueryTemperature {
    float scale = 0.0f;  // 0: none
    std::int32_t floor = 0;
    float at(std::int32_t position) const;
};

/// Keys and values of all heads as one latent vector for each position (DeepSeek-V2, arXiv:2405.04434): a cached row is that
/// vector and behind it what RoPE turns; values are the vector alone, so they are not stored. All 0 elsewhere.
struct LatentAttention {
    std::int32_t rank = 0;        // of the vector
    std::int32_t query_rank = 0;  // of the one that queries are made from; 0: they are made from the row itself
    std::int32_t key_size = 0;    // of a head, before it is brought into the latent space
    std::int32_t value_size = 0;  // … and after the result is brought out of it
    explicit operator bool() const { return rank > 0; }
};

/// Equal for all layers, but for who slides. Sizes in elements.
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
    float embedding_scale = 1.0f;        // of the rows that token ids are looked up in
    float attention_scale = 0.0f;        // of query · key; 1 / √(head size) unless the architecture says otherwise
    float attention_soft_cap = 0.0f;     // c·tanh(x / c) of query · key; 0: none
    float logit_soft_cap = 0.0f;         // … of the logits
    RopeParameters rope;
    SlidingWindow window;
    QueryTemperature temperature;
    LatentAttention latent;
    bool whole_last_layer = false;       // all rows go through the last layer, whichever are wanted: as libllama does
    ExpertParameters moe;                // set by architectures that have experts

    std::int64_t queryWidth() const { return std::int64_t{head_size} * heads; }
    std::int64_t keyValueWidth() const { return std::int64_t{head_size} * kv_heads; }
    /// Of what attention gives to the output projection.
    std::int64_t attendedWidth() const { return latent ? std::int64_t{latent.value_size} * heads : queryWidth(); }
    bool slides(int layer) const { return window.positions > 0 && window.layers[static_cast<std::size_t>(layer)]; }
    const RopeParameters& ropeOf(int layer) const { return slides(layer) ? window.rope : rope; }
};

/// Reads the keys that transformers share. NotFound and Corrupt name the key; Corrupt also when numbers do not fit
/// together (heads that no kv head divides…); Unsupported for shapes that differ between layers and unknown scalings.
Result<Hyperparameters> readHyperparameters(const GgufModel& model);

// What only some architectures have. Keys are given without "<architecture>."; a missing one gives the fallback, and
// Corrupt names the key when its value is of no use.
Result<float> readNumber(const GgufModel& model, std::string_view key, float fallback);
Result<std::int32_t> readInteger(const GgufModel& model, std::string_view key, std::int32_t lowest, std::int32_t fallback);
/// attention.sliding_window and who slides: a list, or all but the last of every `period` layers. The sliding layers' RoPE is
/// `rope` with a base of rope.freq_base_swa, else `rope_base`.
Result<void> readSlidingWindow(const GgufModel& model, std::int32_t positions, std::int32_t period, float rope_base,
                               Hyperparameters& out);
/// YaRN's rope.scaling.yarn_beta_fast, yarn_beta_slow and yarn_log_multiplier.
Result<void> readYarn(const GgufModel& model, Hyperparameters& out);
/// Corrupt unless RoPE turns whole heads: libllama asks that of this architecture.
Result<void> checkWholeHeadsTurn(const Hyperparameters& parameters);
/// Corrupt unless the heads together are as wide as the embedding: … too.
Result<void> checkHeadsFillEmbedding(const Hyperparameters& parameters);

}  // namespace tessera
