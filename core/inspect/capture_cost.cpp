// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/model_facts.h"
#include "core/inspect/capturable.h"
#include "core/inspect/inspection_tap.h"

#include <algorithm>

namespace tessera {
namespace {

constexpr std::uint64_t kFloat = sizeof(float);
constexpr std::uint64_t kCells = 256;

std::uint64_t roundedUp(std::uint64_t tokens) { return (tokens + kCells - 1) / kCells * kCells; }

std::uint64_t attentionBytes(const ModelFacts& facts, std::uint64_t tokens) {
    if (!recomputesAttention(facts)) return tokens * tokens * facts.heads * kFloat;
    return tokens * (facts.heads + facts.kv_heads) * facts.head_size * kFloat;
}

bool computesAllLogits(const InspectRequest& request, const ModelFacts& facts, EngineKind engine) {
    const LayerIndex last{static_cast<std::int32_t>(facts.layers) - 1};
    const auto captures = [&request](LayerIndex layer) {
        return std::ranges::any_of(request.captures, [layer](const auto& spec) { return spec.layer == layer; });
    };
    if (captures(kOutputLayer)) return true;
    const bool looks_at_last =
        request.norms || request.lens || captures(last) || std::ranges::count(request.neurons, last) > 0;
    return engine == EngineKind::Llama && looks_at_last;
}

/// Attention's own values are as wide as the cells of the KV cache, which the dry run had few of.
std::uint64_t captureColumns(const CapturableTensor& tensor, std::uint64_t tokens) {
    const bool over_cells = tensor.token_dimension == 1 && !tensor.shape.empty() &&
                            tensor.shape.front() == static_cast<std::int64_t>(kCells) && tensor.name.starts_with("kq");
    return over_cells ? tensor.elements() / kCells * roundedUp(tokens) : tensor.elements();
}

}  // namespace

CaptureCost captureCost(const InspectRequest& request, const ModelFacts& facts, std::span<const CapturableTensor> known,
                        EngineKind engine) {
    const std::uint64_t tokens = request.tokens.size();
    const std::uint64_t layers = facts.layers;
    CaptureCost cost;
    const auto add = [&cost](std::string what, std::uint64_t rows, std::uint64_t bytes) {
        if (rows > 0) cost.parts.push_back({std::move(what), rows, bytes});
        cost.held += bytes;
    };
    if (request.norms) add("norms", layers * tokens, (4 * layers + 1) * tokens * kFloat);
    const std::uint64_t lens_tokens = !request.lens ? 0 : request.lens_tokens ? request.lens_tokens->count : tokens;
    add("residual rows", layers * lens_tokens, layers * lens_tokens * facts.embedding * kFloat);
    add("attention", request.attention.size() * tokens, request.attention.size() * attentionBytes(facts, tokens));
    add("neurons", request.neurons.size() * tokens, request.neurons.size() * tokens * facts.feed_forward * kFloat);
    if (request.experts && facts.experts > 0)
        add("experts", layers * tokens, layers * tokens * facts.experts_used * 2 * kFloat);
    for (const auto& spec : request.captures) {
        const CapturableTensor* tensor = findCapturable(known, spec);
        if (!tensor) continue;
        const std::uint64_t rows = tensor->token_dimension < 0 ? 1 : tokens;
        add(captureText(spec), rows, rows * captureColumns(*tensor, tokens) * kFloat);
    }
    const std::uint64_t rows_of_logits = !request.ablation.empty() && request.baseline ? 2 : 1;
    add("logits", rows_of_logits, rows_of_logits * facts.vocabulary * kFloat);
    cost.held += tokens * (sizeof(InspectedToken) + sizeof(TokenId));

    cost.running = kvCacheBytes(facts, static_cast<std::uint32_t>(roundedUp(tokens)), request.session.kv_type);
    const auto batch = std::min<std::uint64_t>(tokens, request.session.micro_batch);
    if (request.norms && lens_tokens < tokens) cost.running += layers * batch * facts.embedding * kFloat;
    if (computesAllLogits(request, facts, engine)) cost.running += batch * facts.vocabulary * kFloat;
    return cost;
}

}  // namespace tessera
