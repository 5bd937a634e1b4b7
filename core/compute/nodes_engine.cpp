// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/nodes_engine.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/compute/fleet.h"
#include "core/engine/batch_plan.h"
#include "core/engine/chain_runner.h"
#include "core/engine/fragment_session.h"
#include "core/engine/model_facts.h"

#include <algorithm>

namespace tessera {
namespace {

class ConnectedEngine final : public NodesEngine {
public:
    ConnectedEngine(const ModelFacts& facts, const NodesOptions& options) : m_facts(facts), m_options(options) {}

    Result<void> start(const TensorSource& source, const Sha256Digest& set_id, std::vector<LayerSpan> here, const EngineOptions& engine,
                       const Operation& operation) {
        const auto layers = static_cast<std::int32_t>(m_facts.layers);
        TESSERA_TRY(const auto identity, loadOrCreateIdentity(m_options.identity.empty() ? identityFolder() : m_options.identity));
        TESSERA_TRY(m_embedding, loadFragmentEngine(source, engine, operation, LayerSpan{0, -1}));
        TESSERA_TRY(m_output, loadFragmentEngine(source, engine, operation, LayerSpan{layers, layers - 1}));
        for (LayerSpan& span : here) span.bare = true;
        m_fleet = std::make_shared<Fleet>(source, set_id, std::move(here), engine, m_options, identity, m_facts, m_output->numericsClass());
        m_fleet->askAll();
        if (m_options.some_at_start) TESSERA_CHECK(m_fleet->checkThatSomeAreUsed());
        return plan().map([](const auto&) {});
    }

    std::string_view kind() const override { return "nodes"; }
    const ModelFacts& facts() const override { return m_facts; }
    int threads() const override { return m_output->threads(); }
    Result<std::vector<PlacedSpan>> plan() const override { return m_fleet->plan(wholeSpan()); }
    std::vector<NodeState> nodes() const override { return m_fleet->states(); }
    std::vector<SpanActivity> activity() const override { return m_fleet->activity(); }
    std::vector<std::string> failovers() const override { return m_fleet->recoveries().read(); }
    const std::string& numericsClass() const override { return m_fleet->numerics(); }
    Result<std::unique_ptr<OutputHead>> createOutputHead(const Operation& operation) override { return m_output->createOutputHead(operation); }

    Result<std::unique_ptr<Session>> createSession(const SessionOptions& wish) override {
        if (!wish.ablation.empty()) return fail(ErrorKind::Unsupported, "leaving parts of layers out needs all of them on this machine; do it without nodes");
        SessionOptions options = wish;
        ModelFacts ends = m_facts;
        ends.layers = 0;
        TESSERA_TRY(options.context_tokens, chooseContextTokens(ends, wish));
        m_fleet->refresh();
        TESSERA_TRY(const auto spans, m_fleet->plan(wholeSpan(), &options));
        options.micro_batch = std::min(options.micro_batch, limits::kMaxStepRows);
        if (spans.size() > 1 && options.exact != ExactPolicy::Off) options.micro_batch = std::min(options.micro_batch, kPipelinedRows);
        if (options.tap) options.micro_batch = std::min(options.micro_batch, limits::kMaxLookRows);

        std::vector<std::unique_ptr<LayerRunner>> runners;
        TESSERA_TRY(auto embedding, m_embedding->createRunner(m_embedding->span(), options));
        runners.push_back(std::move(embedding));
        for (const PlacedSpan& placed : spans) {
            TESSERA_TRY(auto runner, createSpan(placed, options));
            runners.push_back(std::move(runner));
        }
        TESSERA_TRY(auto output, m_output->createRunner(m_output->span(), options));
        runners.push_back(std::move(output));
        return createFragmentSession(createChainRunner(std::move(runners)), options, options.tap ? 1 : 2 * spans.size());
    }

private:
    LayerSpan wholeSpan() const { return {0, static_cast<std::int32_t>(m_facts.layers) - 1, true}; }

    Result<std::unique_ptr<LayerRunner>> createSpan(const PlacedSpan& placed, const SessionOptions& session) const {
        if (session.tap) {  // a replay would be seen a second time; whoever looks begins anew when a node fails
            TESSERA_TRY(PlacedRunner alone, m_fleet->place(placed.span, placed.node, session, {}));
            return std::move(alone.runner);
        }
        FailoverOptions options;
        options.span = placed.span;
        options.has_last_layer = placed.span.last == static_cast<std::int32_t>(m_facts.layers) - 1;
        options.columns = m_facts.embedding;
        options.session = session;
        options.step_floor = std::chrono::duration<double>(m_options.step_floor_seconds);
        options.step_factor = m_options.step_factor;
        options.on_failover = [fleet = m_fleet](const std::string& what, double) { fleet->recoveries().add(what); };
        const auto place = [fleet = m_fleet, session, planned = placed.node](LayerSpan wanted, const std::stop_token& stop) { return fleet->place(wanted, planned, session, stop); };
        return createFailoverRunner(place, std::move(options), {});
    }

    ModelFacts m_facts;
    NodesOptions m_options;
    std::unique_ptr<FragmentEngine> m_embedding;
    std::unique_ptr<FragmentEngine> m_output;
    std::shared_ptr<Fleet> m_fleet;
};

}  // namespace

Result<std::unique_ptr<NodesEngine>> connectNodes(const TensorSource& source, const Sha256Digest& set_id, std::vector<LayerSpan> here,
                                                  const EngineOptions& engine, const NodesOptions& options, const Operation& operation) {
    TESSERA_TRY(const auto facts, readModelFacts(source.model()));
    auto connected = std::make_unique<ConnectedEngine>(facts, options);
    TESSERA_CHECK(connected->start(source, set_id, std::move(here), engine, operation));
    return connected;
}

}  // namespace tessera
