// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts products into parts, lets somebody multiply each, and replaces whoever fails in the middle of a step. For the .cpp
// files of this folder and its tests.
//
// Why the bits stay the same: a product depends on its input and the matrix alone, and kernels give a row the same bits
// whatever rows stand beside it (core/engine/row_workers.h). So nothing is replayed but the products under way.
#pragma once

#include "core/compute/row_holder.h"
#include "core/compute/row_nodes.h"

namespace tessera {

struct RowMember {
    NodeAddress address;
    OpenRows open;
    /// Returns once it is connected, or after so long; null: there is no connection to wait for.
    std::function<void(std::chrono::milliseconds)> connect = {};
};

/// `here` opens rows on this machine; null: nobody does.
std::shared_ptr<RowNodes> makeRowTeam(std::vector<RowMember> members, OpenRows here, const RowNodesOptions& options);

}  // namespace tessera
