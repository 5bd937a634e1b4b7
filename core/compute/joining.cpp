// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/joining.h"

#include "core/base/format.h"
#include "core/compute/invitations.h"
#include "core/compute/remote_node.h"

#include <algorithm>

namespace tessera {

Result<std::string> makeInvitation(const std::filesystem::path& folder, const std::string& endpoint, Rights rights, std::chrono::seconds lifetime) {
    TESSERA_CHECK(checkEndpoint(endpoint));
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(folder));
    TESSERA_TRY(const auto secret, InvitationList(folder).add(rights, lifetime));
    return invitationText({{identity.id, endpoint}, secret});
}

Result<JoinedNode> joinNode(const std::filesystem::path& folder, std::string_view invitation, const std::string& name, std::chrono::milliseconds patience) {
    TESSERA_TRY(const auto parsed, parseInvitation(invitation));
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(folder));
    const auto rights = RemoteNode::create(identity, parsed.address)->join(parsed.secret, name, patience);
    if (!rights) return fail(rights.error().kind, format("node {}: {}", parsed.address.shortText(), rights.error().message));
    PeerList list(folder);
    TESSERA_CHECK(list.edit([&](std::vector<Peer>& peers) -> Result<void> {
        auto known = std::ranges::find(peers, parsed.address.id, &Peer::id);
        if (known == peers.end()) known = peers.insert(known, {.id = parsed.address.id, .name = {}});
        known->endpoint = parsed.address.endpoint;
        return {};
    }));
    return JoinedNode{parsed.address, *rights};
}

Result<std::vector<NodeAddress>> joinedNodes(const PeerList& list) {
    TESSERA_TRY(const auto peers, list.peers());
    std::vector<NodeAddress> nodes;
    for (const Peer& peer : peers)
        if (!peer.endpoint.empty()) nodes.push_back({peer.id, peer.endpoint});
    if (nodes.empty()) return fail(ErrorKind::InvalidArgument, "no node was joined yet; an invitation to one does it ('tessera join')");
    return nodes;
}

}  // namespace tessera
