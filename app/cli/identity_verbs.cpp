// SPDX-License-Identifier: GPL-3.0-or-later
// `id` and `peers`: who this machine is, and who may use it.
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

struct PeerOptions {
    std::optional<std::string> verb;
    std::optional<std::string> id;
    std::string name;
    Rights rights = Right::Fetch | Right::Compute;

    std::string action() const { return verb.value_or("list"); }
};

Result<int> showId(Output& output) {
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(identityFolder()));
    output.line(toHex(identity.id));
    output.result({{"id", toHex(identity.id)}, {"folder", toUtf8(identityFolder())}});
    return kExitFine;
}

Result<int> listPeers(const PeerList& list, Output& output) {
    TESSERA_TRY(const auto peers, list.peers());
    Table table({{"id"}, {"rights"}, {"name"}});
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const Peer& peer : peers) {
        table.add({toHex(peer.id), rightsText(peer.rights), peer.name});
        objects.push_back({{"id", toHex(peer.id)}, {"rights", rightsText(peer.rights)}, {"name", peer.name}});
    }
    if (peers.empty()) {
        output.line("no peers; only this user's own key may use what runs here");
    } else {
        output.text(table.text());
    }
    output.result({{"peers", objects}});
    return kExitFine;
}

Result<int> act(const PeerOptions& options, Output& output) {
    PeerList list(identityFolder());
    if (options.action() == "list") return listPeers(list, output);
    auto id = digestFromHex(*options.id);
    if (!id) return fail(ErrorKind::InvalidArgument, "an id has 64 hexadecimal digits; 'tessera id' shows it on the other machine");
    if (options.action() == "revoke") {
        TESSERA_CHECK(list.revoke(*id));
        output.line(format("{} has no right any more; what it computed here ends within a second", shortId(*id)));
    } else {
        TESSERA_CHECK(list.allow({*id, options.name, options.rights}));
        output.line(format("{} may now {}", shortId(*id), rightsText(options.rights)));
    }
    output.result({{"id", toHex(*id)}, {"rights", rightsText(list.rightsOf(*id))}});
    return kExitFine;
}

Result<void> check(const PeerOptions& options) {
    if (options.action() != "list" && options.action() != "allow" && options.action() != "revoke")
        return fail(ErrorKind::InvalidArgument, format("'{}' is not one of list, allow, revoke", options.action()));
    if (options.action() != "list" && !options.id) return fail(ErrorKind::InvalidArgument, format("{} needs the peer's id", options.action()));
    return {};
}

}  // namespace

void addIdVerb(CommandLine& line) {
    Verb& verb = line.addVerb("id", "Show by which key others know this machine");
    verb.details("The key is made at the first start and kept in the user's data folder, for this user only. The id is the SHA-256 of its public half.");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera id", "what the owner of a node needs to allow this machine");
    verb.action([](Output& output) { return showId(output); });
}

void addPeersVerb(CommandLine& line) {
    const auto options = std::make_shared<PeerOptions>();
    Verb& verb = line.addVerb("peers", "List, allow and revoke keys that may use this machine");
    verb.details("ACTION is list (also when it is left out), allow or revoke. A running node sees the change at once: revoking a key ends what it computes within a second.");
    verb.positional("ACTION", options->verb, "list, allow or revoke");
    verb.positional("ID", options->id, "The peer's key: 'tessera id' shows it on that machine");
    verb.group("Peer");
    const auto rights = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->rights, parseRights(text));
        return {};
    };
    verb.parsed("--rights", "fetch,compute,admin", rights, "fetch,compute", "What the key may do");
    verb.text("--name", "NAME", options->name, "A name for the list");
    verb.outputOptions(line.outputOptions());
    verb.check([options] { return check(*options); });
    verb.example("tessera peers list", "who may use this machine");
    verb.example("tessera peers allow 3f2a…9c --rights compute --name attic", "let a machine compute here");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
