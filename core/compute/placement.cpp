// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/placement.h"

#include "core/base/format.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace tessera {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLastResortSeconds = 1e6;  // per layer: more than any chain of nodes takes

struct Best {
    double seconds = kNever;
    std::size_t candidate = 0;
    std::int32_t from = 0;
};

std::string reasonOf(const Candidate& chosen, LayerSpan span, std::span<const Candidate> candidates) {
    if (chosen.last_resort) return "no node has these layers";
    const auto also = std::ranges::count_if(candidates, [&](const Candidate& other) {
        return &other != &chosen && !other.last_resort && other.layers.first <= span.first && span.last <= other.layers.last;
    });
    if (also == 0) return "the only node that has them";
    return format("the fastest of {} that have them ({:.2f} ms a layer, {:.2f} ms there and back)", also + 1,
                  1e3 * chosen.seconds_per_layer, 1e3 * chosen.seconds_per_hop);
}

tl::unexpected<Error> uncovered(LayerSpan wanted, std::span<const Candidate> candidates) {
    std::string missing;
    for (std::int32_t layer = wanted.first; layer <= wanted.last; ++layer) {
        const auto has = [layer](const Candidate& candidate) { return candidate.layers.first <= layer && layer <= candidate.layers.last; };
        if (std::ranges::any_of(candidates, has)) continue;
        const auto first = layer;
        while (layer < wanted.last && std::ranges::none_of(candidates, [&](const Candidate& c) { return c.layers.first <= layer + 1 && layer + 1 <= c.layers.last; }))
            ++layer;
        missing += format("{}{}", missing.empty() ? "" : ", ", first == layer ? format("{}", first) : format("{}–{}", first, layer));
    }
    return fail(ErrorKind::NotFound, format("nobody has layers {}", missing));
}

}  // namespace

Result<std::vector<Placement>> placeLayers(LayerSpan wanted, std::span<const Candidate> candidates) {
    // best[i]: the shortest way through the first i of the wanted layers (a shortest path over layer boundaries).
    const auto layers = static_cast<std::size_t>(wanted.layers());
    std::vector<Best> best(layers + 1);
    best[0].seconds = 0;
    for (std::size_t end = 1; end <= layers; ++end) {
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            const Candidate& candidate = candidates[c];
            const auto last = wanted.first + static_cast<std::int32_t>(end) - 1;
            if (last > candidate.layers.last) continue;
            const auto first = std::max(candidate.layers.first, wanted.first);
            for (std::int32_t from = first; from <= last; ++from) {
                const double layer_seconds = candidate.last_resort ? kLastResortSeconds : candidate.seconds_per_layer;
                const double seconds = best[static_cast<std::size_t>(from - wanted.first)].seconds + candidate.seconds_per_hop +
                                       layer_seconds * (last - from + 1);
                // With equal times the longer run: fewer hops.
                if (seconds < best[end].seconds) best[end] = {seconds, c, from};
            }
        }
    }
    if (best[layers].seconds == kNever) return uncovered(wanted, candidates);
    std::vector<Placement> placements;
    for (auto end = layers; end > 0;) {
        const Best& step = best[end];
        const LayerSpan span{step.from, wanted.first + static_cast<std::int32_t>(end) - 1, true};
        if (!placements.empty() && placements.back().candidate == step.candidate) {
            placements.back().span.first = span.first;  // one visit
        } else {
            placements.push_back({step.candidate, span, {}});
        }
        end = static_cast<std::size_t>(step.from - wanted.first);
    }
    std::ranges::reverse(placements);
    for (Placement& placement : placements) placement.reason = reasonOf(candidates[placement.candidate], placement.span, candidates);
    return placements;
}

}  // namespace tessera
