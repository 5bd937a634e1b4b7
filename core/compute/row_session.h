// SPDX-License-Identifier: GPL-3.0-or-later
// One caller's products on a node. For the .cpp files of this folder.
#pragma once

#include "core/compute/node_host.h"

#include "compute.grpc.pb.h"

#include <memory>

namespace tessera {

using RowCallReactor = grpc::ServerBidiReactor<compute::v1::ToRows, compute::v1::FromRows>;

/// The reactor of one MultiplyRows call, which NodeHost::enter() has given `number`; it deletes itself when the call is over.
RowCallReactor* runRowSession(std::shared_ptr<NodeHost> host, const NodeId& caller, std::uint64_t number, grpc::CallbackServerContext& context);

}  // namespace tessera
