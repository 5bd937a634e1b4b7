// SPDX-License-Identifier: GPL-3.0-or-later
// What the end of a call to a node means, in words for people. For the .cpp files of this folder.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/tls.h"

#include <grpcpp/support/status.h>

namespace tessera {

/// A status' details when its message is a node's own words. gRPC fills in none, so that its texts, which name files,
/// addresses and numbers of its own, are told apart.
inline constexpr const char* kNodesOwnWords = "tessera";

/// "what has happened; what to do": whoever tells it names the node. What gRPC itself said of it is logged for debugging.
Error nodeError(const NodeAddress& address, PinOutcome& pin, const grpc::Status& status);

}  // namespace tessera
