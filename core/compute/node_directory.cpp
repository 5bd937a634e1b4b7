// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_directory.h"

#include <thread>

namespace tessera {

std::shared_ptr<RemoteNode> NodeDirectory::connection(const Identity& identity, const NodeAddress& address) {
    const std::scoped_lock lock(m_mutex);
    auto& kept = m_nodes[address.text()];
    if (!kept) kept = RemoteNode::create(identity, address);
    return kept;
}

Result<std::vector<ListedPeer>> NodeDirectory::ask(std::chrono::milliseconds patience) {
    TESSERA_TRY(const auto peers, PeerList(m_folder).peers());
    std::vector<ListedPeer> all;
    for (const Peer& peer : peers) all.push_back({.peer = peer});
    if (all.empty()) return all;
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(m_folder));
    std::vector<std::jthread> threads;
    for (ListedPeer& each : all) {
        if (each.peer.endpoint.empty()) continue;
        threads.emplace_back([&each, patience, node = connection(identity, {each.peer.id, each.peer.endpoint})] {
            auto said = node->describe(patience);
            if (said) each.said = *std::move(said);
            else each.absent = said.error();
        });
    }
    threads.clear();
    return all;
}

}  // namespace tessera
