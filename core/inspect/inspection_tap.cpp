// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/inspection_tap.h"

#include "core/base/format.h"
#include "core/inspect/row_math.h"

#include <algorithm>

namespace tessera {
namespace {

bool contains(const std::vector<LayerIndex>& layers, LayerIndex layer) {
    return std::ranges::find(layers, layer) != layers.end();
}

/// The part of `rows` (of width `columns`, for positions from `first` on) that lies in `wanted`, copied to its place.
void copyWanted(std::span<const float> rows, std::size_t columns, std::uint32_t first, TokenRange wanted,
                std::span<float> to) {
    const auto count = static_cast<std::uint32_t>(rows.size() / columns);
    const auto begin = std::max(first, wanted.first);
    const auto end = std::min(first + count, wanted.end());
    if (begin >= end) return;
    const auto from = rows.subspan((begin - first) * columns, (end - begin) * columns);
    std::ranges::copy(from, to.begin() + static_cast<std::ptrdiff_t>((begin - wanted.first) * columns));
}

}  // namespace

bool recomputesAttention(const ModelFacts& facts) {
    return facts.architecture == "llama" && facts.kv_heads > 0 && facts.heads % facts.kv_heads == 0;
}

InspectionTap::InspectionTap(Inspection& out, std::span<const CapturableTensor> known)
    : m_out(out),
      m_recompute_attention(recomputesAttention(out.facts)),
      m_derive_parts(out.facts.architecture != "llama"),
      m_half_attention(out.request.session.kv_type == KvType::F16) {
    const auto& request = out.request;
    const auto& facts = out.facts;
    const auto tokens = request.tokens.size();
    const LayerIndex last{static_cast<std::int32_t>(facts.layers) - 1};
    m_all_rows = request.norms || request.lens || contains(request.neurons, last);

    if (request.norms) {
        out.norms.embedding.resize(tokens);
        for (auto* grid : {&out.norms.residual, &out.norms.attention, &out.norms.feed_forward, &out.norms.cosine})
            *grid = LayerGrid(facts.layers, tokens);
    }
    if (request.lens) {
        const TokenRange all{0, static_cast<std::uint32_t>(tokens)};
        out.residual = {request.lens_tokens.value_or(all), facts.layers, facts.embedding, {}};
        out.residual.values.resize(static_cast<std::size_t>(facts.layers) * out.residual.tokens.count *
                                   facts.embedding);
    }
    m_keep_batch = request.norms && (!request.lens || out.residual.tokens.count < tokens);
    for (const LayerIndex layer : request.attention) {
        auto& attention = out.attention.emplace_back(
            AttentionLayer{layer, tokens, facts.heads, facts.kv_heads, facts.head_size, {}, {}, {}});
        if (m_recompute_attention) {
            attention.queries.resize(tokens * facts.heads * facts.head_size);
            attention.keys.resize(tokens * facts.kv_heads * facts.head_size);
        } else {
            attention.weights.resize(tokens * tokens * facts.heads);
        }
    }
    for (const LayerIndex layer : request.neurons)
        out.neurons.push_back({layer, {tokens, facts.feed_forward, std::vector<float>(tokens * facts.feed_forward)}});
    m_hidden_seen.resize(out.neurons.size());
    for (const auto& spec : request.captures) {
        const CapturableTensor& tensor = *findCapturable(known, spec);
        m_captures.push_back({out.captures.size(), tensor.operation, tensor.token_dimension});
        out.captures.push_back({spec, tensor.operation, tensor.shape, {}});
        if (spec.layer == last || toInt(spec.layer) < 0) m_all_rows = true;
    }
    out.expert_state = !request.experts     ? ExpertState::NotAsked
                       : facts.experts == 0 ? ExpertState::Dense
                                            : ExpertState::Captured;
}

void InspectionTap::beginBatch(std::uint32_t first, std::uint32_t rows) {
    m_first = first;
    m_rows = rows;
    if (m_keep_batch) m_batch.resize(static_cast<std::size_t>(layerCount()) * rows * m_out.facts.embedding);
    m_previous.clear();
    m_middle.clear();
}

InspectionTap::Use InspectionTap::useOf(const TapNode& node) const {
    const auto& request = m_out.request;
    const auto name = node.name;
    if (request.norms && node.layer == kEmbeddingLayer) return Use::Embedding;
    if (toInt(node.layer) < 0) return Use::None;
    if (name == "l_out") return request.norms || request.lens ? Use::Residual : Use::None;
    if (request.norms) {
        if (name == "attn_out") return Use::AttentionOut;
        if (name == "ffn_out" || name == "ffn_moe_out") return Use::FeedForwardOut;
        if (m_derive_parts && (name == "ffn_inp" || name == "sa_out")) return Use::BeforeFeedForward;
    }
    if (name == "Qcur" || name == "Kcur") {
        const bool wanted =
            m_recompute_attention && node.operation == "ROPE" && contains(request.attention, node.layer);
        return !wanted ? Use::None : name == "Qcur" ? Use::Query : Use::Key;
    }
    if (name == "kq_soft_max")
        return !m_recompute_attention && contains(request.attention, node.layer) ? Use::AttentionWeights : Use::None;
    if (name == "ffn_moe_topk") return request.experts ? Use::ExpertChoice : Use::None;
    if (name.starts_with("ffn_moe_weights")) return request.experts ? Use::ExpertWeight : Use::None;
    // Whatever has the network's width comes before the down projection: the last of them is its input.
    const bool hidden = name.starts_with("ffn_") && node.shape[0] == m_out.facts.feed_forward && node.shape[2] == 1;
    return hidden && contains(request.neurons, node.layer) ? Use::Hidden : Use::None;
}

bool InspectionTap::isCaptured(const TapNode& node, const CapturePlan& plan) const {
    const auto& spec = m_out.captures[plan.index].spec;
    return node.layer == spec.layer && node.name == spec.name && node.operation == plan.operation;
}

bool InspectionTap::wants(const TapNode& node) {
    if (m_rows == 0) return false;  // a pass of the engine's own
    const auto use = useOf(node);
    if (use != Use::None && (use == Use::ExpertChoice || computesSomething(node.operation))) return true;
    return std::ranges::any_of(m_captures, [&](const auto& plan) { return isCaptured(node, plan); });
}

void InspectionTap::take(const TapNode& node, std::span<const float> values) {
    for (const auto& plan : m_captures)
        if (isCaptured(node, plan)) takeCapture(plan, node, values);
    const auto layer = static_cast<std::size_t>(std::max(toInt(node.layer), 0));
    const bool whole = values.size() == static_cast<std::size_t>(m_rows) * m_out.facts.embedding;
    switch (const auto use = useOf(node)) {
        case Use::None: return;
        case Use::Embedding:
            if (!whole) return;
            for (std::size_t row = 0; row < m_rows; ++row)
                m_out.norms.embedding[m_first + row] =
                    euclideanNorm(values.subspan(row * m_out.facts.embedding, m_out.facts.embedding));
            if (m_derive_parts) m_previous.assign(values.begin(), values.end());
            return;
        case Use::Residual:
            if (whole) takeResidual(layer, values);
            return;
        case Use::AttentionOut:
            if (whole) writeNorms(m_out.norms.attention, layer, values);
            return;
        case Use::FeedForwardOut:
            if (whole) writeNorms(m_out.norms.feed_forward, layer, values);
            return;
        case Use::BeforeFeedForward:
            if (!whole) return;
            if (m_previous.size() == values.size()) writeDistances(m_out.norms.attention, layer, m_previous, values);
            m_middle.assign(values.begin(), values.end());
            return;
        case Use::Query:
        case Use::Key:
        case Use::AttentionWeights: return takeAttention(use, node, values);
        case Use::Hidden: return takeHidden(node, values);
        case Use::ExpertChoice:
        case Use::ExpertWeight: return takeExperts(use, node, values);
    }
}

std::span<float> InspectionTap::batchRows(std::size_t layer) {
    const auto size = static_cast<std::size_t>(m_rows) * m_out.facts.embedding;
    if (m_keep_batch) return std::span(m_batch).subspan(layer * size, size);
    // The residual rows are kept for all positions.
    return {m_out.residual.values.data() + (layer * m_out.residual.tokens.count + m_first) * m_out.facts.embedding,
            size};
}

void InspectionTap::takeResidual(std::size_t layer, std::span<const float> rows) {
    const auto columns = static_cast<std::size_t>(m_out.facts.embedding);
    if (m_out.request.lens) {
        const auto size = m_out.residual.tokens.count * columns;
        copyWanted(rows, columns, m_first, m_out.residual.tokens,
                   std::span(m_out.residual.values).subspan(layer * size, size));
    }
    if (!m_out.request.norms) return;
    writeNorms(m_out.norms.residual, layer, rows);
    if (m_keep_batch) std::ranges::copy(rows, batchRows(layer).begin());
    if (m_derive_parts) {
        if (m_middle.size() == rows.size()) writeDistances(m_out.norms.feed_forward, layer, m_middle, rows);
        m_previous.assign(rows.begin(), rows.end());
        m_middle.clear();
    }
    if (layer + 1 == layerCount()) takeCosines();
}

void InspectionTap::takeCosines() {
    const auto columns = static_cast<std::size_t>(m_out.facts.embedding);
    auto& norms = m_out.norms;
    const auto last = layerCount() - 1;
    const auto final_rows = batchRows(last);
    for (std::size_t layer = 0; layer < layerCount(); ++layer) {
        const auto rows = batchRows(layer);
        for (std::size_t row = 0; row < m_rows; ++row) {
            const double lengths = static_cast<double>(norms.residual.at(layer, m_first + row)) *
                                   static_cast<double>(norms.residual.at(last, m_first + row));
            const double dot =
                dotProduct(rows.subspan(row * columns, columns), final_rows.subspan(row * columns, columns));
            norms.cosine.at(layer, m_first + row) =
                lengths > 0 ? static_cast<float>(std::clamp(dot / lengths, -1.0, 1.0)) : 0.0f;
        }
    }
}

void InspectionTap::writeNorms(LayerGrid& grid, std::size_t layer, std::span<const float> rows) const {
    const auto columns = static_cast<std::size_t>(m_out.facts.embedding);
    for (std::size_t row = 0; row < m_rows; ++row)
        grid.at(layer, m_first + row) = euclideanNorm(rows.subspan(row * columns, columns));
}

void InspectionTap::writeDistances(LayerGrid& grid, std::size_t layer, std::span<const float> before,
                                   std::span<const float> after) const {
    const auto columns = static_cast<std::size_t>(m_out.facts.embedding);
    for (std::size_t row = 0; row < m_rows; ++row)
        grid.at(layer, m_first + row) =
            euclideanDistance(before.subspan(row * columns, columns), after.subspan(row * columns, columns));
}

void InspectionTap::takeAttention(Use use, const TapNode& node, std::span<const float> values) {
    for (auto& layer : m_out.attention) {
        if (layer.layer != node.layer) continue;
        if (use == Use::AttentionWeights) {
            takeAttentionWeights(layer, node, values);
            continue;
        }
        auto& to = use == Use::Query ? layer.queries : layer.keys;
        const auto width = layer.head_size * (use == Use::Query ? layer.heads : layer.kv_heads);
        if (values.size() != m_rows * width) continue;
        const auto place = to.begin() + static_cast<std::ptrdiff_t>(m_first * width);
        // The model multiplies what its KV cache holds: 16-bit keys with 16-bit queries.
        std::ranges::transform(values, place,
                               [this](float value) { return m_half_attention ? roundToHalf(value) : value; });
    }
}

// [cells × rows × heads]: cell i holds position i.
void InspectionTap::takeAttentionWeights(AttentionLayer& layer, const TapNode& node,
                                         std::span<const float> values) const {
    const auto cells = static_cast<std::size_t>(node.shape[0]);
    const auto visible = std::min<std::size_t>(cells, layer.tokens);
    if (node.shape[1] != m_rows || static_cast<std::size_t>(node.shape[2]) != layer.heads) return;
    for (std::size_t head = 0; head < layer.heads; ++head)
        for (std::size_t row = 0; row < m_rows; ++row) {
            const auto from = values.subspan((head * m_rows + row) * cells, visible);
            std::ranges::copy(from, layer.weights.begin() + static_cast<std::ptrdiff_t>(
                                                                (head * layer.tokens + m_first + row) * layer.tokens));
        }
}

void InspectionTap::takeHidden(const TapNode& node, std::span<const float> values) {
    for (std::size_t i = 0; i < m_out.neurons.size(); ++i) {
        auto& layer = m_out.neurons[i];
        if (layer.layer != node.layer || values.size() != m_rows * layer.activations.columns) continue;
        std::ranges::copy(values, layer.activations.values.begin() +
                                      static_cast<std::ptrdiff_t>(m_first * layer.activations.columns));
        m_hidden_seen[i] = true;
    }
}

void InspectionTap::takeExperts(Use use, const TapNode& node, std::span<const float> values) {
    const auto found = std::ranges::find(m_out.experts, node.layer, &ExpertLayer::layer);
    const auto tokens = m_out.request.tokens.size();
    if (use == Use::ExpertChoice) {
        const auto used = values.size() / m_rows;
        auto& layer = found != m_out.experts.end()
                          ? *found
                          : m_out.experts.emplace_back(ExpertLayer{node.layer, tokens, used, {}, {}});
        layer.experts.resize(tokens * used);
        for (std::size_t i = 0; i < values.size(); ++i)
            layer.experts[m_first * used + i] = static_cast<std::int32_t>(values[i]);
        return;
    }
    if (found == m_out.experts.end() || values.size() != m_rows * found->used) return;  // also their sum passes by
    found->weights.resize(tokens * found->used);
    std::ranges::copy(values, found->weights.begin() + static_cast<std::ptrdiff_t>(m_first * found->used));
}

void InspectionTap::takeCapture(const CapturePlan& plan, const TapNode& node, std::span<const float> values) {
    auto& capture = m_out.captures[plan.index];
    const bool per_token = plan.token_dimension >= 0;
    const auto dimension = static_cast<std::size_t>(std::max(plan.token_dimension, 0));
    std::size_t inner = 1;
    std::size_t outer = 1;
    for (std::size_t i = 0; i < node.shape.size(); ++i) {
        if (per_token && i < dimension) inner *= static_cast<std::size_t>(node.shape[i]);
        if (!per_token || i > dimension) outer *= static_cast<std::size_t>(node.shape[i]);
    }
    const auto rows = per_token ? static_cast<std::size_t>(node.shape[dimension]) : 1;
    const auto total = per_token ? m_out.request.tokens.size() : 1;
    const auto columns = inner * outer;
    if (columns != capture.rows.columns) {
        // More cells of the KV cache are looked at than before: earlier rows end with zeros there.
        Rows wider{total, columns, std::vector<float>(total * columns)};
        const auto old_inner = capture.rows.columns / outer;
        for (std::size_t row = 0; row < std::min<std::size_t>(capture.rows.rows, m_first); ++row)
            for (std::size_t o = 0; o < outer; ++o)
                std::ranges::copy(capture.rows.row(row).subspan(o * old_inner, old_inner),
                                  wider.values.begin() + static_cast<std::ptrdiff_t>(row * columns + o * inner));
        capture.rows = std::move(wider);
        if (!capture.shape.empty()) capture.shape.front() = node.shape[plan.token_dimension == 0 ? 1 : 0];
    }
    // Fewer rows than the batch has are the last ones.
    const std::size_t first = per_token ? m_first + (m_rows - std::min<std::size_t>(rows, m_rows)) : 0;
    if (first + rows > total) return;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t o = 0; o < outer; ++o)
            std::ranges::copy(
                values.subspan((o * rows + row) * inner, inner),
                capture.rows.values.begin() + static_cast<std::ptrdiff_t>((first + row) * columns + o * inner));
}

Result<void> InspectionTap::finish() {
    for (std::size_t i = 0; i < m_out.neurons.size(); ++i)
        if (!m_hidden_seen[i] && !contains(m_out.request.ablation.layers, m_out.neurons[i].layer))
            return fail(
                ErrorKind::Unsupported,
                format("layer {} of architecture '{}' has no single feed-forward network whose neurons could be shown",
                       toInt(m_out.neurons[i].layer), m_out.facts.architecture));
    if (m_out.expert_state == ExpertState::Captured && m_out.experts.empty()) m_out.expert_state = ExpertState::Dense;
    return {};
}

}  // namespace tessera
