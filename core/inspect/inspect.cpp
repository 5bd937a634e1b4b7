// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/inspect.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"
#include "core/engine/batch_plan.h"
#include "core/inspect/capturable.h"
#include "core/inspect/inspection_tap.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <new>

namespace tessera {
namespace {

constexpr std::uint32_t kCells = 256;  // contexts are rounded up to this anyhow

SessionOptions sessionOptions(const Engine& engine, const InspectRequest& request) {
    SessionOptions options = request.session;
    if (engine.kind() == "nodes") options.micro_batch = std::min(options.micro_batch, limits::kMaxLookRows);
    const auto tokens = static_cast<std::uint32_t>(request.tokens.size());
    options.context_tokens = (tokens + kCells - 1) / kCells * kCells;
    options.tap = nullptr;
    options.ablation = {};
    return options;
}

/// The captures' sizes, and whether they need attention's own values.
struct Plan {
    std::vector<CapturableTensor> known;
    bool flash_attention = true;
};

const CaptureSpec* firstUnknown(const InspectRequest& request, std::span<const CapturableTensor> known) {
    const auto found =
        std::ranges::find_if(request.captures, [&](const auto& spec) { return !findCapturable(known, spec); });
    return found == request.captures.end() ? nullptr : &*found;
}

tl::unexpected<Error> unknownCapture(const CaptureSpec& spec, std::span<const CapturableTensor> known) {
    std::vector<std::string> near;
    for (const auto& tensor : known) {
        const bool here = std::ranges::find(tensor.layers, spec.layer) != tensor.layers.end();
        if (here && std::ranges::find(near, tensor.name) == near.end()) near.push_back(tensor.name);
    }
    return fail(ErrorKind::NotFound, near.empty() ? format("there is nothing named {} to capture; write NAME@LAYER",
                                                           inQuotes(captureText(spec)))
                                                  : format("there is nothing named {} to capture; there are {}",
                                                           inQuotes(captureText(spec)), fmt::join(near, ", ")));
}

Result<Plan> planCaptures(Engine& engine, const InspectRequest& request, const Operation& operation) {
    Plan plan;
    plan.flash_attention =
        request.session.flash_attention && (request.attention.empty() || recomputesAttention(engine.facts()));
    if (request.captures.empty()) return plan;
    TESSERA_TRY(plan.known, listCapturable(engine, plan.flash_attention, operation));
    const CaptureSpec* unknown = firstUnknown(request, plan.known);
    if (unknown && plan.flash_attention) {
        plan.flash_attention = false;
        TESSERA_TRY(plan.known, listCapturable(engine, false, operation));
        unknown = firstUnknown(request, plan.known);
    }
    if (unknown) return unknownCapture(*unknown, plan.known);
    return plan;
}

/// Batch by batch, so that the tap knows which positions it sees; the batches are those of one evaluate().
Result<std::vector<float>> runPrompt(Engine& engine, const InspectRequest& request, const SessionOptions& options,
                                     InspectionTap* tap, bool all_outputs, const Operation& operation) {
    TESSERA_TRY(const auto session, engine.createSession(options));
    const auto tokens = std::span(request.tokens);
    const auto exact = engine.kind() == "fragments" ? options.exact : ExactPolicy::Off;
    Rows rows;
    std::uint32_t done = 0;
    for (const auto count : planBatches(static_cast<std::uint32_t>(tokens.size()), options.micro_batch, exact)) {
        if (tap) tap->beginBatch(done, count);
        const bool last = done + count == tokens.size();
        TESSERA_TRY(rows, session->evaluate(tokens.subspan(done, count),
                                            all_outputs ? Wanted::All
                                            : last      ? Wanted::Last
                                                        : Wanted::None,
                                            {.stop = operation.stop}));
        done += count;
        if (operation.progress) operation.progress({done, tokens.size(), "inspecting"});
    }
    const auto logits = rows.row(rows.rows - 1);
    return std::vector<float>(logits.begin(), logits.end());
}

/// Takes nothing, but has the same rows computed as the inspection: a difference must come from the ablation alone.
class SameRows final : public Tap {
public:
    explicit SameRows(bool all) : m_all(all) {}
    bool wants(const TapNode&) override { return false; }
    void take(const TapNode&, std::span<const float>) override {}
    bool wantsAllRows() const override { return m_all; }

private:
    bool m_all;
};

Result<Inspection> run(Engine& engine, const Tokenizer& tokenizer, const InspectRequest& request,
                       const Operation& operation) {
    TESSERA_TRY(const Plan plan, planCaptures(engine, request, operation));
    SessionOptions options = sessionOptions(engine, request);
    options.flash_attention = plan.flash_attention;

    Inspection seen;
    seen.request = request;
    seen.facts = engine.facts();
    seen.model = seen.facts.name;
    seen.engine = engine.kind();
    for (const TokenId token : request.tokens) seen.tokens.push_back({token, tokenizer.piece(token, true)});

    InspectionTap tap(seen, plan.known);
    if (!request.ablation.empty() && request.baseline) {
        SameRows same(tap.wantsAllRows());
        options.tap = &same;
        TESSERA_TRY(seen.baseline_logits, runPrompt(engine, request, options, nullptr, false, operation));
    }
    options.tap = &tap;
    options.ablation = request.ablation;
    const bool all_outputs =
        std::ranges::any_of(request.captures, [](const auto& spec) { return spec.layer == kOutputLayer; });
    const ExpertStatistics before = engine.expertStatistics();
    const auto start = std::chrono::steady_clock::now();
    TESSERA_TRY(seen.logits, runPrompt(engine, request, options, &tap, all_outputs, operation));
    seen.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    seen.expert_counts = engine.expertStatistics().since(before);
    TESSERA_CHECK(tap.finish());
    return seen;
}

template <class T>
std::uint64_t bytesOf(const std::vector<T>& values) {
    return values.size() * sizeof(T);
}

}  // namespace

const AttentionLayer* Inspection::attentionOf(LayerIndex layer) const {
    const auto found = std::ranges::find(attention, layer, &AttentionLayer::layer);
    return found == attention.end() ? nullptr : &*found;
}

const NeuronLayer* Inspection::neuronsOf(LayerIndex layer) const {
    const auto found = std::ranges::find(neurons, layer, &NeuronLayer::layer);
    return found == neurons.end() ? nullptr : &*found;
}

std::uint64_t Inspection::heldBytes() const {
    std::uint64_t bytes =
        bytesOf(norms.embedding) + bytesOf(residual.values) + bytesOf(logits) + bytesOf(baseline_logits);
    for (const auto* grid : {&norms.residual, &norms.attention, &norms.feed_forward, &norms.cosine})
        bytes += bytesOf(grid->values);
    for (const auto& layer : attention) bytes += bytesOf(layer.queries) + bytesOf(layer.keys) + bytesOf(layer.weights);
    for (const auto& layer : neurons) bytes += bytesOf(layer.activations.values);
    for (const auto& layer : experts) bytes += bytesOf(layer.experts) + bytesOf(layer.weights);
    for (const auto& capture : captures) bytes += bytesOf(capture.rows.values);
    return bytes + bytesOf(tokens) + bytesOf(request.tokens);
}

Result<std::vector<TokenId>> promptTokens(const LoadedModel& model, std::string_view text, PromptKind kind) {
    const bool has_template = model.chat_template && !model.chat_template->isFallback();
    std::vector<TokenId> tokens;
    if (kind == PromptKind::Raw || (kind == PromptKind::Auto && !has_template)) {
        TESSERA_TRY(tokens, model.tokenizer->encode(text, {}));
    } else if (!model.chat_template) {
        return fail(ErrorKind::InvalidArgument, "the model was opened without its chat template; give the prompt raw");
    } else {
        TESSERA_TRY(const auto parts, model.chat_template->render({{"user", std::string(text)}}, true));
        TESSERA_TRY(tokens, encodePrompt(*model.tokenizer, parts));
    }
    if (tokens.empty()) return fail(ErrorKind::InvalidArgument, "the prompt is empty: there is nothing to inspect");
    return tokens;
}

Result<Inspection> inspect(Engine& engine, const Tokenizer& tokenizer, const InspectRequest& request,
                           const Operation& operation) {
    TESSERA_CHECK(checkRequest(request, engine));
    try {
        return run(engine, tokenizer, request, operation);
    } catch (const std::bad_alloc&) {
        return fail(ErrorKind::OutOfMemory,
                    format("no memory for what is to be kept of {} tokens; choose fewer layers or positions",
                           request.tokens.size()));
    }
}

}  // namespace tessera
