// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/peer_list.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/compute/folder_lock.h"
#include "core/compute/node_address.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kCompute = "compute";

Result<Peer> parsePeer(const Json& entry) {
    if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_string() || !entry.contains("rights") || !entry["rights"].is_string())
        return fail(ErrorKind::Corrupt, "a peer without id or rights");
    Peer peer;
    TESSERA_TRY(peer.id, digestFromHex(entry["id"].get<std::string>()));
    peer.rights = rightsIn(entry["rights"].get<std::string>());
    if (entry.contains("name") && entry["name"].is_string()) peer.name = entry["name"].get<std::string>();
    if (entry.contains("endpoint") && entry["endpoint"].is_string()) peer.endpoint = entry["endpoint"].get<std::string>();
    if (!peer.endpoint.empty()) TESSERA_CHECK(checkEndpoint(peer.endpoint));
    return peer;
}

Result<std::vector<Peer>> readPeers(const std::filesystem::path& path) {
    std::error_code code;
    if (!std::filesystem::exists(path, code)) return std::vector<Peer>();
    TESSERA_TRY(const auto text, readTextFile(path, limits::kMaxPeerListBytes));
    const Json root = Json::parse(text, nullptr, false);
    if (root.is_discarded() || !root.is_object() || !root.contains("peers") || !root["peers"].is_array())
        return fail(ErrorKind::Corrupt, format("{} is not a list of peers", toUtf8(path)));
    std::vector<Peer> peers;
    for (const Json& entry : root["peers"]) {
        auto peer = parsePeer(entry);
        if (!peer) return failAt(toUtf8(path), peer.error());
        peers.push_back(*std::move(peer));
    }
    return peers;
}

Result<void> writePeers(const std::filesystem::path& path, const std::vector<Peer>& peers) {
    Json list = Json::array();
    for (const Peer& peer : peers) {
        list.push_back({{"id", toHex(peer.id)}, {"name", peer.name}, {"rights", rightsText(peer.rights)}});
        if (!peer.endpoint.empty()) list.back()["endpoint"] = peer.endpoint;
    }
    const std::string text = Json{{"peers", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return writeFileAtomically(path, std::as_bytes(std::span(text)));
}

}  // namespace

std::string rightsText(Rights rights) { return std::string(has(rights, Right::Compute) ? kCompute : ""); }

Rights rightsIn(std::string_view text) {
    Rights rights = 0;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(','));
        if (word == kCompute) rights |= static_cast<Rights>(Right::Compute);
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    return rights;
}

Result<Peer> findPeer(const std::vector<Peer>& peers, std::string_view digits) {
    std::string wanted(digits);
    std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::vector<Peer> found;
    std::ranges::copy_if(peers, std::back_inserter(found), [&](const Peer& peer) { return toHex(peer.id).starts_with(wanted); });
    if (found.size() == 1) return found.front();
    if (found.empty()) return fail(ErrorKind::NotFound, format("no peer has the id {}{}", digits, digits.size() < 2 * sizeof(NodeId) ? "…" : ""));
    std::string list;
    for (const Peer& peer : found) list += format("{}{}{}", list.empty() ? "" : ", ", toHex(peer.id), peer.name.empty() ? "" : " (" + peer.name + ")");
    return fail(ErrorKind::InvalidArgument, format("{} ids begin with {}: {}; give more digits", found.size(), digits, list));
}

PeerList::PeerList(std::filesystem::path folder) : m_folder(std::move(folder)) {}

Result<std::vector<Peer>> PeerList::peers() const { return readPeers(path()); }

Rights PeerList::rightsOf(const NodeId& id) const {
    const std::scoped_lock lock(m_mutex);
    const auto file = File::open(path(), File::Mode::Read);
    const auto identity = file ? file->identity() : Result<FileIdentity>(tl::unexpected(file.error()));
    if (!identity && identity.error().kind != ErrorKind::NotFound) {
        logError(identity.error().message + "; rights stay as they were");  // as when no file can be opened any more
    } else if (!identity) {
        m_cached.clear();
        m_seen.reset();
    } else if (m_seen != *identity) {
        auto peers = readPeers(path());
        if (!peers) logError(peers.error().message + "; nobody has a right until it is mended");
        m_cached = peers ? *std::move(peers) : std::vector<Peer>();
        m_seen = *identity;
    }
    const auto found = std::ranges::find(m_cached, id, &Peer::id);
    return found == m_cached.end() ? Rights{0} : found->rights;
}

Result<void> PeerList::edit(const std::function<Result<void>(std::vector<Peer>&)>& change) {
    std::error_code code;
    std::filesystem::create_directories(m_folder, code);
    TESSERA_TRY(const File held, waitForLock(m_folder / "peers.lock"));
    TESSERA_TRY(auto peers, readPeers(path()));
    TESSERA_CHECK(change(peers));
    return writePeers(path(), peers);
}

Result<void> PeerList::allow(const Peer& peer) {
    return edit([&](std::vector<Peer>& peers) -> Result<void> {
        const auto known = std::ranges::find(peers, peer.id, &Peer::id);
        if (known == peers.end()) {
            peers.push_back(peer);
        } else {
            const std::string endpoint = peer.endpoint.empty() ? known->endpoint : peer.endpoint;
            *known = peer;
            known->endpoint = endpoint;
        }
        return {};
    });
}

Result<void> PeerList::revoke(const NodeId& id) {
    return edit([&](std::vector<Peer>& peers) -> Result<void> {
        if (std::erase_if(peers, [&](const Peer& other) { return other.id == id; }) == 0)
            return fail(ErrorKind::NotFound, format("no peer has the id {}", toHex(id)));
        return {};
    });
}

}  // namespace tessera
