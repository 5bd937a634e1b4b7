// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/tls.h"

#include "core/base/log.h"

#include <grpc/support/log.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

namespace tessera {
namespace {

namespace tls = grpc::experimental;

/// gRPC writes to standard error what callers learn from errors anyway, and that a pinned key's certificate names no host.
void keepGrpcQuiet() {
    static std::once_flag once;
    std::call_once(once, [] {
        gpr_set_log_function([](gpr_log_func_args* said) {
            if (logEnabled(LogLevel::Debug)) logDebug(std::string("gRPC: ") + said->message);
        });
    });
}

std::shared_ptr<tls::CertificateProviderInterface> provider(const Identity& identity) {
    keepGrpcQuiet();
    const std::vector<tls::IdentityKeyCertPair> pairs{{identity.key_pem, identity.certificate_pem}};
    return std::make_shared<tls::StaticDataCertificateProvider>(pairs);
}

class PinVerifier final : public tls::ExternalCertificateVerifier {
public:
    PinVerifier(const NodeId& expected, std::shared_ptr<PinOutcome> outcome) : m_expected(expected), m_outcome(std::move(outcome)) {}

    bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>, grpc::Status* status) override {
        const auto pem = request->peer_cert();
        const auto id = nodeIdOfCertificate({pem.data(), pem.size()});
        if (id && *id == m_expected) {
            *status = grpc::Status::OK;
            return true;
        }
        const std::scoped_lock lock(m_outcome->mutex);
        m_outcome->stranger = id.value_or(NodeId{});
        *status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "another key than the pinned one");
        return true;
    }
    void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

private:
    NodeId m_expected;
    std::shared_ptr<PinOutcome> m_outcome;
};

}  // namespace

std::shared_ptr<grpc::ChannelCredentials> clientCredentials(const Identity& identity, const NodeId& expected,
                                                            std::shared_ptr<PinOutcome> outcome) {
    tls::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(provider(identity));
    options.watch_identity_key_cert_pairs();
    options.set_verify_server_certs(false);  // there is no authority: the verifier looks at the key itself
    options.set_check_call_host(false);
    options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<PinVerifier>(expected, std::move(outcome)));
    return tls::TlsCredentials(options);
}

std::shared_ptr<grpc::ServerCredentials> serverCredentials(const Identity& identity) {
    tls::TlsServerCredentialsOptions options(provider(identity));
    options.watch_identity_key_cert_pairs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
    return tls::TlsServerCredentials(options);
}

Result<NodeId> callerOf(const grpc::CallbackServerContext& context) {
    const auto auth = context.auth_context();
    const auto values = auth ? auth->FindPropertyValues("x509_pem_cert") : std::vector<grpc::string_ref>();
    if (values.size() != 1) return fail(ErrorKind::Refused, "the caller shows no key");
    return nodeIdOfCertificate({values.front().data(), values.front().size()});
}

}  // namespace tessera
