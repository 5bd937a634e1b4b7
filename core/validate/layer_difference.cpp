// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/layer_difference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace tessera {

namespace {

/// Keeps the outputs of all layers: [tokens × embedding] each.
class LayerOutputs : public Tap {
public:
    struct Output {
        std::size_t columns = 0;
        std::vector<float> values;
    };

    bool wants(const TapNode& node) override { return node.name == "l_out" && toInt(node.layer) >= 0; }
    void take(const TapNode& node, std::span<const float> values) override {
        Output& output = m_layers[toInt(node.layer)];
        output.columns = static_cast<std::size_t>(node.shape[0]);
        output.values.insert(output.values.end(), values.begin(), values.end());
    }
    bool wantsAllRows() const override { return true; }

    const std::map<std::int32_t, Output>& layers() const { return m_layers; }

private:
    std::map<std::int32_t, Output> m_layers;
};

Result<LayerOutputs> layerOutputs(Engine& engine, std::span<const TokenId> tokens, SessionOptions options,
                                  const Operation& operation) {
    LayerOutputs outputs;
    options.tap = &outputs;
    TESSERA_TRY(const auto session, engine.createSession(options));
    TESSERA_TRY(const Rows unused, session->evaluate(tokens, Wanted::Last, operation));
    return outputs;
}

double distance(float a, float b) {
    const double difference = std::abs(static_cast<double>(a) - b);
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

std::optional<LayerDifference> compareLayer(std::int32_t layer, const LayerOutputs::Output& ours,
                                            const LayerOutputs::Output& theirs) {
    const std::size_t count = std::min(ours.values.size(), theirs.values.size());
    if (ours.values.size() == theirs.values.size() &&
        std::memcmp(ours.values.data(), theirs.values.data(), count * sizeof(float)) == 0) {
        return std::nullopt;
    }
    LayerDifference difference{.layer = LayerIndex{layer}};
    for (std::size_t i = 0; i < count; ++i) {
        const double found = distance(ours.values[i], theirs.values[i]);
        if (found <= difference.largest) continue;
        difference.largest = found;
        difference.token = i / ours.columns;
        difference.channel = i % ours.columns;
    }
    return difference;
}

}  // namespace

Result<std::optional<LayerDifference>> findFirstDifference(Engine& engine, Engine& reference,
                                                           std::span<const TokenId> tokens,
                                                           const SessionOptions& options, const Operation& operation) {
    TESSERA_TRY(const LayerOutputs ours, layerOutputs(engine, tokens, options, operation));
    TESSERA_TRY(const LayerOutputs theirs, layerOutputs(reference, tokens, options, operation));
    for (const auto& [layer, output] : ours.layers()) {
        const auto other = theirs.layers().find(layer);
        if (other == theirs.layers().end()) continue;
        if (auto difference = compareLayer(layer, output, other->second)) return difference;
    }
    return std::nullopt;
}

}  // namespace tessera
