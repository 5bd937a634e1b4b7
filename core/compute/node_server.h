// SPDX-License-Identifier: GPL-3.0-or-later
// Computes spans of one model for others: `tessera node`. Protocol: proto/compute.proto.
#pragma once

#include "core/base/hash.h"
#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"
#include "core/engine/fragment_engine.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tessera {

/// Times that a node measured of itself, for whoever places layers.
struct NodeSpeed {
    double seconds_per_row = 0;   // one row through the whole span (decoding)
    double seconds_per_tile = 0;  // 64 rows (prompts)
};

struct NodeOptions {
    std::string listen = "127.0.0.1:0";   // port 0: any free one
    Sha256Digest set_id{};
    std::uint64_t memory_budget = 0;      // bytes for keys and values of all sessions; 0: half of what is free
    std::uint32_t max_sessions = 64;
    double idle_seconds = 3600;           // a session without a step for so long is closed
};

struct NodeStatus {
    std::uint32_t sessions = 0;
    std::uint64_t memory_used = 0;
    std::uint64_t memory_budget = 0;
    std::uint64_t rows = 0;               // computed since the start: by spans, and inputs of products
    std::uint64_t refused = 0;            // calls of keys without the right
};

/// Runs on gRPC's threads and one thread per session; graphs on the engine's thread. Any thread may call any method.
class NodeServer {
public:
    /// `engine` (loaded with a bare span) and `peers` must outlive the server; whoever shows an invitation of the same
    /// folder is added to them. This machine's own key has every right.
    /// Io when the address cannot be listened on.
    static Result<std::unique_ptr<NodeServer>> start(FragmentEngine& engine, const Identity& identity, PeerList& peers,
                                                     const NodeOptions& options, const NodeSpeed& speed);
    /// Ends all sessions.
    ~NodeServer();

    NodeAddress address() const;  // with the real port
    NodeStatus status() const;

private:
    struct Impl;
    explicit NodeServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Lets the engine compute some rows. Takes as long as about 100 rows take.
Result<NodeSpeed> measureSpeed(FragmentEngine& engine);

}  // namespace tessera
