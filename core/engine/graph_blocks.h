// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces that transformer graphs are made of. Nodes are named as llama.cpp names them, so that a tap finds the same
// intermediates in both engines. Operations and their order follow libllama: that is what makes the bits equal.
#pragma once

#include "core/engine/ablation.h"
#include "core/engine/hyperparameters.h"
#include "core/engine/kv_cache.h"
#include "core/engine/own_product.h"
#include "core/engine/weights.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

namespace tessera {

/// A sequence of a graph, and how many of its cells are looked at.
struct GraphSequence {
    const KvCache* cache = nullptr;  // of a graph that is only compared it may be gone
    std::int64_t cells = 0;
    std::uint64_t cache_id = cache ? cache->id() : 0;
    bool operator==(const GraphSequence& other) const { return cells == other.cells && cache_id == other.cache_id; }
};

/// What determines the whole graph of a span.
struct GraphShape {
    std::int64_t rows = 0;                 // positions computed
    std::vector<GraphSequence> sequences;  // one with all rows, or several with one row each
    std::int64_t outputs = 0;              // rows that go on after the last layer's attention
    bool whole_last_layer = false;  // … after the whole last layer
    bool operator==(const GraphShape&) const = default;
};

/// Tensors that are filled before each computation; null when the graph does not use them.
struct GraphInputs {
    ggml_tensor* tokens = nullptr;          // int32 [rows]
    ggml_tensor* hidden = nullptr;          // float32 [embedding × rows]
    ggml_tensor* positions = nullptr;       // int32 [rows]
    ggml_tensor* key_cells = nullptr;       // int64 [rows]
    ggml_tensor* value_cells = nullptr;     // int64 [rows], or [rows × kv width] when values are transposed
    std::vector<ggml_tensor*> masks;        // of each sequence: float16 (flash attention) or float32 [cells × rows]
    std::vector<ggml_tensor*> window_masks; // … for layers that slide; empty when none does
    ggml_tensor* temperatures = nullptr;    // float32 [1 × 1 × rows]: what queries are multiplied with
    ggml_tensor* attended = nullptr;        // float32 [query width × rows]: several sequences' attention, put together
    ggml_tensor* outputs = nullptr;         // int32 [outputs]
    ggml_tensor* key_rotation = nullptr;    // float32, square
    ggml_tensor* value_rotation = nullptr;
    struct HeadMask {
        ggml_tensor* factors;  // float32 [query width]: 0 for the heads that are left out, 1 for the others
        LayerIndex layer;
    };
    std::vector<HeadMask> head_masks;
};

/// Adds nodes to one graph. Lives while the graph is built.
class GraphBuilder {
public:
    GraphBuilder(ggml_context* context, ggml_cgraph* graph, const Hyperparameters& parameters, const Weights& weights,
                 const GraphShape& shape, const Ablation& ablation, OwnKernelUse own_kernels = OwnKernelUse::None);

    const Hyperparameters& parameters() const { return m_parameters; }
    /// The first sequence's: number format and kind of attention are those of all.
    const KvCache& cache() const { return *m_shape.sequences.front().cache; }
    const GraphShape& shape() const { return m_shape; }
    const GraphInputs& inputs() const { return m_inputs; }
    const LayerWeights& layer(int index) const { return m_weights.layer(index); }
    /// The chosen experts (int32 [used × rows]) of a layer once they are in memory.
    ggml_tensor* useExperts(ggml_tensor* chosen, int layer);
    ggml_context* context() const { return m_context; }
    ggml_cgraph* graph() const { return m_graph; }
    /// A shared tensor, null when the model has none.
    ggml_tensor* shared(std::string_view name) const { return m_weights.shared(name).plain; }

    /// Rows of the embedding for token ids, or the hidden rows that come in.
    ggml_tensor* embedTokens();
    ggml_tensor* takeHidden();
    void addAttentionInputs();
    void addOutputSelection();

    /// "name-layer", as libllama writes it; layer −1: the name alone.
    void name(ggml_tensor* tensor, const char* name, int layer);
    void expand(ggml_tensor* tensor);
    ggml_tensor* add(ggml_tensor* a, ggml_tensor* b, const char* name, int layer);
    ggml_tensor* rmsNorm(ggml_tensor* input, Weight weight, const char* name, int layer);
    ggml_tensor* multiply(Weight weight, ggml_tensor* input);
    ggml_tensor* rope(ggml_tensor* input, ggml_tensor* factors, const char* name, int layer);
    ggml_tensor* ropeFactors() const;
    /// Queries by QueryTemperature.
    ggml_tensor* temper(ggml_tensor* query, int layer);
    /// What is left out (Ablation): adds nothing to the graph unless asked for.
    bool skips(int layer) const;
    ggml_tensor* skipLayer(ggml_tensor* input, int layer);
    /// Gives memory to the inputs of attention that no layer of the graph looks at.
    void keepAttentionInputs();
    ggml_tensor* silenceAttention(ggml_tensor* output, int layer);
    ggml_tensor* silenceFeedForward(ggml_tensor* output, int layer);
    ggml_tensor* silenceHeads(ggml_tensor* output, int layer);  // [query width × rows]

    /// Only the requested rows in the model's last layer, the input elsewhere.
    ggml_tensor* keepOutputs(ggml_tensor* input, int layer);
    /// The final norm and the output matrix: logits [vocabulary × outputs].
    ggml_tensor* logits(ggml_tensor* hidden);

private:
    ggml_tensor* input(ggml_tensor* tensor, const char* name);
    std::vector<ggml_tensor*> maskInputs(const char* name);

    ggml_context* m_context;
    ggml_cgraph* m_graph;
    const Hyperparameters& m_parameters;
    const Weights& m_weights;
    GraphShape m_shape;
    const Ablation& m_ablation;
    OwnKernelUse m_own_kernels;
    OwnProducts m_own_products;
    GraphInputs m_inputs;
};

/// The model's frequency factors, null when it has none. Of two lists (LongRoPE, Ding et al. 2024, arXiv:2402.13753) the
/// longer contexts' one when the sequence's context is larger than the original one.
ggml_tensor* ropeFactorsOf(const Weights& weights, const Hyperparameters& parameters, const KvCache& cache);

struct Qkv {
    ggml_tensor* query;  // [head size × heads × rows]
    ggml_tensor* key;    // [head size × kv heads × rows]
    ggml_tensor* value;
};

// Tensor lists that go with the blocks.
/// c·tanh(x / c), which keeps numbers within ±c; the same tensor for 0.
ggml_tensor* softCapped(ggml_context* context, ggml_tensor* input, float cap);

WeightSpec normWeight(std::string name, std::int64_t size);
/// "<name>.weight" [inputs × outputs] with an optional bias and scale.
void addLinear(std::vector<WeightSpec>& specs, const std::string& name, std::int64_t inputs, std::int64_t outputs);
/// attn_q, attn_k, attn_v (or attn_qkv) and attn_output.
void addAttentionWeights(std::vector<WeightSpec>& specs, const Hyperparameters& parameters);
/// What GraphBuilder::ropeFactors looks for; all optional.
std::vector<WeightSpec> ropeFactorWeights(const Hyperparameters& parameters);

/// Projections with optional biases, fused or separate.
Qkv buildQkv(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);
/// Stores key and value, attends over the cache, projects: [embedding × rows].
ggml_tensor* buildAttention(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* query, ggml_tensor* key,
                            ggml_tensor* value, int layer);
/// down(silu(gate(x)) · up(x)), Shazeer 2020 (arXiv:2002.05202).
ggml_tensor* buildSwiGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);
/// down(gelu(gate(x)) · up(x)).
ggml_tensor* buildGeGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);
/// SwiGLU whose ffn_up gives gate and up, one behind the other.
ggml_tensor* buildFusedSwiGlu(GraphBuilder& builder, const LayerWeights& weights, ggml_tensor* input, int layer);

}  // namespace tessera
