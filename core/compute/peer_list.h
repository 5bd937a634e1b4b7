// SPDX-License-Identifier: GPL-3.0-or-later
// Which keys may do what here: peers.json in the identity's folder. Programs of this user that run at the same time see
// each other's changes, so revoking is `tessera peers revoke` beside a running node.
#pragma once

#include "core/base/platform/file.h"
#include "core/compute/identity.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

enum class Right : std::uint32_t { Compute = 2 };
/// A set of rights.
using Rights = std::uint32_t;
constexpr bool has(Rights rights, Right right) { return (rights & static_cast<Rights>(right)) != 0; }

/// "compute", or nothing.
std::string rightsText(Rights rights);
/// Of a list with commas. Words that this version does not know give no right.
Rights rightsIn(std::string_view text);

struct Peer {
    NodeId id{};
    std::string name;
    Rights rights = 0;         // what it may do here
    std::string endpoint = {};  // where it computes for us, when it does
};

/// The peer whose id begins so (hexadecimal digits of either case). NotFound; InvalidArgument lists those that begin so
/// when there are several.
Result<Peer> findPeer(const std::vector<Peer>& peers, std::string_view digits);

/// Any thread may call any method.
class PeerList {
public:
    /// Nothing is read yet.
    explicit PeerList(std::filesystem::path folder);

    /// Every listed peer. Corrupt when the file cannot be understood: nobody then has a right.
    Result<std::vector<Peer>> peers() const;
    /// The rights of a key, none when it is not listed. Looks at the file again when it has changed.
    Rights rightsOf(const NodeId& id) const;
    /// Adds the peer or replaces it; without an address it keeps the one it has.
    Result<void> allow(const Peer& peer);
    /// Reads the list, lets `change` change it, and writes it, while no other program or thread does. An error of `change`
    /// leaves it as it was.
    Result<void> edit(const std::function<Result<void>(std::vector<Peer>&)>& change);
    /// NotFound when it is not listed.
    Result<void> revoke(const NodeId& id);

    const std::filesystem::path& folder() const { return m_folder; }

private:
    std::filesystem::path path() const { return m_folder / "peers.json"; }

    std::filesystem::path m_folder;
    mutable std::mutex m_mutex;
    mutable std::optional<FileIdentity> m_seen;
    mutable std::vector<Peer> m_cached;
};

}  // namespace tessera
