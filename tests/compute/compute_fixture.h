// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes in the test's own process, over the loopback interface.
#pragma once

#include "core/compute/invitations.h"
#include "core/compute/node_server.h"
#include "core/compute/nodes_engine.h"
#include "core/compute/remote_node.h"
#include "tests/engine/engine_fixture.h"

#include <QTemporaryDir>

namespace tessera::test {

inline std::filesystem::path folderOf(const QTemporaryDir& folder, const char* name) {
    return std::filesystem::path(folder.path().toStdString()) / name;
}

/// What stands for the fragment set: only equality counts.
inline Sha256Digest someSet(unsigned char mark = 1) {
    Sha256Digest digest{};
    digest.fill(std::byte{mark});
    return digest;
}

/// One node with a folder of its own.
struct TestNode {
    std::unique_ptr<FragmentEngine> engine;
    std::filesystem::path folder;
    Identity identity;
    std::unique_ptr<PeerList> peers;
    std::unique_ptr<NodeServer> server;

    TestNode(const TensorSource& source, LayerSpan span, std::filesystem::path place, NodeOptions options = {}, KernelPolicy kernels = KernelPolicy::Ggml)
        : folder(std::move(place)) {
        span.bare = true;
        engine = require(loadFragmentEngine(source, {2, RepackPolicy::Off, kernels}, {}, span));
        identity = require(loadOrCreateIdentity(folder));
        peers = std::make_unique<PeerList>(folder);
        if (options.set_id == Sha256Digest{}) options.set_id = someSet();
        server = require(NodeServer::start(*engine, identity, *peers, options, {0.001, 0.01}));
    }
    void allow(const NodeId& id) const { require(peers->allow({id, "test", static_cast<Rights>(Right::Compute), {}})); }
    NodeAddress address() const { return server->address(); }
};

}  // namespace tessera::test
