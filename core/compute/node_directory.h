// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of the list of peers, and what each says of itself now.
#pragma once

#include "core/compute/peer_list.h"
#include "core/compute/remote_node.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera {

struct ListedPeer {
    Peer peer;
    std::optional<NodeDescription> said = {};  // nullopt: it computes nothing for us, or `absent` says why it does not answer
    Error absent = {};                         // Refused: it is there and does not let us; Network: nobody answers
};

/// Keeps its connections from one asking to the next. Any thread may call any method.
class NodeDirectory {
public:
    /// `folder` is the identity's.
    explicit NodeDirectory(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// All peers, those with an address asked, all at once. Takes as long as `patience` when one of them is silent.
    Result<std::vector<ListedPeer>> ask(std::chrono::milliseconds patience);

private:
    std::shared_ptr<RemoteNode> connection(const Identity& identity, const NodeAddress& address);

    std::filesystem::path m_folder;
    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<RemoteNode>> m_nodes;  // by address
};

}  // namespace tessera
