// SPDX-License-Identifier: GPL-3.0-or-later
// A gRPC service of a test's own, behind a node's identity on the loopback interface.
#pragma once

#include "core/compute/channel.h"
#include "core/compute/identity.h"
#include "core/compute/node_address.h"
#include "core/compute/tls.h"

#include <grpcpp/grpcpp.h>

namespace tessera::test {

/// As the last member of a service: it ends before what the service's calls use.
class LoopbackService {
public:
    LoopbackService(const Identity& identity, grpc::Service& service) : m_id(identity.id) {
        grpc::ServerBuilder builder;
        addServerArguments(builder);
        builder.AddListeningPort("127.0.0.1:0", serverCredentials(identity), &m_port);
        builder.RegisterService(&service);
        m_server = builder.BuildAndStart();
    }
    ~LoopbackService() { m_server->Shutdown(std::chrono::system_clock::now()); }

    NodeAddress address() const { return {m_id, "127.0.0.1:" + std::to_string(m_port)}; }

private:
    NodeId m_id;
    int m_port = 0;
    std::unique_ptr<grpc::Server> m_server;
};

}  // namespace tessera::test
