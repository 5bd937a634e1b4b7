// SPDX-License-Identifier: GPL-3.0-or-later
// Which experts of a mixture were chosen how often: of a run, or of all that an engine has computed.
#pragma once

#include "core/inspect/inspection.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// Tables are [layers × experts], row-major; a row is a layer that has experts, not the layer's index.
struct ExpertUse {
    std::size_t experts = 0;  // of each layer
    std::vector<LayerIndex> layers;
    std::vector<std::uint64_t> uses;                 // tokens that were sent there
    std::vector<std::uint64_t> hits = {};            // steps that found it in memory; empty where nobody counted
    std::vector<std::uint64_t> misses = {};          // steps that had to bring it; as above
    std::vector<std::uint64_t> one_bytes = {};       // [layers]: of one expert; as above

    bool empty() const { return layers.empty(); }
    bool countsMemory() const { return !misses.empty(); }
    std::uint64_t at(std::size_t row, std::size_t expert) const { return uses[row * experts + expert]; }
    std::uint64_t total(std::size_t row) const;
    /// Of the choices in this layer, 0 … 1; zero before the first.
    double share(std::size_t row, std::size_t expert) const;
    std::size_t busiest(std::size_t row) const;
    std::size_t used(std::size_t row) const;  // experts that were chosen at all
    /// Entropy of the shares over that of equal ones: 1 when all are chosen alike, 0 when one takes all.
    double evenness(std::size_t row) const;
    std::uint64_t missedBytes(std::size_t row) const;  // that steps waited for
};

/// Empty for dense models and engines that do not tell.
ExpertUse expertUse(const ExpertStatistics& counted);
/// By the captured choices where the run kept them; what the engine counted meanwhile is the second best, since another
/// session may have computed beside. Memory is always the engine's. Empty when neither tells.
ExpertUse expertUse(const Inspection& seen);

}  // namespace tessera
