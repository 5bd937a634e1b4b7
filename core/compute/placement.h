// SPDX-License-Identifier: GPL-3.0-or-later
// Who computes which layers. Pure functions.
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// Somebody who could compute some layers.
struct Candidate {
    std::string name;
    LayerSpan layers;                    // what it holds
    double seconds_per_layer = 0;        // one row through one layer
    double tile_seconds_per_layer = 0;   // 64 rows of a prompt
    double seconds_per_hop = 0;          // there and back
    std::int32_t most_layers = std::numeric_limits<std::int32_t>::max();  // for which it has memory
    bool last_resort = false;            // only where nobody else is: this machine itself
};

struct Placement {
    std::size_t candidate = 0;      // index
    LayerSpan span;                 // bare
    std::string reason;             // for people
};

enum class Sharing { Prompts, None };

/// Covers `wanted` so that an answer of usual length is there soonest. A token passes all layers and hops one after the
/// other; of a prompt several pieces are under way at once, so there the slowest span counts: where hops are short, layers
/// are shared out in proportion to speed, where they are long, few nodes are used. Each candidate gets one run of layers,
/// within its memory. Sharing::None: as soon as possible for a single row, for a span that was shared out already.
/// NotFound names the layers that nobody has; OutOfMemory: those who have them have no memory for them.
Result<std::vector<Placement>> placeLayers(LayerSpan wanted, std::span<const Candidate> candidates, Sharing sharing = Sharing::Prompts);

}  // namespace tessera
