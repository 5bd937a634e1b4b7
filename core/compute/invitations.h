// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations: whoever has one may put its key on this machine's list of peers, once. Only a hash of each secret is kept
// (invitations.json in the identity's folder), so that nobody who reads the file can join.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// What is handed to the invited person, by a channel that others do not read: "ID@HOST:PORT#SECRET".
struct Invitation {
    NodeAddress address;
    std::string secret;  // bytes
};

std::string invitationText(const Invitation& invitation);
/// InvalidArgument; the message does not repeat the secret.
Result<Invitation> parseInvitation(std::string_view text);

/// An invitation on this machine's list.
struct OpenInvitation {
    std::string id;                   // as people name it: not a part of the secret
    Rights rights = 0;
    std::chrono::system_clock::time_point expires{};
    std::optional<NodeId> used_by = {};  // the key that it has admitted: it is good no more
};

/// Names the invitation with this secret, which cannot be found from it.
std::string invitationId(std::string_view secret);

/// Programs of this user share it; each change is made under one lock. What has expired is forgotten. Any thread may call
/// any method.
class InvitationList {
public:
    explicit InvitationList(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// Those that have not expired, used ones included, oldest first.
    Result<std::vector<OpenInvitation>> list() const;
    /// Nobody can use it any more. NotFound; InvalidArgument when it was used already.
    Result<void> withdraw(std::string_view id);

    /// The secret, 256 bits, of a new invitation. InvalidArgument without a right.
    Result<std::string> add(Rights rights, std::chrono::seconds lifetime);
    /// Whether there is any that was not used and has not expired.
    bool isOpen() const;
    /// The rights that the secret gives to `guest`; it is used up by this, whoever else asks at the same moment. Refused
    /// when there is no such invitation or it has expired.
    Result<Rights> consume(std::string_view secret, const NodeId& guest);

private:
    std::filesystem::path m_folder;
};

}  // namespace tessera
