// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that multiply rows of every matrix while this machine multiplies the others: for networks whose round trip is
// short beside a product. Nothing of a session is kept there, so when a node fails only its products are computed again,
// by somebody else, and a node that comes back is used again.
#pragma once

#include "core/base/hash.h"
#include "core/compute/node_address.h"
#include "core/engine/row_workers.h"
#include "core/gguf/tensor_source.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace tessera {

struct RowNodesOptions {
    std::vector<NodeAddress> nodes = {};
    std::filesystem::path identity = {};              // the identity's folder; empty: this user's
    std::uint32_t max_rows = 512;                     // positions computed at once; at most limits::kMaxStepRows
    bool all_at_start = true;                         // otherwise somebody else does what those that are absent would do
    std::uint32_t check_rows = 0;                     // first rows of every matrix's products that somebody else computes as well
    bool here = true;                                 // this machine does what a failed node did, as far as it has the rows
    int threads = 0;                                  // … with so many threads; 0: all cores
    std::chrono::milliseconds open_patience{60'000};  // for somebody to read and verify rows
    std::chrono::milliseconds patience{10'000};       // for one product, or for a node that failed before
    std::chrono::milliseconds to_connect_again{400};  // when a connection ended by bad luck (a lost packet) before anything was said
    std::chrono::milliseconds before_asking_again{2'000};  // a node that failed, while somebody else does its work
};
/// RowNodesOptions::max_rows for sessions with this micro-batch: a prompt's piece may be a tile larger, and sessions that decode
/// together are one step.
std::uint32_t mostRowsAtOnce(std::uint32_t micro_batch);

/// One of the nodes, and who multiplies its rows now.
struct RowPart {
    NodeAddress node;
    bool replaced = false;
    std::optional<NodeAddress> by = {};  // when it is replaced; nullopt: this machine
    std::string why = {};                // it is replaced
    bool busy = false;                   // a product is under way
    std::uint64_t rows = 0;              // of inputs that the node itself has multiplied
};

class RowNodes : public RowWorkers {
public:
    /// In the order of RowNodesOptions::nodes. Any thread.
    virtual std::vector<RowPart> parts() const = 0;
    /// What everybody's bits depend on.
    virtual std::string numericsClass() const = 0;
    /// Recoveries since the start, oldest first, in words. Any thread.
    virtual std::vector<std::string> failovers() const = 0;
};

/// Does not connect yet. `source` must outlive it. Errors of open() name the node, and nobody takes its place then,
/// unless somebody else is there and `all_at_start` false: Refused, Network, NotFound (fragments that it lacks), Unsupported (another model, or another numerics class: it must be
/// numericsClassOf(RepackPolicy::Off) there and here), OutOfMemory. Later errors, the same, come when nobody is left.
Result<std::shared_ptr<RowNodes>> makeRowNodes(const TensorSource& source, const Sha256Digest& set_id, const RowNodesOptions& options);

}  // namespace tessera
