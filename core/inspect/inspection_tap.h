// SPDX-License-Identifier: GPL-3.0-or-later
// Fills an Inspection while the prompt runs. Internal to core/inspect.
#pragma once

#include "core/inspect/capturable.h"
#include "core/inspect/inspection.h"

#include <vector>

namespace tessera {

/// Whether attention is recomputed from queries and keys: for architectures whose formula we know.
bool recomputesAttention(const ModelFacts& facts);

/// Everything is allocated beforehand, so the engine's thread only copies and adds. One run.
class InspectionTap final : public Tap {
public:
    /// `out.request` and `out.facts` are set; `known` has every capture of the request.
    InspectionTap(Inspection& out, std::span<const CapturableTensor> known);

    /// The batch that is evaluated next holds positions [first, first + rows).
    void beginBatch(std::uint32_t first, std::uint32_t rows);
    /// After the last batch: drops what the model turned out not to compute. NotFound when that was asked for by name.
    Result<void> finish();

    bool wants(const TapNode& node) override;
    void take(const TapNode& node, std::span<const float> values) override;
    bool wantsAllRows() const override { return m_all_rows; }

private:
    enum class Use {
        None,
        Residual,
        AttentionOut,
        FeedForwardOut,
        BeforeFeedForward,
        Embedding,
        Query,
        Key,
        AttentionWeights,
        Hidden,
        ExpertChoice,
        ExpertWeight
    };
    struct CapturePlan {
        std::size_t index;  // in the inspection's list
        std::string operation;
        int token_dimension;
    };

    Use useOf(const TapNode& node) const;
    bool isCaptured(const TapNode& node, const CapturePlan& plan) const;
    std::uint32_t layerCount() const { return m_out.facts.layers; }

    void takeResidual(std::size_t layer, std::span<const float> rows);
    void takeCosines();
    void writeNorms(LayerGrid& grid, std::size_t layer, std::span<const float> rows) const;
    void writeDistances(LayerGrid& grid, std::size_t layer, std::span<const float> before,
                        std::span<const float> after) const;
    void takeAttention(Use use, const TapNode& node, std::span<const float> values);
    void takeAttentionWeights(AttentionLayer& layer, const TapNode& node, std::span<const float> values) const;
    void takeHidden(const TapNode& node, std::span<const float> values);
    void takeExperts(Use use, const TapNode& node, std::span<const float> values);
    void takeCapture(const CapturePlan& plan, const TapNode& node, std::span<const float> values);
    std::span<float> batchRows(std::size_t layer);

    Inspection& m_out;
    const bool m_recompute_attention;
    const bool m_derive_parts;  // the architecture does not name what attention and FFN add: differences tell
    const bool m_half_attention;
    bool m_all_rows = false;
    bool m_keep_batch = false;  // rows of every layer are needed until the batch is done, for the cosines
    std::uint32_t m_first = 0;  // of the batch
    std::uint32_t m_rows = 0;
    std::vector<CapturePlan> m_captures;
    std::vector<float> m_batch;       // [layers × rows of the batch × embedding]
    std::vector<float> m_previous;    // rows the layer was given, when parts are derived
    std::vector<float> m_middle;      // between attention and FFN
    std::vector<bool> m_hidden_seen;  // per neuron layer
};

}  // namespace tessera
