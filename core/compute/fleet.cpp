// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/fleet.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/compute/checked_runner.h"
#include "core/engine/chain_runner.h"
#include "core/engine/kv_cache.h"
#include "core/engine/model_facts.h"

#include <algorithm>
#include <thread>

namespace tessera {
namespace {

constexpr std::chrono::milliseconds kAgainPatience{1500};

/// Tells the fleet when a node fails.
class WatchedRunner final : public LayerRunner {
public:
    /// `name`: put before its errors; empty where somebody above does it.
    WatchedRunner(std::unique_ptr<LayerRunner> runner, std::string name, std::function<void(const std::string&)> blame)
        : m_runner(std::move(runner)), m_name(std::move(name)), m_blame(std::move(blame)) {}

    LayerSpan span() const override { return m_runner->span(); }
    std::uint32_t length() const override { return m_runner->length(); }
    Result<StepTicket> submit(Step step) override { return watched(m_runner->submit(std::move(step))); }
    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        return watched(m_runner->wait(ticket, deadline, std::move(stop)));
    }
    bool isReady(StepTicket ticket) override { return m_runner->isReady(ticket); }
    void setListener(std::function<void()> listener) override { m_runner->setListener(std::move(listener)); }
    Result<void> truncate(std::uint32_t length) override { return m_runner->truncate(length); }
    void close() override { m_runner->close(); }

private:
    template <class T>
    Result<T> watched(Result<T> result) {
        if (result || result.error().kind == ErrorKind::Cancelled || result.error().kind == ErrorKind::InvalidArgument) return result;
        m_blame(result.error().message);
        if (m_name.empty()) return result;
        return fail(result.error().kind, format("{}: {}", m_name, result.error().message));
    }

    std::unique_ptr<LayerRunner> m_runner;
    std::string m_name;
    std::function<void(const std::string&)> m_blame;
};

}  // namespace

Fleet::Fleet(const TensorSource& source, const Sha256Digest& set_id, std::vector<LayerSpan> here, const EngineOptions& engine,
             const NodesOptions& options, const Identity& identity, const ModelFacts& facts, std::string numerics)
    : m_source(source), m_set_id(set_id), m_here(std::move(here)), m_engine_options(engine), m_options(options), m_facts(facts),
      m_numerics(std::move(numerics)) {
    for (const NodeAddress& address : options.nodes) {
        m_members.push_back(std::make_unique<Member>());
        m_members.back()->node = RemoteNode::create(identity, address);
    }
}

Fleet::~Fleet() = default;

std::string Fleet::objection(const NodeDescription& said) const {
    if (said.set_id != m_set_id) return format("it computes another model (set {}…)", toHex(said.set_id).substr(0, 12));
    if (said.span.last >= static_cast<std::int32_t>(m_facts.layers)) return "it names layers that the model does not have";
    if (said.span.layers() == 0) return "it has no layers, only rows of matrices (--row-nodes)";
    const auto own = [](std::string_view numerics) { return numerics.find("own kernels") != std::string_view::npos; };
    if (own(said.numerics) != own(m_numerics) && !m_options.other_class)
        return format("it computes with {} kernels, this machine with {}, so the answer would have other last bits; choose the same --kernels, or --other-class",
                      own(said.numerics) ? "our own" : "ggml's", own(m_numerics) ? "our own" : "ggml's");
    if (said.numerics != m_numerics && !m_options.other_class)
        return format("its numerics class is another one ({}), so the answer would have other last bits; --other-class allows it", said.numerics);
    return {};
}

void Fleet::judge(Member& member, const Result<NodeDescription>& said) {
    const std::scoped_lock lock(m_mutex);
    if (said) member.said = *said;
    member.standing.set(said ? objection(*said) : said.error().message);
}

void Fleet::meet(Member& member) {
    auto said = member.node->describe(m_options.patience);
    if (said) {  // with a connection round trips are shorter than the first, which made it
        if (auto again = member.node->describe(m_options.patience)) said = std::move(again);
    } else if (said.error().kind == ErrorKind::Network) {
        member.node->connect(m_options.to_connect_again);
        said = member.node->describe(m_options.patience);
    }
    judge(member, said);
}

void Fleet::askAll() {
    std::vector<std::jthread> threads;
    for (auto& member : m_members) threads.emplace_back([this, &member] { meet(*member); });
    threads.clear();
    for (const NodeState& state : states())
        if (!state.available) logWarning(format("the node {} is left out: {}", state.address.shortText(), state.why));
}

Result<void> Fleet::checkThatSomeAreUsed() const {
    if (std::ranges::any_of(states(), &NodeState::available)) return {};
    return fail(ErrorKind::NotFound, format("none of the nodes that were named can be used: {}. Without --nodes this machine computes alone", whoIsLeftOut()));
}

std::string Fleet::whoIsLeftOut() const {
    std::string text;
    for (const NodeState& state : states())
        if (!state.available) text = text.empty() ? format("{} is left out: {}", state.address.shortText(), state.why) : format("{}; {} is left out: {}", text, state.address.shortText(), state.why);
    return text;
}

void Fleet::refresh() {
    std::vector<std::jthread> threads;
    for (auto& member : m_members) {
        threads.emplace_back([this, &member] {
            {
                const std::scoped_lock lock(m_mutex);
                if (!member->standing.isUsed()) return;
            }
            const auto said = member->node->describe(std::min(kAgainPatience, m_options.patience));
            if (!said || !objection(*said).empty()) return;  // opening a session tells what is wrong
            const std::scoped_lock lock(m_mutex);
            // Not its times: what was planned and shown stays.
            member->said->memory_budget = said->memory_budget;
            member->said->memory_used = said->memory_used;
            member->said->sessions = said->sessions;
            member->said->max_sessions = said->max_sessions;
        });
    }
}

namespace {

/// Layers for whose keys and values a node has memory left.
std::int32_t layersThatFit(const NodeDescription& node, ModelFacts facts, const SessionOptions& session) {
    if (node.max_sessions > 0 && node.sessions >= node.max_sessions) return 0;
    facts.layers = 1;
    const auto cells = (session.context_tokens + kCellPadding - 1) / kCellPadding * kCellPadding;
    const std::uint64_t bytes = std::max<std::uint64_t>(kvCacheBytes(facts, cells, session.kv_type), 1);
    const std::uint64_t left = node.memory_budget - std::min(node.memory_budget, node.memory_used);
    return static_cast<std::int32_t>(std::min<std::uint64_t>(left / bytes, limits::kMaxLayers));
}

}  // namespace

std::vector<Candidate> Fleet::candidates(const SessionOptions* session) const {
    const std::scoped_lock lock(m_mutex);
    std::vector<Candidate> all;
    for (const auto& member : m_members) {
        Candidate candidate{.name = member->node->address().shortText(), .layers = {0, -1, true}};
        if (member->standing.isUsed()) {
            candidate.layers = member->said->span;
            candidate.seconds_per_layer = member->said->seconds_per_row / candidate.layers.layers();
            candidate.tile_seconds_per_layer = member->said->seconds_per_tile / candidate.layers.layers();
            candidate.seconds_per_hop = member->said->round_trip_seconds;
            if (session) candidate.most_layers = layersThatFit(*member->said, m_facts, *session);
        }
        all.push_back(std::move(candidate));
    }
    for (const LayerSpan& span : m_here) all.push_back({.name = "this machine", .layers = span, .last_resort = true});
    return all;
}

Result<std::vector<Placement>> Fleet::placements(LayerSpan wanted, const SessionOptions* session, Sharing sharing) const {
    auto placed = placeLayers(wanted, candidates(session), sharing);
    if (!placed && placed.error().kind == ErrorKind::OutOfMemory) return placed;
    if (!placed) return tl::unexpected(nobodyLeft(placed.error()));
    return placed;
}

Error Fleet::nobodyLeft(const Error& missing) const {
    const std::string left_out = whoIsLeftOut();
    return {ErrorKind::NotFound, format("{}, and their fragments are not on this machine{}{}", missing.message, left_out.empty() ? "" : "; ", left_out)};
}

Result<std::vector<PlacedSpan>> Fleet::plan(LayerSpan wanted, const SessionOptions* session) const {
    TESSERA_TRY(const auto placed, placements(wanted, session, Sharing::Prompts));
    std::vector<PlacedSpan> spans;
    for (const Placement& placement : placed) {
        PlacedSpan span{placement.span, std::nullopt, placement.reason};
        if (placement.candidate < m_members.size()) span.node = m_members[placement.candidate]->node->address();
        spans.push_back(std::move(span));
    }
    return spans;
}

bool Fleet::askAgain(const std::stop_token& stop) {
    bool anyone = false;
    for (auto& member : m_members) {
        {
            const std::scoped_lock lock(m_mutex);
            if (member->standing.isUsed() || !member->standing.mayBeAskedAgain()) continue;
        }
        if (stop.stop_requested()) return false;
        judge(*member, member->node->describe(std::min(kAgainPatience, m_options.patience)));
        const std::scoped_lock lock(m_mutex);
        anyone = anyone || member->standing.isUsed();
    }
    return anyone;
}

Result<std::vector<Placement>> Fleet::placementsOf(LayerSpan span, const std::optional<NodeAddress>& planned, const SessionOptions& session) const {
    {
        const std::scoped_lock lock(m_mutex);
        for (std::size_t i = 0; planned && i < m_members.size(); ++i) {
            const Member& member = *m_members[i];
            if (member.node->address() == *planned && member.standing.isUsed() && member.said->span.contains(span)) return std::vector{Placement{i, span, "as planned"}};
        }
    }
    return placements(span, &session, Sharing::None);
}

Result<PlacedRunner> Fleet::place(LayerSpan span, const std::optional<NodeAddress>& planned, const SessionOptions& options, const std::stop_token& stop) {
    while (true) {
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        auto placed = placementsOf(span, planned, options);
        if (!placed && askAgain(stop)) placed = placementsOf(span, planned, options);
        if (!placed) return tl::unexpected(std::move(placed).error());
        // Each failed attempt takes a node out, so this ends.
        auto opened = openAll(*placed, options);
        if (!opened && opened.error().kind != ErrorKind::Network) return opened;
        if (!opened) continue;
        if (m_options.check_rows > 0) addChecker(*opened, span, *placed, options);
        return opened;
    }
}

/// Network: one of the nodes did not open a session and was taken out.
Result<PlacedRunner> Fleet::openAll(std::span<const Placement> placements, const SessionOptions& options) {
    std::vector<std::unique_ptr<LayerRunner>> runners;
    PlacedRunner whole{.independent_rows = true};
    for (const Placement& placement : placements) {
        // A FailoverRunner tells whose failure it is, where there is one and the span is one node's.
        auto opened = open(placement, options, options.tap != nullptr || placements.size() > 1);
        if (!opened) {
            if (placement.candidate >= m_members.size()) return opened;
            blame(placement.candidate, opened.error().message);
            return fail(ErrorKind::Network, opened.error().message);
        }
        whole.name += (whole.name.empty() ? "" : " and ") + opened->name;
        whole.independent_rows = whole.independent_rows && opened->independent_rows;
        whole.seconds_per_row += opened->seconds_per_row;
        whole.seconds_per_tile += opened->seconds_per_tile;
        runners.push_back(std::move(opened->runner));
    }
    whole.runner = createChainRunner(std::move(runners));
    return whole;
}

/// Somebody else who has these layers, this machine included, computes the first rows, too.
void Fleet::addChecker(PlacedRunner& placed, LayerSpan span, std::span<const Placement> placements, const SessionOptions& options) {
    auto others = candidates(&options);
    std::vector<std::size_t> first;
    for (const Placement& placement : placements) {
        others[placement.candidate].layers = {0, -1, true};
        if (placement.candidate < m_members.size()) first.push_back(placement.candidate);
    }
    if (first.empty()) return;  // this machine itself
    const auto second = placeLayers(span, others, Sharing::None);
    SessionOptions unseen = options;
    unseen.tap = nullptr;  // once is enough
    auto checker = second ? openAll(*second, unseen) : Result<PlacedRunner>(tl::unexpected(second.error()));
    if (!checker) {
        logWarning(format("layers {}–{}: {} goes unchecked: no second machine has them", span.first, span.last, placed.name));
        return;
    }
    std::vector<std::size_t> checkers;
    for (const Placement& placement : *second)
        if (placement.candidate < m_members.size()) checkers.push_back(placement.candidate);
    placed.seconds_per_row = std::max(placed.seconds_per_row, checker->seconds_per_row);
    placed.seconds_per_tile = std::max(placed.seconds_per_tile, checker->seconds_per_tile);
    const auto differ = [self = shared_from_this(), first, checkers] { self->disbelieve(first, checkers); };
    placed.runner = createCheckedRunner(std::move(placed.runner), std::move(checker->runner), {.rows = m_options.check_rows, .checker = checker->name, .on_difference = differ});
}

/// Their numbers differ. This machine believes itself; of two nodes nobody knows which one is wrong, so neither is used.
void Fleet::disbelieve(std::span<const std::size_t> first, std::span<const std::size_t> second) {
    const std::scoped_lock lock(m_mutex);
    for (const auto node : first)
        m_members[node]->standing.disbelieve(second.empty() ? "it computed other numbers than this machine" : "it computed other numbers than another node");
    for (const auto node : second) m_members[node]->standing.disbelieve("it computed other numbers than another node");
}

/// `named`: its errors begin with the node's name.
Result<PlacedRunner> Fleet::open(const Placement& placement, const SessionOptions& options, bool named) {
    if (placement.candidate >= m_members.size()) return openHere(placement.span, options);
    Member& member = *m_members[placement.candidate];
    PlacedRunner placed;
    placed.name = "node " + member.node->address().shortText();
    {
        const std::scoped_lock lock(m_mutex);
        const double share = static_cast<double>(placement.span.layers()) / member.said->span.layers();
        placed.independent_rows = member.said->independent_rows;
        placed.seconds_per_row = share * member.said->seconds_per_row + member.said->round_trip_seconds;
        placed.seconds_per_tile = share * member.said->seconds_per_tile + member.said->round_trip_seconds;
    }
    TESSERA_TRY(auto runner, member.node->openRunner(m_set_id, placement.span, options, m_options.other_class ? std::string() : m_numerics,
                                                     m_facts.embedding, m_options.patience));
    runner = createCountedRunner(std::move(runner), m_activity, member.node->address());
    placed.runner = std::make_unique<WatchedRunner>(std::move(runner), named ? placed.name : std::string(),
                                                    [self = shared_from_this(), index = placement.candidate](const std::string& why) { self->blame(index, why); });
    return placed;
}

Result<PlacedRunner> Fleet::openHere(LayerSpan span, const SessionOptions& options) {
    std::shared_ptr<FragmentEngine> engine;
    {
        const std::scoped_lock lock(m_engine_mutex);
        auto& kept = m_engines[{span.first, span.last}];
        if (!kept) {
            TESSERA_TRY(kept, loadFragmentEngine(m_source, m_engine_options, {}, span));
        }
        engine = kept;
    }
    PlacedRunner placed{.name = "this machine", .independent_rows = engine->hasIndependentRows()};
    TESSERA_TRY(auto runner, engine->createRunner(span, options));
    placed.runner = createCountedRunner(std::move(runner), m_activity, std::nullopt);
    return placed;
}

void Fleet::blame(std::size_t node, const std::string& why) {
    const std::scoped_lock lock(m_mutex);
    m_members[node]->standing.blame(why);
}

std::vector<NodeState> Fleet::states() const {
    const std::scoped_lock lock(m_mutex);
    std::vector<NodeState> all;
    for (const auto& member : m_members) {
        NodeState state{.address = member->node->address(), .layers = {0, -1, true}, .available = member->standing.isUsed(), .why = member->standing.whyNot()};
        if (member->said) {
            state.layers = member->said->span;
            state.numerics = member->said->numerics;
            state.threads = member->said->threads;
            state.round_trip_seconds = member->said->round_trip_seconds;
            state.seconds_per_row = member->said->seconds_per_row;
        }
        all.push_back(std::move(state));
    }
    return all;
}

}  // namespace tessera
