// SPDX-License-Identifier: GPL-3.0-or-later
// Who computes which layers. Pure functions.
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"

#include <span>
#include <string>
#include <vector>

namespace tessera {

/// Somebody who could compute some layers.
struct Candidate {
    std::string name;
    LayerSpan layers;               // what it holds
    double seconds_per_layer = 0;   // one row through one layer
    double seconds_per_hop = 0;     // there and back
    bool last_resort = false;       // only where nobody else is: this machine itself
};

struct Placement {
    std::size_t candidate = 0;      // index
    LayerSpan span;                 // bare
    std::string reason;             // for people
};

/// Covers `wanted` with the shortest time for one row: sums of layers and hops. NotFound names the layers that nobody
/// has.
Result<std::vector<Placement>> placeLayers(LayerSpan wanted, std::span<const Candidate> candidates);

}  // namespace tessera
