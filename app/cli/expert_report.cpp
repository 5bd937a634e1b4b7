// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/expert_report.h"

#include "app/cli/table.h"
#include "core/base/format.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace tessera::cli {

namespace {

std::uint64_t sumOf(const std::vector<std::uint64_t>& table, std::size_t layer, std::size_t experts) {
    const auto row = std::span(table).subspan(layer * experts, experts);
    return std::accumulate(row.begin(), row.end(), std::uint64_t{0});
}

}  // namespace

nlohmann::ordered_json expertObject(const ExpertStatistics& experts, bool counts) {
    if (experts.experts == 0) return {};
    nlohmann::ordered_json object{{"layers", experts.layers},
                                  {"experts", experts.experts},
                                  {"bytes", experts.expert_bytes},
                                  {"memory_bytes", experts.memory_bytes},
                                  {"resident_bytes", experts.resident_bytes},
                                  {"peak_resident_bytes", experts.peak_resident_bytes},
                                  {"loads", experts.loads},
                                  {"evictions", experts.evictions},
                                  {"loaded_bytes", experts.loaded_bytes}};
    if (!counts) return object;
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t layer = 0; layer < experts.layers; ++layer) {
        const auto of_layer = [&](const std::vector<std::uint64_t>& table) {
            const auto row = std::span(table).subspan(layer * experts.experts, experts.experts);
            return std::vector<std::uint64_t>(row.begin(), row.end());
        };
        rows.push_back({{"layer", experts.first_layer + layer},
                        {"uses", of_layer(experts.uses)},
                        {"hits", of_layer(experts.hits)},
                        {"misses", of_layer(experts.misses)},
                        {"expert_bytes", experts.one_bytes[layer]}});
    }
    object["uses"] = std::move(rows);
    return object;
}

std::string expertText(const ExpertStatistics& experts) {
    if (experts.experts == 0) return "the model has no experts\n";
    std::string text = format("experts: {} of {} in memory, {} loads ({}), {} evictions\n", formatBytes(experts.resident_bytes),
                              formatBytes(experts.expert_bytes), experts.loads, formatBytes(experts.loaded_bytes), experts.evictions);
    Table table({{"layer", true}, {"chosen", true}, {"experts used", true}, {"busiest", true}, {"its share", true}, {"asked for before", true}});
    for (std::size_t layer = 0; layer < experts.layers; ++layer) {
        const auto uses = experts.usesOf(layer);
        const auto total = std::accumulate(uses.begin(), uses.end(), std::uint64_t{0});
        if (total == 0) continue;  // a dense layer, or nothing was computed
        const auto busiest = std::ranges::max_element(uses);
        const auto hits = sumOf(experts.hits, layer, experts.experts), misses = sumOf(experts.misses, layer, experts.experts);
        table.add({std::to_string(experts.first_layer + layer), std::to_string(total),
                   format("{} of {}", uses.size() - static_cast<std::size_t>(std::ranges::count(uses, 0u)), uses.size()),
                   std::to_string(busiest - uses.begin()), format("{:.1f} %", 100.0 * static_cast<double>(*busiest) / static_cast<double>(total)),
                   format("{:.0f} %", 100.0 * static_cast<double>(hits) / static_cast<double>(std::max<std::uint64_t>(1, hits + misses)))});
    }
    return text + table.text();
}

}  // namespace tessera::cli
