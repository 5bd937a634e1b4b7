// SPDX-License-Identifier: GPL-3.0-or-later
// Mutual TLS by pinned keys. For the .cpp files of this folder: gRPC's types appear in no public header.
#pragma once

#include "core/compute/identity.h"

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <mutex>
#include <optional>

namespace tessera {

/// What the verifier of a channel saw: tells another machine's key from a machine that is not there.
struct PinOutcome {
    std::mutex mutex;
    std::optional<NodeId> stranger;  // the last key that was not the expected one
};

/// Accepts the server with the key `expected` and nobody else, whatever its name or certificate's date.
std::shared_ptr<grpc::ChannelCredentials> clientCredentials(const Identity& identity, const NodeId& expected,
                                                            std::shared_ptr<PinOutcome> outcome);

/// Every client must prove that it has a key; which keys may do what is decided per call.
std::shared_ptr<grpc::ServerCredentials> serverCredentials(const Identity& identity);

/// Whose key the caller has. Refused when the connection has none.
Result<NodeId> callerOf(const grpc::CallbackServerContext& context);

}  // namespace tessera
