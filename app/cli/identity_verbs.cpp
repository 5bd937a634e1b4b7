// SPDX-License-Identifier: GPL-3.0-or-later
// `id`, `peers`, `invite`, `join`: who this machine is, and who may use it.
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/compute/invitations.h"
#include "core/compute/joining.h"
#include "core/compute/node_address.h"
#include "core/compute/peer_list.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <iostream>
#include <memory>

namespace tessera::cli {

namespace {

constexpr std::size_t kIdDigits = 2 * sizeof(NodeId);
constexpr std::size_t kFewestIdDigits = 4;
constexpr Rights kMayCompute = static_cast<Rights>(Right::Compute);

struct PeerOptions {
    std::optional<std::string> verb;
    std::optional<std::string> id;
    std::string name;

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
    Table table({{"id"}, {"rights"}, {"name"}, {"computes for us at"}});
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const Peer& peer : peers) {
        table.add({toHex(peer.id), rightsText(peer.rights), peer.name, peer.endpoint});
        objects.push_back({{"id", toHex(peer.id)}, {"rights", rightsText(peer.rights)}, {"name", peer.name}, {"endpoint", peer.endpoint}});
    }
    if (peers.empty()) {
        output.line("no peers; only this user's own key may use what runs here");
    } else {
        output.text(table.text());
    }
    output.result({{"peers", objects}});
    return kExitFine;
}

/// A whole id need not be listed yet.
Result<NodeId> idOf(const PeerOptions& options, const PeerList& list) {
    if (options.id->size() == kIdDigits) return digestFromHex(*options.id);
    TESSERA_TRY(const auto peers, list.peers());
    return findPeer(peers, *options.id).map(&Peer::id);
}

Result<int> act(const PeerOptions& options, Output& output) {
    PeerList list(identityFolder());
    if (options.action() == "list") return listPeers(list, output);
    TESSERA_TRY(const NodeId id, idOf(options, list));
    if (options.action() == "revoke") {
        TESSERA_CHECK(list.revoke(id));
        output.line(format("{} has no right any more; what it computed here ends within a second", shortId(id)));
    } else {
        TESSERA_CHECK(list.allow({id, options.name, kMayCompute, {}}));
        output.line(format("{} may now {}", shortId(id), rightsText(kMayCompute)));
    }
    output.result({{"id", toHex(id)}, {"rights", rightsText(list.rightsOf(id))}});
    return kExitFine;
}

struct InviteOptions {
    std::string endpoint = "127.0.0.1:7420";
    std::uint32_t minutes = 60;
    bool list = false;
    std::optional<std::string> withdraw;
};

Result<int> listInvitations(Output& output) {
    TESSERA_TRY(const auto open, InvitationList(identityFolder()).list());
    Table table({{"id"}, {"rights"}, {"good for"}, {"used by"}});
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const OpenInvitation& invitation : open) {
        const auto minutes = std::chrono::ceil<std::chrono::minutes>(invitation.expires - std::chrono::system_clock::now()).count();
        const auto guest = invitation.used_by ? toHex(*invitation.used_by) : std::string();
        table.add({invitation.id, rightsText(invitation.rights), format("{} min", minutes), guest.empty() ? "nobody yet" : guest});
        objects.push_back({{"id", invitation.id},
                           {"rights", rightsText(invitation.rights)},
                           {"expires", std::chrono::duration_cast<std::chrono::seconds>(invitation.expires.time_since_epoch()).count()},
                           {"used_by", guest.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(guest)}});
    }
    if (open.empty()) {
        output.line("no invitation is open");
    } else {
        output.text(table.text());
    }
    output.result({{"invitations", objects}});
    return kExitFine;
}

Result<int> withdrawInvitation(const std::string& id, Output& output) {
    TESSERA_CHECK(InvitationList(identityFolder()).withdraw(id));
    output.line(format("nobody can use the invitation {} any more", id));
    output.result({{"id", id}});
    return kExitFine;
}

Result<int> invite(const InviteOptions& options, Output& output) {
    if (options.list) return listInvitations(output);
    if (options.withdraw) return withdrawInvitation(*options.withdraw, output);
    TESSERA_TRY(const auto text, makeInvitation(identityFolder(), options.endpoint, kMayCompute, std::chrono::minutes(options.minutes)));
    output.line(text);
    TESSERA_TRY(const auto made, parseInvitation(text));
    const auto id = invitationId(made.secret);
    output.note(format("good once, for {} minutes: whoever has this line may {} here; 'tessera join -' takes it from standard input; "
                       "'tessera invite --withdraw {}' takes it back", options.minutes, rightsText(kMayCompute), id));
    if (isLoopback(options.endpoint)) output.note("the address is only this machine's; --address names the one that others reach");
    output.result({{"invitation", text}, {"id", id}, {"minutes", options.minutes}, {"rights", rightsText(kMayCompute)}});
    return kExitFine;
}

struct JoinOptions {
    std::string invitation;
    std::string name;
};

/// Its secret stands in no list of processes and no shell's history when it comes this way.
Result<std::string> invitationFromInput() {
    std::string line;
    if (!std::getline(std::cin, line) || line.empty()) return fail(ErrorKind::InvalidArgument, "standard input has no invitation: the line that 'tessera invite' printed");
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    return line;
}

Result<int> join(const JoinOptions& options, Output& output) {
    std::string invitation = options.invitation;
    if (invitation == "-") {
        TESSERA_TRY(invitation, invitationFromInput());
    }
    TESSERA_TRY(const JoinedNode joined, joinNode(identityFolder(), invitation, options.name, std::chrono::seconds(10)));
    output.line(joined.address.text());
    output.note(format("this machine may now {} there; --nodes known uses every node that was joined", rightsText(joined.rights)));
    output.result({{"address", joined.address.text()}, {"rights", rightsText(joined.rights)}});
    return kExitFine;
}

Result<void> check(const PeerOptions& options) {
    if (options.action() != "list" && options.action() != "allow" && options.action() != "revoke")
        return fail(ErrorKind::InvalidArgument, format("'{}' is not one of list, allow, revoke", options.action()));
    if (options.action() != "list" && !options.id) return fail(ErrorKind::InvalidArgument, format("{} needs the peer's id", options.action()));
    if (options.action() == "list") return {};
    const std::string& id = *options.id;
    if (id.size() >= kFewestIdDigits && id.size() <= kIdDigits && std::ranges::all_of(id, [](unsigned char c) { return std::isxdigit(c) != 0; })) return {};
    return fail(ErrorKind::InvalidArgument, format("'{}' is no id: it has {} hexadecimal digits, of which the first {} are enough for a peer that is listed; "
                                                   "'tessera id' shows it on the other machine", id, kIdDigits, kFewestIdDigits));
}

}  // namespace

void addIdVerb(CommandLine& line) {
    Verb& verb = line.addVerb("id", "Show by which key others know this machine");
    verb.details("The key is made at the first start and kept in the user's data folder, for this user only. The id is the SHA-256 of its public half.");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera id", "what the owner of a node needs to allow this machine");
    verb.action([](Output& output) { return showId(output); });
}

void addInviteVerb(CommandLine& line) {
    const auto options = std::make_shared<InviteOptions>();
    Verb& verb = line.addVerb("invite", "Let somebody put their key on this machine's list");
    verb.details("Prints one line to hand over by a channel that others do not read. A running node accepts it once, until it expires.");
    verb.group("Invitation");
    verb.text("--address", "HOST:PORT", options->endpoint, "Where others reach this machine's node");
    verb.number<std::uint32_t>("--minutes", options->minutes, {1, 60 * 24 * 30}, "How long it is good");
    verb.flag("--list", options->list, "Show the invitations that have not expired: until when they are good, and who has used them");
    verb.text("--withdraw", "ID", options->withdraw, "Make an invitation worthless; --list shows its id");
    verb.exclude("--list", "--withdraw");
    verb.outputOptions(line.outputOptions());
    verb.check([options] { return checkEndpoint(options->endpoint); });
    verb.example("tessera invite --address 192.168.1.7:7420", "for a machine in the same house");
    verb.example("tessera invite --list", "which invitations are open");
    verb.action([options](Output& output) { return invite(*options, output); });
}

void addJoinVerb(CommandLine& line) {
    const auto options = std::make_shared<JoinOptions>();
    Verb& verb = line.addVerb("join", "Use an invitation to a node");
    verb.details("Proves this machine's key to the node and remembers the node's: --nodes known then uses it. The invitation's secret is sent only to "
                 "the machine that has the key named in it.");
    verb.positional("INVITATION", options->invitation, "The line that 'tessera invite' printed; - reads it from standard input, where other users of this machine do not see it");
    verb.group("Join");
    verb.text("--name", "NAME", options->name, "How this machine is called in the node's list");
    verb.outputOptions(line.outputOptions());
    verb.check([options]() -> Result<void> {
        if (options->invitation == "-") return {};
        return parseInvitation(options->invitation).map([](const auto&) {});
    });
    verb.example("tessera join - --name laptop", "paste the invitation, then: tessera chat --nodes known");
    verb.action([options](Output& output) { return join(*options, output); });
}

void addPeersVerb(CommandLine& line) {
    const auto options = std::make_shared<PeerOptions>();
    Verb& verb = line.addVerb("peers", "List, allow and revoke keys that may use this machine");
    verb.details("ACTION is list (also when it is left out), allow or revoke. A running node sees the change at once: revoking a key ends what it computes within a second.");
    verb.positional("ACTION", options->verb, "list, allow or revoke");
    verb.positional("ID", options->id, "The peer's key: 'tessera id' shows it on that machine; of a listed one the first digits");
    verb.group("Peer");
    verb.text("--name", "NAME", options->name, "A name for the list");
    verb.outputOptions(line.outputOptions());
    verb.check([options] { return check(*options); });
    verb.example("tessera peers list", "who may use this machine");
    verb.example("tessera peers allow 3f2a…9c --name attic", "let a machine compute here");
    verb.example("tessera peers revoke 3f2a", "no longer");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
