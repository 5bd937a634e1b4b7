// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/identity.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/compute/folder_lock.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

namespace tessera {
namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* value) const { Free(value); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

constexpr std::uint64_t kMaxKeyFileBytes = 64 * limits::KiB;
constexpr long kValidSeconds = 100L * 365 * 24 * 3600;  // peers pin the key and do not look at the date

tl::unexpected<Error> cryptoError(std::string_view what) {
    return fail(ErrorKind::Unsupported, format("OpenSSL could not {}", what));
}

Result<Key> makeKey() {
    const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_keygen(context.get(), &key) != 1)
        return cryptoError("make a key");
    return Key(key);
}

std::string textOf(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

Result<std::string> keyText(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return cryptoError("write a key");
    return textOf(bio.get());
}

Result<Key> parseKey(std::string_view pem, const std::filesystem::path& path) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
        return fail(ErrorKind::Corrupt, format("{} does not hold an Ed25519 key; remove it to get a new identity (peers must then be asked again)", toUtf8(path)));
    return key;
}

Result<std::string> selfSigned(EVP_PKEY* key) {
    const Certificate certificate(X509_new());
    if (!certificate) return cryptoError("make a certificate");
    X509* x = certificate.get();
    X509_NAME* name = X509_get_subject_name(x);
    const auto* common_name = reinterpret_cast<const unsigned char*>("tessera");
    const bool made = X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
                      X509_gmtime_adj(X509_getm_notBefore(x), -24L * 3600) && X509_gmtime_adj(X509_getm_notAfter(x), kValidSeconds) &&
                      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
                      X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 && X509_sign(x, key, nullptr) > 0;
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!made || !bio || PEM_write_bio_X509(bio.get(), x) != 1) return cryptoError("sign a certificate");
    return textOf(bio.get());
}

/// Only this user may look inside, from before the key is written.
Result<void> makePrivateFolder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (!code) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, code);
    if (code) return fail(ErrorKind::Io, format("{}: {}", toUtf8(folder), code.message()));
    return {};
}

Result<Key> storedOrNewKey(const std::filesystem::path& folder) {
    const auto path = folder / "key.pem";
    TESSERA_CHECK(makePrivateFolder(folder));
    // Two programs that start for the first time agree on one key.
    TESSERA_TRY(const File lock, waitForLock(folder / "lock"));
    if (std::filesystem::exists(path)) {
        TESSERA_TRY(const auto pem, readTextFile(path, kMaxKeyFileBytes));
        return parseKey(pem, path);
    }
    TESSERA_TRY(auto key, makeKey());
    TESSERA_TRY(const auto pem, keyText(key.get()));
    TESSERA_CHECK(writeFileAtomically(path, std::as_bytes(std::span(pem))));
    std::error_code code;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, code);
    if (code) return fail(ErrorKind::Io, format("{}: {}", toUtf8(path), code.message()));
    return key;
}

}  // namespace

std::filesystem::path identityFolder() { return dataFolder() / "identity"; }

Result<Identity> loadOrCreateIdentity(const std::filesystem::path& folder) {
    TESSERA_TRY(const auto key, storedOrNewKey(folder));
    Identity identity;
    TESSERA_TRY(identity.key_pem, keyText(key.get()));
    TESSERA_TRY(identity.certificate_pem, selfSigned(key.get()));
    TESSERA_TRY(identity.id, nodeIdOfCertificate(identity.certificate_pem));
    return identity;
}

Result<NodeId> nodeIdOfCertificate(std::string_view certificate_pem) {
    const Bio bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) return fail(ErrorKind::Corrupt, "a peer's certificate cannot be read");
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    if (size <= 0) return fail(ErrorKind::Corrupt, "a peer's certificate has no key");
    const NodeId id = sha256(std::as_bytes(std::span(der, static_cast<std::size_t>(size))));
    OPENSSL_free(der);
    return id;
}

Result<std::string> secretBytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) return cryptoError("make a secret");
    return bytes;
}

}  // namespace tessera
