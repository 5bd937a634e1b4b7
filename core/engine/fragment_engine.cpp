// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fragment_engine.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/engine/arch/architecture.h"
#include "core/engine/chain_runner.h"
#include "core/engine/engine_core.h"
#include "core/engine/engine_thread.h"
#include "core/engine/expert_cache.h"
#include "core/engine/fragment_session.h"
#include "core/engine/ggml_output_head.h"
#include "core/engine/ggml_handles.h"
#include "core/engine/kernels/kernels.h"
#include "core/engine/local_runner.h"
#include "core/engine/model_facts.h"
#include "core/engine/processor_features.h"
#include "core/engine/row_independence.h"
#include "core/engine/step_batcher.h"

#include <fmt/ranges.h>

namespace tessera {
namespace {

class LoadedFragmentEngine final : public FragmentEngine {
public:
    LoadedFragmentEngine(std::shared_ptr<const EngineCore> core, RepackPolicy repack) : m_core(std::move(core)), m_repack(repack) {}

    std::string_view kind() const override { return "fragments"; }
    const ModelFacts& facts() const override { return m_core->facts; }
    int threads() const override { return m_core->backend->threads(); }

    ExpertStatistics expertStatistics() const override {
        return m_core->weights->experts() ? m_core->weights->experts()->statistics() : ExpertStatistics{};
    }

    DecodeStatistics decodeStatistics() const override { return m_core->batcher->statistics(); }

    Result<std::unique_ptr<LayerRunner>> createRunner(LayerSpan span, const SessionOptions& options) override {
        TESSERA_TRY(auto complete, completed(options));
        return createLocalRunner(m_core, span, std::move(complete));
    }

    Result<std::unique_ptr<Session>> createSession(const SessionOptions& options) override {
        TESSERA_TRY(const auto complete, completed(options));
        const LayerSpan whole{0, m_core->parameters.layers - 1};
        if (m_core->span != whole)
            return fail(ErrorKind::InvalidArgument, format("a session needs all {} layers, only {}–{} are loaded",
                                                           m_core->parameters.layers, m_core->span.first, m_core->span.last));
        auto spans = options.spans;
        if (spans.empty()) spans.push_back(whole);
        TESSERA_CHECK(checkSpans(spans));
        std::vector<std::unique_ptr<LayerRunner>> runners;
        for (const auto span : spans) {
            TESSERA_TRY(auto runner, createLocalRunner(m_core, span, complete));
            runners.push_back(std::move(runner));
        }
        return createFragmentSession(createChainRunner(std::move(runners)), complete);
    }

    Result<std::unique_ptr<OutputHead>> createOutputHead(const Operation&) override {
        const Weights& weights = *m_core->weights;
        if (weights.output().split)
            return fail(ErrorKind::Unsupported, "looking through the output matrix needs all of it on this machine; leave --row-nodes out");
        if (!weights.output()) return fail(ErrorKind::InvalidArgument, "the last layer, and with it the output matrix, is not loaded");
        OutputParts parts{.source = m_core->source, .norm = weights.outputNorm(), .matrix = weights.output(),
                          .matrix_bias = weights.outputBias()};
        parts.epsilon = m_core->parameters.norm_epsilon;
        parts.soft_cap = m_core->parameters.logit_soft_cap;
        return makeOutputHead(parts, *m_core->backend, m_core);
    }

    LayerSpan span() const override { return m_core->span; }
    bool hasIndependentRows() override {
        return EngineThread::instance().run([this] { return rowsAreIndependent(*m_core); });
    }
    std::string numericsClass() const override {
        return numericsClassOf(m_repack, m_core->own_kernels ? KernelPolicy::Own : KernelPolicy::Ggml);
    }
    Result<std::unique_ptr<RowMultiplier>> createRowMultiplier(std::vector<RowRange> ranges) override {
        return makeRowMultiplier(m_core, std::move(ranges));
    }

private:
    Result<SessionOptions> completed(SessionOptions options) const {
        ModelFacts loaded = m_core->facts;  // only what is computed here needs memory
        loaded.layers = static_cast<std::uint32_t>(m_core->span.layers());
        TESSERA_TRY(options.context_tokens, chooseContextTokens(loaded, options));
        return options;
    }

    Result<void> checkSpans(const std::vector<LayerSpan>& spans) const {
        std::int32_t next = 0;
        for (const auto& span : spans) {
            if (span.first != next || span.last < span.first)
                return fail(ErrorKind::InvalidArgument, format("span {}–{} does not follow on layer {}", span.first,
                                                               span.last, next - 1));
            next = span.last + 1;
        }
        if (next != m_core->parameters.layers)
            return fail(ErrorKind::InvalidArgument, format("the spans end with layer {}, the model with {}", next - 1,
                                                           m_core->parameters.layers - 1));
        return {};
    }

    std::shared_ptr<const EngineCore> m_core;
    RepackPolicy m_repack;
};

}  // namespace

std::string numericsClassOf(RepackPolicy repack, KernelPolicy kernels) {
    return format("ggml {} {}, repack {}", ggml_version(), ggml_commit(), repack == RepackPolicy::Off ? "off" : repack == RepackPolicy::On ? "on" : "auto") +
           (kernels == KernelPolicy::Own ? format(", own kernels {}", kernels::kDefinition) : std::string()) +
           format(", {}", fmt::join(processorFeatures(), " "));
}

Result<std::unique_ptr<FragmentEngine>> loadFragmentEngine(const TensorSource& source, const EngineOptions& wish,
                                                           const Operation& operation, std::optional<LayerSpan> span) {
    EngineOptions options = wish;
    if (options.row_workers) {
        options.repack = RepackPolicy::Off;  // kernels of repacked weights have other tiles
        options.kernels = KernelPolicy::Ggml;  // as row workers have
    }
    const auto& model = source.model();
    auto core = std::make_shared<EngineCore>();
    core->source = &source;
    core->architecture = findArchitecture(model.architecture());
    if (!core->architecture)
        return fail(ErrorKind::Unsupported,
                    format("architecture {} is not known to this engine (known: {}); use the llama.cpp engine",
                           inQuotes(model.architecture()), fmt::join(architectureNames(), ", ")));
    TESSERA_TRY(core->parameters, core->architecture->hyperparameters(model));
    TESSERA_TRY(core->facts, readModelFacts(model));
    core->span = span.value_or(LayerSpan{0, core->parameters.layers - 1});
    const bool none_in_the_middle = core->span.layers() == 0 && core->span.first != 0 && core->span.first != core->parameters.layers;
    if (core->span.first < 0 || core->span.layers() < 0 || none_in_the_middle || core->span.last >= core->parameters.layers)
        return fail(ErrorKind::InvalidArgument, format("layers {}–{} are not in the model, which has {}", core->span.first,
                                                       core->span.last, core->parameters.layers));
    TESSERA_TRY(options.threads, chooseThreads(options));
    core->own_kernels = options.kernels == KernelPolicy::Own;
    if (core->own_kernels && !kernels::fastest())
        return fail(ErrorKind::Unsupported, "our own kernels are written for AVX2, AVX-512 with VNNI, and NEON with dot products, which this "
                                            "processor does not have; use --kernels ggml");
    core->batcher = std::make_shared<StepBatcher>();
    TESSERA_TRY(core->backend, CpuBackend::create(options.threads));
    core->budget = std::make_unique<MemoryBudget>(options.memory_bytes);
    TESSERA_TRY(core->weights, Weights::load(source, *core->architecture, core->parameters, core->span, options, *core->budget, operation));
    TESSERA_TRY(core->weights_share, core->budget->take(core->weights->stayingBytes(), "the weights that every token uses"));
    if (ExpertCache* experts = core->weights->experts()) TESSERA_CHECK(experts->finish(core->parameters.moe.used));
    return std::make_unique<LoadedFragmentEngine>(std::move(core), options.repack);
}

std::vector<std::string> supportedArchitectures() { return architectureNames(); }

}  // namespace tessera
