// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/invitations.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/quote.h"
#include "core/compute/folder_lock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

using Clock = std::chrono::system_clock;

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kIdDigits = 8;

struct Entry {
    Sha256Digest hash{};  // of the secret
    Rights rights = 0;
    std::int64_t expires = 0;  // seconds since 1970
    std::optional<NodeId> used_by;

    std::string id() const { return toHex(hash).substr(0, kIdDigits); }
};

std::int64_t now() { return std::chrono::duration_cast<std::chrono::seconds>(Clock::now().time_since_epoch()).count(); }

Sha256Digest hashOf(std::string_view secret) { return sha256(std::as_bytes(std::span(secret))); }

std::string_view bytesOf(const Sha256Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::filesystem::path listIn(const std::filesystem::path& folder) { return folder / "invitations.json"; }

std::optional<Entry> parseEntry(const Json& json) {
    if (!json.is_object() || !json.value("expires", Json()).is_number_integer()) return std::nullopt;
    const auto text = [&](const char* key) { return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string(); };
    const auto hash = digestFromHex(text("hash"));
    const Rights rights = rightsIn(text("rights"));
    if (!hash || rights == 0) return std::nullopt;
    Entry entry{*hash, rights, json["expires"].get<std::int64_t>(), std::nullopt};
    if (const auto guest = digestFromHex(text("used_by"))) entry.used_by = *guest;
    return entry;
}

/// Those that have not expired. What cannot be understood is no invitation.
std::vector<Entry> readEntries(const std::filesystem::path& folder) {
    std::vector<Entry> all;
    const auto text = readTextFile(listIn(folder), limits::kMaxPeerListBytes);
    if (!text) return all;
    const Json root = Json::parse(*text, nullptr, false);
    if (!root.is_array()) return all;
    for (const Json& json : root) {
        const auto entry = parseEntry(json);
        if (entry && entry->expires > now()) all.push_back(*entry);
    }
    return all;
}

Result<void> writeEntries(const std::filesystem::path& folder, const std::vector<Entry>& all) {
    Json list = Json::array();
    for (const Entry& entry : all) {
        list.push_back({{"hash", toHex(entry.hash)}, {"expires", entry.expires}, {"rights", rightsText(entry.rights)}});
        if (entry.used_by) list.back()["used_by"] = toHex(*entry.used_by);
    }
    const std::string text = list.dump(2) + "\n";
    return writeFileAtomically(listIn(folder), std::as_bytes(std::span(text)));
}

/// Read, changed and written while nobody else does. An error of `change` leaves the file as it was.
template <class Change>
Result<void> edit(const std::filesystem::path& folder, Change change) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    TESSERA_TRY(const File held, waitForLock(folder / "invitations.lock"));
    auto all = readEntries(folder);
    TESSERA_CHECK(change(all));
    return writeEntries(folder, all);
}

std::string hexOf(std::string_view bytes) {
    std::string hex;
    for (const unsigned char byte : bytes) hex += format("{:02x}", byte);
    return hex;
}

}  // namespace

std::string invitationText(const Invitation& invitation) { return invitation.address.text() + "#" + hexOf(invitation.secret); }

Result<Invitation> parseInvitation(std::string_view text) {
    const auto mark = text.find('#');
    Invitation invitation;
    TESSERA_TRY(invitation.address, parseNodeAddress(text.substr(0, mark)));
    // A secret is as long as a digest.
    const auto secret = digestFromHex(mark == std::string_view::npos ? "" : text.substr(mark + 1));
    if (!secret) return fail(ErrorKind::InvalidArgument, "this is no invitation: ID@HOST:PORT#SECRET, as 'tessera invite' prints it");
    invitation.secret = bytesOf(*secret);
    return invitation;
}

std::string invitationId(std::string_view secret) { return toHex(hashOf(secret)).substr(0, kIdDigits); }

Result<std::string> InvitationList::add(Rights rights, std::chrono::seconds lifetime) {
    if (rights == 0) return fail(ErrorKind::InvalidArgument, "an invitation must give a right");
    TESSERA_TRY(const auto secret, secretBytes(kSecretBytes));
    TESSERA_CHECK(edit(m_folder, [&](std::vector<Entry>& all) -> Result<void> {
        all.push_back({hashOf(secret), rights, now() + lifetime.count(), std::nullopt});
        return {};
    }));
    return secret;
}

Result<std::vector<OpenInvitation>> InvitationList::list() const {
    std::vector<OpenInvitation> open;
    for (const Entry& entry : readEntries(m_folder)) open.push_back({entry.id(), entry.rights, Clock::time_point(std::chrono::seconds(entry.expires)), entry.used_by});
    return open;
}

Result<void> InvitationList::withdraw(std::string_view id) {
    return edit(m_folder, [&](std::vector<Entry>& all) -> Result<void> {
        const auto found = std::ranges::find(all, id, &Entry::id);
        if (found == all.end()) return fail(ErrorKind::NotFound, format("there is no invitation {}; 'tessera invite --list' shows those that are open", inQuotes(id)));
        if (found->used_by)
            return fail(ErrorKind::InvalidArgument, format("the invitation {} was used already, by {}; 'tessera peers revoke' takes that key's rights", id, toHex(*found->used_by)));
        all.erase(found);
        return {};
    });
}

bool InvitationList::isOpen() const {
    return std::ranges::any_of(readEntries(m_folder), [](const Entry& entry) { return !entry.used_by; });
}

Result<Rights> InvitationList::consume(std::string_view secret, const NodeId& guest) {
    const auto hash = hashOf(secret);
    const auto isIt = [&](const Entry& entry) { return sameSecret(bytesOf(entry.hash), bytesOf(hash)); };
    const auto unknown = [] { return fail(ErrorKind::Refused, "there is no such invitation: it has expired, was withdrawn, or is another machine's"); };
    if (std::ranges::none_of(readEntries(m_folder), isIt)) return unknown();  // a guess holds the lock against nobody
    Rights rights = 0;
    TESSERA_CHECK(edit(m_folder, [&](std::vector<Entry>& all) -> Result<void> {
        const auto found = std::ranges::find_if(all, isIt);
        if (found == all.end()) return unknown();
        if (found->used_by) return fail(ErrorKind::Refused, "this invitation was used already; each is good once");
        found->used_by = guest;
        rights = found->rights;
        return {};
    }));
    return rights;
}

}  // namespace tessera
