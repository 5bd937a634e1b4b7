// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a span of layers as ggml tensors: in place over mapped memory, read into memory, or repacked into the
// processor's own layout.
#pragma once

#include "core/base/operation.h"
#include "core/engine/engine.h"
#include "core/engine/hyperparameters.h"
#include "core/gguf/tensor_source.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct ggml_tensor;

namespace tessera {

class Architecture;
class ExpertCache;
class MemoryBudget;
class RowExchange;
struct SplitRows;

/// What the graph does with a weight; decides whether it can be repacked.
enum class WeightUse { Rows, MatMul, Elementwise, Experts };

/// A tensor that an architecture expects. `shape` is innermost first.
struct WeightSpec {
    std::string name;
    std::vector<std::int64_t> shape;
    WeightUse use = WeightUse::MatMul;
    bool required = true;
    std::string unless = {};  // not required when this tensor is there (fused or separate q, k, v)
};

/// One weight in the layouts that it was loaded in: at least one is set.
struct Weight {
    ggml_tensor* plain = nullptr;
    ggml_tensor* repacked = nullptr;
    ggml_tensor* for_own = nullptr;    // what our own kernels multiply, when they are asked for: plain
    const SplitRows* split = nullptr;  // only the first rows are here

    explicit operator bool() const { return plain || repacked; }
    /// The layout to multiply `rows` rows with. With both, few rows take the repacked one (RepackPolicy::Auto).
    ggml_tensor* forRows(std::int64_t rows) const;
};

/// The weights of one layer by their name after "blk.N.".
class LayerWeights {
public:
    /// An empty Weight when the model has no such tensor.
    Weight find(std::string_view name) const;
    /// Precondition: a required tensor of the architecture.
    Weight at(std::string_view name) const { return find(name); }

private:
    friend class WeightLoader;
    std::unordered_map<std::string, Weight> m_weights;
};

/// Immutable after loading; graphs of any number of sessions use it.
class Weights {
public:
    /// `span` lies inside the model. The embedding comes with layer 0, the output matrix and its norm with the last.
    /// Corrupt names a tensor whose shape differs from the metadata, NotFound a missing one. Progress counts bytes.
    /// `options.threads` threads verify, read and repack. Routed experts are neither read nor verified yet; source and
    /// budget outlive the weights. OutOfMemory when the weights that stay are more than the budget has left.
    static Result<std::unique_ptr<Weights>> load(const TensorSource& source, const Architecture& architecture,
                                                 const Hyperparameters& parameters, LayerSpan span, const EngineOptions& options,
                                                 MemoryBudget& budget, const Operation& operation);
    ~Weights();
    Weights(const Weights&) = delete;
    Weights& operator=(const Weights&) = delete;

    LayerSpan span() const;
    const LayerWeights& layer(int index) const;
    Weight tokenEmbedding() const;
    Weight outputNorm() const;
    Weight output() const;
    Weight outputBias() const;  // empty when the model has none
    Weight shared(std::string_view name) const;
    /// Every weight that rows are multiplied with.
    void forEachMatrix(const std::function<void(const Weight&)>& visit) const;
    /// Null unless there are row workers.
    RowExchange* exchange() const;
    /// Null in dense models.
    ExpertCache* experts() const;
    /// Bytes that stay in memory, in place or of our own: all but the experts.
    std::uint64_t stayingBytes() const;
    /// Bytes in memory of our own (read or repacked), beside what is used in place.
    std::uint64_t ownedBytes() const;

private:
    friend class WeightLoader;
    struct Impl;
    explicit Weights(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
