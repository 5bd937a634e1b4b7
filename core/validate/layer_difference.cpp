// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/layer_difference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace tessera {

namespace {

bool isLayerOutput(const TapNode& node) { return node.name == "l_out" && toInt(node.layer) >= 0; }

/// Keeps the outputs of all layers: [tokens × embedding] each.
class LayerOutputs : public Tap {
public:
    bool wants(const TapNode& node) override { return isLayerOutput(node); }
    void take(const TapNode& node, std::span<const float> values) override {
        std::vector<float>& output = m_layers[toInt(node.layer)];
        output.insert(output.end(), values.begin(), values.end());
    }
    bool wantsAllRows() const override { return true; }

    std::span<const float> layer(std::int32_t index) const {
        const auto found = m_layers.find(index);
        return found == m_layers.end() ? std::span<const float>() : found->second;
    }

private:
    std::map<std::int32_t, std::vector<float>> m_layers;
};

double distance(float a, float b) {
    const double difference = std::abs(static_cast<double>(a) - b);
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

/// Sums up what one layer's rows differ by, as they come.
class LayerSum {
public:
    explicit LayerSum(std::int32_t layer) { m_result.layer = LayerIndex{layer}; }

    void add(std::span<const float> ours, std::span<const float> reference, std::size_t columns) {
        const bool equal = ours.size() == reference.size() &&
                           std::memcmp(ours.data(), reference.data(), reference.size_bytes()) == 0;
        m_result.bit_identical = m_result.bit_identical && equal;
        for (std::size_t i = 0; i < reference.size(); ++i) {
            m_squares += static_cast<double>(reference[i]) * reference[i];
            if (equal) continue;
            const double found = i < ours.size() ? distance(ours[i], reference[i]) : std::numeric_limits<double>::infinity();
            m_distances += found;
            if (found <= m_result.largest) continue;
            m_result.largest = found;
            m_result.token = (m_values + i) / columns;
            m_result.channel = (m_values + i) % columns;
        }
        m_values += reference.size();
    }
    std::size_t values() const { return m_values; }

    LayerDifference result() const {
        LayerDifference difference = m_result;
        if (m_values == 0) return difference;
        difference.mean = m_distances / static_cast<double>(m_values);
        difference.reference_rms = std::sqrt(m_squares / static_cast<double>(m_values));
        return difference;
    }

private:
    LayerDifference m_result{};
    double m_distances = 0;
    double m_squares = 0;
    std::size_t m_values = 0;
};

/// Holds the reference's outputs against those that were kept, without keeping them too.
class LayerComparer : public Tap {
public:
    explicit LayerComparer(const LayerOutputs& ours) : m_ours(ours) {}

    bool wants(const TapNode& node) override { return isLayerOutput(node); }
    void take(const TapNode& node, std::span<const float> values) override {
        const std::int32_t layer = toInt(node.layer);
        LayerSum& sum = m_sums.try_emplace(layer, layer).first->second;
        const std::span<const float> kept = m_ours.layer(layer);
        const std::size_t begin = std::min(sum.values(), kept.size());
        sum.add(kept.subspan(begin, std::min(values.size(), kept.size() - begin)), values,
                static_cast<std::size_t>(node.shape[0]));
    }
    bool wantsAllRows() const override { return true; }

    std::vector<LayerDifference> result() const {
        std::vector<LayerDifference> layers;
        for (const auto& [layer, sum] : m_sums) layers.push_back(sum.result());
        return layers;
    }

private:
    const LayerOutputs& m_ours;
    std::map<std::int32_t, LayerSum> m_sums;
};

Result<void> runWith(Tap& tap, Engine& engine, std::span<const TokenId> tokens, SessionOptions options,
                     const Operation& operation) {
    options.tap = &tap;
    TESSERA_TRY(const auto session, engine.createSession(options));
    TESSERA_TRY(const Rows unused, session->evaluate(tokens, Wanted::Last, {.stop = operation.stop}));
    return {};
}

}  // namespace

Result<std::vector<LayerDifference>> compareLayers(Engine& engine, Engine& reference, std::span<const TokenId> tokens,
                                                   const SessionOptions& ours, const SessionOptions& theirs,
                                                   const Operation& operation) {
    LayerOutputs outputs;
    TESSERA_CHECK(runWith(outputs, engine, tokens, ours, operation));
    LayerComparer comparer(outputs);
    TESSERA_CHECK(runWith(comparer, reference, tokens, theirs, operation));
    return comparer.result();
}

}  // namespace tessera
