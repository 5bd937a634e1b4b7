// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/expert_use.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera {
namespace {

std::span<const std::uint64_t> rowOf(const std::vector<std::uint64_t>& table, std::size_t row, std::size_t experts) {
    return std::span(table).subspan(row * experts, experts);
}

void append(std::vector<std::uint64_t>& table, std::span<const std::uint64_t> row) { table.insert(table.end(), row.begin(), row.end()); }

}  // namespace

std::uint64_t ExpertUse::total(std::size_t row) const {
    const auto counts = rowOf(uses, row, experts);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

double ExpertUse::share(std::size_t row, std::size_t expert) const {
    const auto all = total(row);
    return all == 0 ? 0 : static_cast<double>(at(row, expert)) / static_cast<double>(all);
}

std::size_t ExpertUse::busiest(std::size_t row) const {
    const auto counts = rowOf(uses, row, experts);
    return static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
}

std::size_t ExpertUse::used(std::size_t row) const {
    return experts - static_cast<std::size_t>(std::ranges::count(rowOf(uses, row, experts), 0U));
}

double ExpertUse::evenness(std::size_t row) const {
    if (experts < 2) return 1;
    double entropy = 0;
    for (std::size_t expert = 0; expert < experts; ++expert)
        if (const double part = share(row, expert); part > 0) entropy -= part * std::log(part);
    return entropy / std::log(static_cast<double>(experts));
}

std::uint64_t ExpertUse::missedBytes(std::size_t row) const {
    const auto counts = rowOf(misses, row, experts);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) * one_bytes[row];
}

ExpertUse expertUse(const ExpertStatistics& counted) {
    ExpertUse use{.experts = counted.experts, .layers = {}, .uses = {}};
    for (std::size_t layer = 0; layer < counted.layers; ++layer) {
        if (counted.one_bytes[layer] == 0) continue;  // dense
        use.layers.push_back(LayerIndex{static_cast<std::int32_t>(counted.first_layer + layer)});
        append(use.uses, counted.usesOf(layer));
        append(use.hits, rowOf(counted.hits, layer, use.experts));
        append(use.misses, rowOf(counted.misses, layer, use.experts));
        use.one_bytes.push_back(counted.one_bytes[layer]);
    }
    return use;
}

ExpertUse expertUse(const Inspection& seen) {
    ExpertUse counted = expertUse(seen.expert_counts);
    if (seen.experts.empty()) return counted;
    ExpertUse chosen{.experts = seen.facts.experts, .layers = {}, .uses = std::vector<std::uint64_t>(seen.experts.size() * seen.facts.experts)};
    for (std::size_t row = 0; row < seen.experts.size(); ++row) {
        chosen.layers.push_back(seen.experts[row].layer);
        for (const auto expert : seen.experts[row].experts)
            if (expert >= 0 && static_cast<std::size_t>(expert) < chosen.experts) ++chosen.uses[row * chosen.experts + static_cast<std::size_t>(expert)];
    }
    if (chosen.layers != counted.layers || chosen.experts != counted.experts) return chosen;
    counted.uses = std::move(chosen.uses);
    return counted;
}

}  // namespace tessera
