// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes that one engine uses, which of them are alive, and sessions on them. For the .cpp files of this folder.
#pragma once

#include "core/compute/failover_runner.h"
#include "core/compute/nodes_engine.h"
#include "core/compute/placement.h"
#include "core/compute/remote_node.h"
#include "core/compute/span_activity.h"
#include "core/compute/standing.h"
#include "core/engine/fragment_engine.h"

#include <map>
#include <mutex>
#include <span>

namespace tessera {

/// Shared by all sessions. Any thread may call any method.
class Fleet : public std::enable_shared_from_this<Fleet> {
public:
    /// `source` must outlive it. `numerics` is this machine's class.
    Fleet(const TensorSource& source, const Sha256Digest& set_id, std::vector<LayerSpan> here, const EngineOptions& engine,
          const NodesOptions& options, const Identity& identity, const ModelFacts& facts, std::string numerics);
    ~Fleet();

    /// Asks all nodes at once.
    void askAll();

    /// NotFound when none of the nodes can be used, with the reason of each.
    Result<void> checkThatSomeAreUsed() const;

    /// `session`: how much memory each node needs for it; null: it does not matter.
    Result<std::vector<PlacedSpan>> plan(LayerSpan wanted, const SessionOptions* session = nullptr) const;
    /// Asks the nodes in use what they have left.
    void refresh();
    /// Fresh sessions that together compute `span`: on the node that was planned for it, while that one is in use.
    /// NotFound when nobody is left.
    Result<PlacedRunner> place(LayerSpan span, const std::optional<NodeAddress>& planned, const SessionOptions& options, const std::stop_token& stop);
    /// A node has failed us: it is not used for a while.
    void blame(std::size_t node, const std::string& why);

    std::vector<NodeState> states() const;
    const std::string& numerics() const { return m_numerics; }
    std::vector<SpanActivity> activity() const { return m_activity->read(); }
    RecoveryList& recoveries() { return m_recoveries; }

private:
    struct Member {
        std::unique_ptr<RemoteNode> node;
        std::optional<NodeDescription> said;
        Standing standing{"it was not asked yet"};
    };

    void judge(Member& member, const Result<NodeDescription>& said);
    void meet(Member& member);  // the first words with it
    std::string objection(const NodeDescription& said) const;
    std::vector<Candidate> candidates(const SessionOptions* session) const;  // members first, then runs of layers that are here
    Result<std::vector<Placement>> placements(LayerSpan wanted, const SessionOptions* session, Sharing sharing) const;
    Result<std::vector<Placement>> placementsOf(LayerSpan span, const std::optional<NodeAddress>& planned, const SessionOptions& session) const;
    Error nobodyLeft(const Error& missing) const;
    /// "ID@HOST:PORT is left out: why", joined by "; ".
    std::string whoIsLeftOut() const;
    bool askAgain(const std::stop_token& stop);
    Result<PlacedRunner> open(const Placement& placement, const SessionOptions& options, bool named);
    Result<PlacedRunner> openAll(std::span<const Placement> placements, const SessionOptions& options);
    void addChecker(PlacedRunner& placed, LayerSpan span, std::span<const Placement> placements, const SessionOptions& options);
    void disbelieve(std::span<const std::size_t> first, std::span<const std::size_t> second);
    Result<PlacedRunner> openHere(LayerSpan span, const SessionOptions& options);

    const TensorSource& m_source;
    const Sha256Digest m_set_id;
    const std::vector<LayerSpan> m_here;
    const EngineOptions m_engine_options;
    const NodesOptions m_options;
    const ModelFacts m_facts;
    const std::string m_numerics;

    mutable std::mutex m_mutex;  // guards what members say, and what follows
    std::vector<std::unique_ptr<Member>> m_members;

    RecoveryList m_recoveries;
    const std::shared_ptr<ActivityBoard> m_activity = std::make_shared<ActivityBoard>();

    std::mutex m_engine_mutex;
    std::map<std::pair<std::int32_t, std::int32_t>, std::shared_ptr<FragmentEngine>> m_engines;  // of layers computed here
};

}  // namespace tessera
