// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_host.h"

#include "core/base/format.h"
#include "core/base/platform/system.h"

namespace tessera {

namespace {

/// Calls that open a session or come to their end beside those that have one.
constexpr std::size_t kCallsBeyondSessions = 16;

}  // namespace

NodeHost::NodeHost(FragmentEngine& engine, const Identity& identity, const PeerList& peers, const NodeOptions& options, const NodeSpeed& speed)
    : m_engine(engine), m_own_id(identity.id), m_peers(peers), m_options(options), m_speed(speed), m_numerics(engine.numericsClass()),
      m_independent_rows(engine.hasIndependentRows()) {
    m_status.memory_budget = options.memory_budget > 0 ? options.memory_budget : availableMemoryBytes() / 2;
}

bool NodeHost::mayCompute(const NodeId& caller) const { return caller == m_own_id || has(m_peers.rightsOf(caller), Right::Compute); }

void NodeHost::countRefusal() {
    const std::scoped_lock lock(m_mutex);
    ++m_status.refused;
}

Result<void> NodeHost::reserve(std::uint64_t bytes) {
    const std::scoped_lock lock(m_mutex);
    if (m_status.sessions >= m_options.max_sessions)
        return fail(ErrorKind::OutOfMemory, format("the node is full: it has {} of at most {} sessions", m_status.sessions, m_options.max_sessions));
    if (bytes > m_status.memory_budget - m_status.memory_used)
        return fail(ErrorKind::OutOfMemory,
                    format("the node is full: this context needs {} for keys and values, {} of {} are in use; choose a smaller context (--ctx) or another node",
                           formatBytes(bytes), formatBytes(m_status.memory_used), formatBytes(m_status.memory_budget)));
    m_status.memory_used += bytes;
    ++m_status.sessions;
    return {};
}

void NodeHost::release(std::uint64_t bytes) {
    const std::scoped_lock lock(m_mutex);
    m_status.memory_used -= bytes;
    --m_status.sessions;
}

Result<void> NodeHost::checkSet(const Sha256Digest& asked) const {
    if (asked == m_options.set_id) return {};
    return fail(ErrorKind::Unsupported, format("the node computes another model: set {}…, asked for {}…", toHex(m_options.set_id).substr(0, 12),
                                               toHex(asked).substr(0, 12)));
}

void NodeHost::countRows(std::uint32_t rows) {
    const std::scoped_lock lock(m_mutex);
    m_status.rows += rows;
}

Result<std::uint64_t> NodeHost::enter(const NodeId& caller, std::function<void()> cut) {
    const std::scoped_lock lock(m_mutex);
    if (m_entries.size() >= m_options.max_sessions + kCallsBeyondSessions)
        return fail(ErrorKind::OutOfMemory, format("the node is full: it answers {} calls already, with at most {} sessions", m_entries.size(), m_options.max_sessions));
    m_entries.emplace(++m_last_number, Entry{caller, std::move(cut)});
    return m_last_number;
}

void NodeHost::settle(std::uint64_t number) {
    const std::scoped_lock lock(m_mutex);
    m_entries.at(number).cut = [] {};
}

void NodeHost::leave(std::uint64_t number) {
    const std::scoped_lock lock(m_mutex);
    m_entries.erase(number);
    m_left.notify_all();
}

void NodeHost::cutRevoked() {
    const std::scoped_lock lock(m_mutex);
    for (auto& [number, entry] : m_entries)
        if (!mayCompute(entry.caller)) entry.cut();
}

void NodeHost::cutAll() {
    const std::scoped_lock lock(m_mutex);
    for (auto& [number, entry] : m_entries) entry.cut();
}

void NodeHost::waitUntilEmpty() {
    std::unique_lock lock(m_mutex);
    m_left.wait(lock, [this] { return m_entries.empty(); });
}

NodeStatus NodeHost::status() const {
    const std::scoped_lock lock(m_mutex);
    return m_status;
}

}  // namespace tessera
