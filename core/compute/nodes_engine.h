// SPDX-License-Identifier: GPL-3.0-or-later
// An engine whose layers are computed by nodes. This machine computes the embedding, the output matrix, and the layers
// that nobody serves, if it has their fragments.
#pragma once

#include "core/base/hash.h"
#include "core/compute/node_address.h"
#include "core/engine/engine.h"
#include "core/gguf/tensor_source.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

struct NodesOptions {
    std::vector<NodeAddress> nodes = {};
    std::filesystem::path identity = {};           // the identity's folder; empty: this user's
    bool some_at_start = false;                    // NotFound when none of them can be used, though this machine could compute everything
    bool other_class = false;                      // also nodes whose bits differ from this machine's
    std::uint32_t check_rows = 0;                  // first rows of every session that a second machine computes as well
    std::chrono::milliseconds patience{5000};      // for a node to answer or to open a session
    std::chrono::milliseconds to_connect_again{400};  // when a connection ended by bad luck (a lost packet) before anything was said
    double step_floor_seconds = 5;                 // a node is given up when a step takes longer than this …
    double step_factor = 10;                       // … and than so many times what it measured of itself
};

/// A run of layers and who computes it.
struct PlacedSpan {
    LayerSpan span;
    std::optional<NodeAddress> node;  // nullopt: this machine
    std::string reason;
};

/// A named node as it was last seen.
struct NodeState {
    NodeAddress address = {};
    LayerSpan layers = {};       // that it has; empty while it never answered
    bool available = false;
    std::string why = {};        // it is not available
    std::string numerics = {};
    std::uint32_t threads = 0;
    double round_trip_seconds = 0;
    double seconds_per_row = 0;
};

/// What one span has done in this engine's sessions, and does now.
struct SpanActivity {
    LayerSpan span = {};
    std::optional<NodeAddress> node = {};   // nullopt: this machine
    std::uint32_t steps = 0;                // given to it and not answered yet
    std::uint64_t rows = 0;                 // answered since the start
    double seconds = 0;                     // that the last step took, from giving to answer
};

/// A session with a tap sees the ends of the model as they are computed here, and of layers on nodes the residual stream and
/// what is added to it (l_out, attn_out, ffn_out, …), after each step and at most limits::kMaxLookRows rows at once; it ends
/// with the first node that fails. Ablations are Unsupported.
class NodesEngine : public Engine {
public:
    /// For a session that begins now. Any thread.
    virtual Result<std::vector<PlacedSpan>> plan() const = 0;
    virtual std::vector<NodeState> nodes() const = 0;
    /// By first layer; spans that were used once stay. Cheap enough to ask ten times a second. Any thread.
    virtual std::vector<SpanActivity> activity() const = 0;
    /// Recoveries since the start, oldest first, in words. Any thread.
    virtual std::vector<std::string> failovers() const = 0;
    /// What this machine's bits depend on: nodes of another class are left out unless they are allowed.
    virtual const std::string& numericsClass() const = 0;
};

/// Asks all nodes. `set_id` is the fragment set's, `here` the layers whose fragments are on this machine. NotFound when
/// layers are missing, or no node can be used and one should be, with the reason of every node that is left out. Only the embedding and the output matrix are loaded.
Result<std::unique_ptr<NodesEngine>> connectNodes(const TensorSource& source, const Sha256Digest& set_id, std::vector<LayerSpan> here,
                                                  const EngineOptions& engine, const NodesOptions& options, const Operation& operation);

}  // namespace tessera
