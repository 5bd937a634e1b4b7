// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that multiply rows of every matrix while this machine multiplies the others: for networks whose round trip is
// short beside a product. Nothing of a session is kept there, so a node that comes back is used again by the next step.
#pragma once

#include "core/base/hash.h"
#include "core/compute/node_address.h"
#include "core/engine/row_workers.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

struct RowNodesOptions {
    std::vector<NodeAddress> nodes = {};
    std::filesystem::path identity = {};              // the identity's folder; empty: this user's
    std::uint32_t max_rows = 512;                     // positions computed at once; at most limits::kMaxStepRows
    std::chrono::milliseconds open_patience{60'000};  // for a node to read and verify its rows
    std::chrono::milliseconds patience{10'000};       // for one product, or for a node that is asked again
};

/// Does not connect yet. Errors of RowWorkers::open() name the node: Refused, Network, NotFound (fragments that it lacks),
/// Unsupported (another model, or another numerics class: it must be numericsClassOf(RepackPolicy::Off) there and here),
/// OutOfMemory.
Result<std::shared_ptr<RowWorkers>> makeRowNodes(const Sha256Digest& set_id, const RowNodesOptions& options);

}  // namespace tessera
