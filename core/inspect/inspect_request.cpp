// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/inspect_request.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/engine/model_facts.h"

#include <algorithm>
#include <charconv>

namespace tessera {
namespace {

Result<std::int32_t> number(std::string_view text, std::string_view whole, std::string_view what) {
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= 0) return value;
    return fail(ErrorKind::InvalidArgument,
                format("{}: {} is not the number of a {}", inQuotes(whole), inQuotes(text), what));
}

Result<void> checkLayers(const std::vector<LayerIndex>& layers, const ModelFacts& facts) {
    for (const LayerIndex layer : layers)
        if (toInt(layer) < 0 || toInt(layer) >= static_cast<std::int32_t>(facts.layers))
            return fail(ErrorKind::InvalidArgument,
                        format("layer {} is not in the model, which has layers 0–{}", toInt(layer), facts.layers - 1));
    return {};
}

Result<void> checkPositions(const InspectRequest& request) {
    if (request.tokens.empty())
        return fail(ErrorKind::InvalidArgument, "the prompt is empty: there is nothing to inspect");
    if (!request.lens || !request.lens_tokens) return {};
    const auto& range = *request.lens_tokens;
    if (range.count == 0 || range.first >= request.tokens.size() || range.count > request.tokens.size() - range.first)
        return fail(ErrorKind::InvalidArgument,
                    format("the lens is asked for {} positions from {} on, the prompt has {}", range.count, range.first,
                           request.tokens.size()));
    return {};
}

}  // namespace

std::vector<LayerIndex> allLayers(const ModelFacts& facts) {
    std::vector<LayerIndex> layers;
    for (std::uint32_t i = 0; i < facts.layers; ++i) layers.push_back(LayerIndex{static_cast<std::int32_t>(i)});
    return layers;
}

Result<CaptureSpec> parseCapture(std::string_view text) {
    CaptureSpec spec;
    const auto at = text.rfind('@');
    auto name = text.substr(0, at);
    if (at != std::string_view::npos) {
        TESSERA_TRY(const auto layer, number(text.substr(at + 1), text, "layer"));
        spec.layer = LayerIndex{layer};
    } else if (name.starts_with("result_")) {
        spec.layer = kOutputLayer;
    } else if (name == "embd" || name == "inp_embd") {
        spec.layer = kEmbeddingLayer;
    }
    if (const auto colon = name.find(':'); colon != std::string_view::npos) {
        spec.operation = name.substr(colon + 1);
        name = name.substr(0, colon);
    }
    spec.name = name;
    if (spec.name.empty())
        return fail(ErrorKind::InvalidArgument,
                    format("{} is not NAME@LAYER, such as ffn_out@3 or Qcur:ROPE@0", inQuotes(text)));
    return spec;
}

std::string captureText(const CaptureSpec& spec) {
    auto text = spec.name;
    if (!spec.operation.empty()) text += ":" + spec.operation;
    if (toInt(spec.layer) >= 0) text += format("@{}", toInt(spec.layer));
    return text;
}

Result<void> addAblation(std::string_view text, Ablation& ablation) {
    const auto colon = text.find(':');
    const auto kind = text.substr(0, colon);
    const auto rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (kind == "head") {
        const auto second = rest.find(':');
        if (second == std::string_view::npos)
            return fail(ErrorKind::InvalidArgument,
                        format("{} is not head:LAYER:HEAD, such as head:3:0", inQuotes(text)));
        TESSERA_TRY(const auto layer, number(rest.substr(0, second), text, "layer"));
        TESSERA_TRY(const auto head, number(rest.substr(second + 1), text, "head"));
        ablation.heads.push_back({LayerIndex{layer}, head});
        return {};
    }
    std::vector<LayerIndex>* list = kind == "layer"  ? &ablation.layers
                                    : kind == "attn" ? &ablation.attention
                                    : kind == "ffn"  ? &ablation.feed_forward
                                                     : nullptr;
    if (!list)
        return fail(ErrorKind::InvalidArgument,
                    format("{} cannot be left out; write head:LAYER:HEAD, layer:LAYER, attn:LAYER or ffn:LAYER",
                           inQuotes(text)));
    TESSERA_TRY(const auto layer, number(rest, text, "layer"));
    list->push_back(LayerIndex{layer});
    return {};
}

std::vector<std::string> ablationTexts(const Ablation& ablation) {
    std::vector<std::string> texts;
    for (const auto& head : ablation.heads) texts.push_back(format("head:{}:{}", toInt(head.layer), head.head));
    for (const auto layer : ablation.layers) texts.push_back(format("layer:{}", toInt(layer)));
    for (const auto layer : ablation.attention) texts.push_back(format("attn:{}", toInt(layer)));
    for (const auto layer : ablation.feed_forward) texts.push_back(format("ffn:{}", toInt(layer)));
    return texts;
}

Result<void> checkRequest(const InspectRequest& request, const Engine& engine) {
    const ModelFacts& facts = engine.facts();
    TESSERA_CHECK(checkPositions(request));
    TESSERA_CHECK(checkTokens(request.tokens, facts.vocabulary));
    TESSERA_CHECK(checkLayers(request.attention, facts));
    TESSERA_CHECK(checkLayers(request.neurons, facts));
    for (const auto& capture : request.captures)
        if (toInt(capture.layer) >= static_cast<std::int32_t>(facts.layers))
            return fail(ErrorKind::InvalidArgument,
                        format("{}: the model has layers 0–{}", captureText(capture), facts.layers - 1));
    TESSERA_CHECK(checkAblation(request.ablation, facts));
    if (!request.ablation.empty() && engine.kind() == "nodes")
        return fail(ErrorKind::Unsupported, "leaving parts of layers out needs all of them on this machine; do it without nodes");
    if (!request.ablation.empty() && engine.kind() != "fragments")
        return fail(ErrorKind::Unsupported,
                    format("the engine '{}' computes a model as a whole; choose the fragment engine to leave parts out",
                           engine.kind()));
    const bool inside = !request.attention.empty() || !request.neurons.empty() || request.experts ||
                        std::ranges::any_of(request.captures, [](const auto& capture) { return toInt(capture.layer) >= 0; });
    if (inside && engine.kind() == "nodes")
        return fail(ErrorKind::Unsupported, "layers on nodes show their residual stream alone: norms and the lens; attention, neurons, experts and captured "
                                            "tensors can be seen where the layers are, and here once their fragments are here");
    return {};
}

}  // namespace tessera
