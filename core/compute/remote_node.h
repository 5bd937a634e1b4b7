// SPDX-License-Identifier: GPL-3.0-or-later
// A connection to a node that computes for us.
#pragma once

#include "core/compute/node_address.h"
#include "core/engine/layer_runner.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace tessera {

/// What a node says of itself.
struct NodeDescription {
    Sha256Digest set_id{};
    LayerSpan span;                  // bare; {0, −1}: it multiplies rows of matrices alone
    std::string numerics;
    bool independent_rows = false;
    double seconds_per_row = 0;      // through the whole span
    double seconds_per_tile = 0;     // 64 rows
    std::uint64_t memory_budget = 0;
    std::uint64_t memory_used = 0;
    std::uint32_t sessions = 0;
    std::uint32_t max_sessions = 0;
    std::uint32_t threads = 0;
    double round_trip_seconds = 0;   // of the question
};

/// Any thread may call any method. Errors do not name the node: callers have it in their lists.
class RemoteNode {
public:
    /// Does not connect yet.
    static std::unique_ptr<RemoteNode> create(const Identity& identity, const NodeAddress& address);
    ~RemoteNode();

    const NodeAddress& address() const;
    /// Refused: the node does not know our key, or the machine there has another key than the pinned one. Network: there
    /// is nobody, or no answer within `patience`.
    Result<NodeDescription> describe(std::chrono::milliseconds patience);

    /// Returns once there is a connection, or after `patience`.
    void connect(std::chrono::milliseconds patience);

    /// Shows an invitation's secret, which is sent only once the machine has proved to have the pinned key. What we may do
    /// there from now on; Refused.
    Result<std::uint32_t> join(std::string_view secret, const std::string& name, std::chrono::milliseconds patience);

    /// A session on a span of the node's. Errors as for describe(); OutOfMemory: the node is full; Unsupported: another
    /// model, or not the numerics class `numerics` (empty: any). `options.context_tokens` is set. Steps' errors are
    /// Network whatever has happened there: another node may do better.
    Result<std::unique_ptr<LayerRunner>> openRunner(const Sha256Digest& set_id, LayerSpan span, const SessionOptions& options,
                                                    const std::string& numerics, std::size_t columns, std::chrono::milliseconds patience);

private:
    struct Impl;
    explicit RemoteNode(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
