// SPDX-License-Identifier: GPL-3.0-or-later
// What was seen while a prompt ran through a model: plain values, no engine needed to look at them.
#pragma once

#include "core/inspect/inspect_request.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tessera {

struct InspectedToken {
    TokenId id{0};
    std::string piece;  // bytes of the token's text, also of control tokens; may be part of a UTF-8 character
};

/// A number per layer and token: [layers × tokens], row-major.
struct LayerGrid {
    std::size_t layers = 0;
    std::size_t tokens = 0;
    std::vector<float> values;

    LayerGrid() = default;
    LayerGrid(std::size_t layer_count, std::size_t token_count)
        : layers(layer_count), tokens(token_count), values(layer_count * token_count) {}
    bool empty() const { return values.empty(); }
    float at(std::size_t layer, std::size_t token) const { return values[layer * tokens + token]; }
    float& at(std::size_t layer, std::size_t token) { return values[layer * tokens + token]; }
    std::span<const float> row(std::size_t layer) const { return std::span(values).subspan(layer * tokens, tokens); }
};

/// Euclidean norms, and the direction. Zero where a layer or part was left out.
struct LayerNorms {
    std::vector<float> embedding;  // [tokens]: what layer 0 is given
    LayerGrid residual;            // after the layer
    LayerGrid attention;           // what attention adds
    LayerGrid feed_forward;        // what the feed-forward network adds
    LayerGrid cosine;              // between the residual after the layer and after the last one, −1 … 1
};

/// Residual rows after each layer: [layers × tokens × columns].
struct ResidualRows {
    TokenRange tokens;
    std::size_t layers = 0;
    std::size_t columns = 0;
    std::vector<float> values;

    bool empty() const { return values.empty(); }
    /// Precondition: `token` (a position of the prompt) lies in `tokens`.
    std::span<const float> row(std::size_t layer, std::size_t token) const {
        return std::span(values).subspan((layer * tokens.count + (token - tokens.first)) * columns, columns);
    }
};

/// What attention weights are computed from (core/inspect/attention.h): queries and keys after RoPE, rounded to 16 bits
/// where the KV cache keeps 16-bit keys, as the model does before it multiplies them. For architectures whose attention
/// we do not know: the weights themselves.
struct AttentionLayer {
    LayerIndex layer{0};
    std::size_t tokens = 0;
    std::size_t heads = 0;
    std::size_t kv_heads = 0;
    std::size_t head_size = 0;
    std::vector<float> queries;  // [tokens × heads × head size]
    std::vector<float> keys;     // [tokens × kv heads × head size]
    std::vector<float> weights;  // [heads × tokens × tokens], then queries and keys are empty
};

/// The hidden activations of the feed-forward network (after gate and nonlinearity): [tokens × feed_forward].
struct NeuronLayer {
    LayerIndex layer{0};
    Rows activations;
};

/// Experts that a mixture-of-experts layer chose, best first, with their weights: [tokens × used].
struct ExpertLayer {
    LayerIndex layer{0};
    std::size_t tokens = 0;
    std::size_t used = 0;
    std::vector<std::int32_t> experts;
    std::vector<float> weights;  // empty when the architecture does not name them
};

enum class ExpertState { NotAsked, Dense, Captured };

/// A captured tensor, one row per token (one in all for a tensor without a token dimension): [rows × elements].
struct Capture {
    CaptureSpec spec;
    std::string operation;            // of the node that was taken
    std::vector<std::int64_t> shape;  // of one row, innermost first; its product is rows.columns
    Rows rows;
};

/// Immutable once made; any thread may read it.
struct Inspection {
    InspectRequest request;
    std::string model;   // name
    std::string engine;  // "fragments" or "llama.cpp"
    ModelFacts facts;
    std::vector<InspectedToken> tokens;
    LayerNorms norms;       // grids are empty when not asked
    ResidualRows residual;  // empty when no lens was asked
    std::vector<AttentionLayer> attention;
    std::vector<NeuronLayer> neurons;
    std::vector<ExpertLayer> experts;
    ExpertState expert_state = ExpertState::NotAsked;
    ExpertStatistics expert_counts;      // of the engine, meanwhile; without experts where it does not tell
    std::vector<Capture> captures;       // in the order of the request
    std::vector<float> logits;           // of the token after the last one, [vocabulary]
    std::vector<float> baseline_logits;  // without the ablation; empty unless asked
    double seconds = 0;                  // of the run, without the baseline

    const AttentionLayer* attentionOf(LayerIndex layer) const;  // null when it was not asked
    const NeuronLayer* neuronsOf(LayerIndex layer) const;
    /// Bytes of all values held.
    std::uint64_t heldBytes() const;
};

}  // namespace tessera
