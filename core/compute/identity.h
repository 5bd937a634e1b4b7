// SPDX-License-Identifier: GPL-3.0-or-later
// Who this machine is to others: a key of its own. There is no authority: each side knows the other's key beforehand.
#pragma once

#include "core/base/hash.h"
#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace tessera {

/// SHA-256 of the public key (the certificate's SubjectPublicKeyInfo, DER). Written as 64 hex digits.
using NodeId = Sha256Digest;

/// An Ed25519 key and a certificate that it signed itself. `key_pem` is secret: never log it.
struct Identity {
    NodeId id{};
    std::string key_pem;
    std::string certificate_pem;
};

/// The identity kept in `folder` (key.pem, for this user only), made at the first call. Corrupt when the key cannot be
/// read; Io.
Result<Identity> loadOrCreateIdentity(const std::filesystem::path& folder);

/// Where this user's is: the folder "identity" in the user's data folder.
std::filesystem::path identityFolder();

/// Whose certificate that is. Corrupt when it is none.
Result<NodeId> nodeIdOfCertificate(std::string_view certificate_pem);

/// `count` bytes from the system's generator for secrets.
Result<std::string> secretBytes(std::size_t count);

}  // namespace tessera
