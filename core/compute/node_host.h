// SPDX-License-Identifier: GPL-3.0-or-later
// What the sessions of a node share: the engine, memory that is promised to them, who may use it. For the .cpp files of
// this folder.
#pragma once

#include "core/compute/node_server.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

namespace tessera {

/// Any thread may call any method.
class NodeHost {
public:
    NodeHost(FragmentEngine& engine, const Identity& identity, const PeerList& peers, const NodeOptions& options, const NodeSpeed& speed);

    FragmentEngine& engine() const { return m_engine; }
    const NodeOptions& options() const { return m_options; }
    const NodeSpeed& speed() const { return m_speed; }
    const std::string& numerics() const { return m_numerics; }
    bool independentRows() const { return m_independent_rows; }

    bool mayCompute(const NodeId& caller) const;
    void countRefusal();

    /// Keeps memory for a session; OutOfMemory when the budget or the number of sessions does not allow it.
    Result<void> reserve(std::uint64_t bytes);
    void release(std::uint64_t bytes);
    void countRows(std::uint32_t rows);
    /// Unsupported when the caller means another model than this node's.
    Result<void> checkSet(const Sha256Digest& asked) const;

    /// A call under way, whether it has a session or not, each with a thread; `cut` ends it at once, from any thread.
    /// Returns a number for leave(); OutOfMemory: there are as many as the node answers at once.
    Result<std::uint64_t> enter(const NodeId& caller, std::function<void()> cut);
    /// The call can no longer be cut; it is about to leave().
    void settle(std::uint64_t number);
    void leave(std::uint64_t number);
    /// Ends the sessions of callers that have lost their right.
    void cutRevoked();
    void cutAll();
    /// Until the last call has left.
    void waitUntilEmpty();

    NodeStatus status() const;

private:
    struct Entry {
        NodeId caller;
        std::function<void()> cut;
    };

    FragmentEngine& m_engine;
    NodeId m_own_id;
    const PeerList& m_peers;
    NodeOptions m_options;
    NodeSpeed m_speed;
    std::string m_numerics;
    bool m_independent_rows;

    mutable std::mutex m_mutex;
    std::condition_variable m_left;
    std::map<std::uint64_t, Entry> m_entries;
    std::uint64_t m_last_number = 0;
    NodeStatus m_status;
};

}  // namespace tessera
