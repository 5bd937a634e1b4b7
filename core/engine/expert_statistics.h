// SPDX-License-Identifier: GPL-3.0-or-later
// What the experts of a loaded model did since it was loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// Empty (no experts) for dense models and engines that do not tell.
struct ExpertStatistics {
    std::uint32_t first_layer = 0;
    std::uint32_t layers = 0;   // of the span that is loaded
    std::uint32_t experts = 0;  // of each layer
    std::vector<std::uint64_t> uses;         // [layers × experts]: rows that were routed to it
    std::vector<std::uint64_t> hits;         // [layers × experts]: steps that wanted it and had asked for its bytes before
    std::vector<std::uint64_t> misses;       // [layers × experts]: … and asked for them only then
    std::vector<std::uint64_t> one_bytes;    // [layers]: of one expert; 0 in a dense layer
    std::uint64_t expert_bytes = 0;          // of all experts together
    std::uint64_t memory_bytes = 0;          // that experts may take now; 0: no limit
    std::uint64_t resident_bytes = 0;        // of the experts in memory
    std::uint64_t peak_resident_bytes = 0;
    std::uint64_t loads = 0;                 // an expert came into memory
    std::uint64_t evictions = 0;             // … and left it again
    std::uint64_t loaded_bytes = 0;

    /// Of a layer counted from first_layer.
    std::span<const std::uint64_t> usesOf(std::size_t layer) const { return std::span(uses).subspan(layer * experts, experts); }
    /// What was counted after `before` was taken of the same model; sizes stay.
    ExpertStatistics since(const ExpertStatistics& before) const;
};

}  // namespace tessera
