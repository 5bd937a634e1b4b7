// SPDX-License-Identifier: GPL-3.0-or-later
// How two machines come to know each other: one makes an invitation, the other shows it and remembers the node. Folders
// are the identity's.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// The line to hand over: good once, for `lifetime`. `endpoint` is where others reach this machine's node. InvalidArgument
/// when it is none.
Result<std::string> makeInvitation(const std::filesystem::path& folder, const std::string& endpoint, Rights rights, std::chrono::seconds lifetime);

struct JoinedNode {
    NodeAddress address;
    Rights rights = 0;  // of this machine there
};

/// Shows an invitation to the machine that it names and puts that machine on the list as a node; what it may do here stays
/// what it was. `name` is how this machine is called there. Errors as of RemoteNode::join.
Result<JoinedNode> joinNode(const std::filesystem::path& folder, std::string_view invitation, const std::string& name, std::chrono::milliseconds patience);

/// Peers of the list that compute for us. InvalidArgument when there is none.
Result<std::vector<NodeAddress>> joinedNodes(const PeerList& list);

}  // namespace tessera
