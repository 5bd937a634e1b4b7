// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations: whoever has one may put its key on this machine's list of peers, once. Only a hash of each secret is kept
// (invitations.json in the identity's folder), so that nobody who reads the file can join.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace tessera {

/// What is handed to the invited person, by a channel that others do not read: "ID@HOST:PORT#SECRET".
struct Invitation {
    NodeAddress address;
    std::string secret;  // bytes
};

std::string invitationText(const Invitation& invitation);
/// InvalidArgument; the message does not repeat the secret.
Result<Invitation> parseInvitation(std::string_view text);

/// Programs of this user share it. Any thread may call any method.
class InvitationList {
public:
    explicit InvitationList(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// The secret, 256 bits, of a new invitation.
    Result<std::string> add(Rights rights, std::chrono::seconds lifetime);
    /// Whether there is any that has not expired.
    bool isOpen() const;
    /// The rights that the secret gives; it is used up by this, whoever else asks at the same moment. Refused when there
    /// is no such invitation or it has expired.
    Result<Rights> consume(std::string_view secret);

private:
    std::filesystem::path m_folder;
};

}  // namespace tessera
