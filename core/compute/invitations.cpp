// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/invitations.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/compute/folder_lock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSecretBytes = 32;

struct Open {
    Sha256Digest hash{};
    std::int64_t expires = 0;  // seconds since 1970
    Rights rights = 0;
};

std::int64_t now() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

Sha256Digest hashOf(std::string_view secret) { return sha256(std::as_bytes(std::span(secret))); }

std::string_view bytesOf(const Sha256Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

/// Those that have not expired. What cannot be understood is no invitation.
std::vector<Open> readOpen(const std::filesystem::path& path) {
    std::vector<Open> all;
    const auto text = readTextFile(path, limits::kMaxPeerListBytes);
    if (!text) return all;
    const Json root = Json::parse(*text, nullptr, false);
    if (!root.is_array()) return all;
    for (const Json& entry : root) {
        if (!entry.is_object() || !entry.value("expires", Json()).is_number_integer()) continue;
        const auto hash = digestFromHex(entry.value("hash", std::string()));
        const auto rights = parseRights(entry.value("rights", std::string()));
        if (hash && rights && entry["expires"].get<std::int64_t>() > now()) all.push_back({*hash, entry["expires"].get<std::int64_t>(), *rights});
    }
    return all;
}

Result<void> writeOpen(const std::filesystem::path& path, const std::vector<Open>& all) {
    Json list = Json::array();
    for (const Open& open : all) list.push_back({{"hash", toHex(open.hash)}, {"expires", open.expires}, {"rights", rightsText(open.rights)}});
    const std::string text = list.dump(2) + "\n";
    return writeFileAtomically(path, std::as_bytes(std::span(text)));
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

Result<std::string> InvitationList::add(Rights rights, std::chrono::seconds lifetime) {
    std::error_code code;
    std::filesystem::create_directories(m_folder, code);
    TESSERA_TRY(const auto secret, secretBytes(kSecretBytes));
    TESSERA_TRY(const File held, waitForLock(m_folder / "invitations.lock"));
    auto all = readOpen(m_folder / "invitations.json");
    all.push_back({hashOf(secret), now() + lifetime.count(), rights});
    TESSERA_CHECK(writeOpen(m_folder / "invitations.json", all));
    return secret;
}

bool InvitationList::isOpen() const { return !readOpen(m_folder / "invitations.json").empty(); }

Result<Rights> InvitationList::consume(std::string_view secret) {
    TESSERA_TRY(const File held, waitForLock(m_folder / "invitations.lock"));
    auto all = readOpen(m_folder / "invitations.json");
    const auto hash = hashOf(secret);
    const auto found = std::ranges::find_if(all, [&](const Open& open) { return sameSecret(bytesOf(open.hash), bytesOf(hash)); });
    if (found == all.end()) return fail(ErrorKind::Refused, "there is no such invitation: it was used already, it has expired, or it is another machine's");
    const Rights rights = found->rights;
    all.erase(found);
    TESSERA_CHECK(writeOpen(m_folder / "invitations.json", all));
    return rights;
}

}  // namespace tessera
