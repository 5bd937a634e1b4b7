// SPDX-License-Identifier: GPL-3.0-or-later
// One caller's session on a node. For the .cpp files of this folder.
#pragma once

#include "core/compute/node_host.h"
#include "core/compute/wire.h"

#include "compute.grpc.pb.h"

#include <memory>

namespace tessera {

/// The reactor of one Run call, which has entered the host as `number`; it deletes itself when the call is over.
grpc::ServerBidiReactor<wire::proto::ToNode, wire::proto::FromNode>* runNodeSession(std::shared_ptr<NodeHost> host, const NodeId& caller,
                                                                                   std::uint64_t number, grpc::CallbackServerContext& context);

/// An error as gRPC tells it.
grpc::Status statusOf(const Error& error);

}  // namespace tessera
