// SPDX-License-Identifier: GPL-3.0-or-later
// A LayerRunner whose steps a node computes. For the .cpp files of this folder.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/tls.h"
#include "core/compute/wire.h"

#include "compute.grpc.pb.h"

#include <memory>

namespace tessera {

struct RemoteRunnerOptions {
    NodeAddress address;
    std::shared_ptr<PinOutcome> pin;
    wire::OpenRequest open;
    std::size_t columns = 0;
};

/// Its errors do not name the node.
Result<std::unique_ptr<LayerRunner>> createRemoteRunner(std::shared_ptr<wire::proto::Compute::Stub> stub, RemoteRunnerOptions options,
                                                        std::chrono::milliseconds patience);

}  // namespace tessera
