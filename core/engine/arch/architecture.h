// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine asks about an architecture. A new one is one more .cpp in this folder and a line in registry.cpp:
// hyperparameters, the tensors of a layer, the graph of a layer.
#pragma once

#include "core/engine/hyperparameters.h"
#include "core/engine/weights.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ggml_tensor;

namespace tessera {

class GraphBuilder;

/// Stateless and immutable; any thread.
class Architecture {
public:
    virtual ~Architecture() = default;

    virtual std::string_view name() const = 0;  // general.architecture
    virtual Result<Hyperparameters> hyperparameters(const GgufModel& model) const = 0;

    /// Tensors of layer N as the file names them after "blk.N.".
    virtual std::vector<WeightSpec> layerTensors(const Hyperparameters& parameters) const = 0;
    /// … of one layer, where they are not the same for all.
    virtual std::vector<WeightSpec> tensorsOfLayer(const Hyperparameters& parameters, int /*layer*/) const { return layerTensors(parameters); }
    /// Tensors that all layers share ("rope_freqs.weight"), loaded with every span.
    virtual std::vector<WeightSpec> sharedTensors(const Hyperparameters& parameters) const = 0;

    /// Whether the layer's keys carry their position (RoPE).
    virtual bool turnsKeys(int /*layer*/) const { return true; }

    /// Adds layer `layer` to the graph: hidden rows [embedding × rows] in, the same out. In the model's last layer only
    /// the requested rows go on after attention (GraphBuilder::keepOutputs).
    virtual ggml_tensor* buildLayer(GraphBuilder& builder, ggml_tensor* input, int layer) const = 0;
};

/// Null when no file of this folder knows the name.
const Architecture* findArchitecture(std::string_view name);
std::vector<std::string> architectureNames();

}  // namespace tessera
