// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/placement.h"

#include "core/base/format.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace tessera {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLastResortSeconds = 1e6;  // per layer: more than any chain of nodes takes
constexpr double kWorthAHop = 0.95;         // of the time: what another node must spare

// The answer that places are chosen for: 512 tokens read in tiles of 64, 256 written.
constexpr double kTilesRead = 8;
constexpr double kRowsWritten = 256;
constexpr std::size_t kMostLimits = 64;  // of the slowest span's time, that are tried
constexpr std::size_t kFew = 4;          // ways to a boundary that are remembered

/// The best way through the first so many layers that ends with this candidate.
struct Way {
    double seconds = kNever;      // for one row
    std::int32_t first = 0;       // of the candidate's run, counted from the first wanted layer
    std::size_t before = SIZE_MAX;  // the candidate of the run before
};

struct Plan {
    std::int32_t last_resort = std::numeric_limits<std::int32_t>::max();  // layers that only somebody of the last resort has
    double seconds = kNever;  // for the whole answer, without those layers
    std::vector<Placement> placements;

    /// With about equal times fewer hops: what is measured is not measured that well.
    bool isBetterThan(const Plan& other) const {
        if (last_resort != other.last_resort) return last_resort < other.last_resort;
        return seconds < other.seconds * (placements.size() > other.placements.size() ? kWorthAHop : 1);
    }
};

double rowSeconds(const Candidate& candidate, std::int32_t layers) {
    return candidate.seconds_per_hop + layers * (candidate.last_resort ? kLastResortSeconds : candidate.seconds_per_layer);
}

double tileSeconds(const Candidate& candidate, std::int32_t layers) {
    return candidate.last_resort ? 0 : candidate.seconds_per_hop + layers * candidate.tile_seconds_per_layer;
}

/// The ways to one boundary between layers, and the few candidates with whom they are shortest.
struct Boundary {
    std::vector<Way> ways;  // by candidate
    std::vector<std::size_t> best;

    void add(std::size_t candidate) {
        const auto place = std::ranges::find_if(best, [&](std::size_t other) { return ways[candidate].seconds < ways[other].seconds; });
        best.insert(place, candidate);
        if (best.size() > kFew) best.pop_back();
    }
};

/// Whether the way that ends here with candidate `last` has a run of candidate `c`.
bool visits(std::span<const Boundary> boundaries, std::size_t end, std::size_t last, std::size_t c) {
    while (end > 0) {
        if (last == c) return true;
        const Way& way = boundaries[end].ways[last];
        end = static_cast<std::size_t>(way.first);
        last = way.before;
    }
    return false;
}

/// The shortest way for a row through all layers on which no span takes longer than `limit` for a tile: a shortest path
/// over the boundaries between layers. Among ways that visit nobody twice it is the shortest but for rare mixtures of
/// limited memories: each boundary remembers a few ways, not all.
Plan planWithin(double limit, LayerSpan wanted, std::span<const Candidate> candidates) {
    const auto layers = static_cast<std::size_t>(wanted.layers());
    const std::size_t count = candidates.size();
    std::vector<Boundary> boundaries(layers + 1, Boundary{std::vector<Way>(count), {}});
    for (std::size_t end = 1; end <= layers; ++end) {
        Boundary& here = boundaries[end];
        for (std::size_t c = 0; c < count; ++c) {
            const Candidate& candidate = candidates[c];
            const auto last = wanted.first + static_cast<std::int32_t>(end) - 1;
            if (last > candidate.layers.last) continue;
            for (std::int32_t run = 1; run <= candidate.most_layers && last - run + 1 >= std::max(candidate.layers.first, wanted.first); ++run) {
                if (tileSeconds(candidate, run) > limit) break;
                const auto from = end - static_cast<std::size_t>(run);
                const auto isFree = [&](std::size_t before) { return before != c && (candidate.last_resort || !visits(boundaries, from, before, c)); };
                const auto before = std::ranges::find_if(boundaries[from].best, isFree);
                if (from > 0 && before == boundaries[from].best.end()) continue;
                const double seconds = rowSeconds(candidate, run) + (from == 0 ? 0 : boundaries[from].ways[*before].seconds);
                if (seconds < here.ways[c].seconds) here.ways[c] = {seconds, static_cast<std::int32_t>(from), from == 0 ? SIZE_MAX : *before};
            }
            if (here.ways[c].seconds < kNever) here.add(c);
        }
    }
    Plan plan;
    if (boundaries[layers].best.empty()) return plan;
    plan.last_resort = 0;
    double row = 0, tile = 0, slowest = 0;
    std::size_t end = layers;
    for (std::size_t c = boundaries[layers].best.front(); end > 0;) {
        const Way& way = boundaries[end].ways[c];
        const LayerSpan span{wanted.first + way.first, wanted.first + static_cast<std::int32_t>(end) - 1, true};
        if (candidates[c].last_resort) plan.last_resort += span.layers();
        else row += rowSeconds(candidates[c], span.layers());
        tile += tileSeconds(candidates[c], span.layers());
        slowest = std::max(slowest, tileSeconds(candidates[c], span.layers()));
        plan.placements.push_back({c, span, {}});
        end = static_cast<std::size_t>(way.first);
        c = way.before;
    }
    std::ranges::reverse(plan.placements);
    plan.seconds = kRowsWritten * row + tile + (kTilesRead - 1) * slowest;
    return plan;
}

/// Times for a tile that some span can have, longest first; of very many some.
std::vector<double> limitsOf(LayerSpan wanted, std::span<const Candidate> candidates) {
    std::vector<double> limits;
    for (const Candidate& candidate : candidates) {
        const auto most = std::min({candidate.most_layers, candidate.layers.layers(), wanted.layers()});
        for (std::int32_t run = 1; run <= most && !candidate.last_resort; ++run) limits.push_back(tileSeconds(candidate, run));
    }
    std::ranges::sort(limits, std::greater());
    limits.erase(std::unique(limits.begin(), limits.end()), limits.end());  // not of ranges: clang 14 cannot compile that
    std::vector<double> some{kNever};
    const std::size_t step = limits.size() / kMostLimits + 1;
    for (std::size_t i = 0; i < limits.size(); i += step) some.push_back(limits[i]);
    return some;
}

bool holds(const Candidate& candidate, LayerSpan span) { return candidate.layers.first <= span.first && span.last <= candidate.layers.last; }

std::string reasonOf(const Candidate& chosen, LayerSpan span, std::span<const Placement> placements, std::span<const Candidate> candidates) {
    if (chosen.last_resort) return "no node that can be used has these layers";
    const auto others = std::ranges::count_if(candidates, [&](const Candidate& other) { return &other != &chosen && !other.last_resort && holds(other, span); });
    if (others == 0) return "the only node that has them";
    const std::string figures = format("{:.2f} ms a layer, {:.2f} ms there and back", 1e3 * chosen.seconds_per_layer, 1e3 * chosen.seconds_per_hop);
    if (span.layers() == chosen.most_layers) return format("as many as it has memory for ({})", figures);
    const bool shares = std::ranges::any_of(placements, [&](const Placement& other) {
        return &candidates[other.candidate] != &chosen && !candidates[other.candidate].last_resort && (holds(chosen, other.span) || holds(candidates[other.candidate], span));
    });
    if (shares) return format("its share by speed, so that prompts are read by several at once ({})", figures);
    return format("the fastest of {} that have them ({})", others + 1, figures);
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
    if (missing.empty()) return fail(ErrorKind::OutOfMemory, format("layers {}–{}: the nodes have too little memory left for this context; choose a smaller one (--ctx), or more nodes", wanted.first, wanted.last));
    return fail(ErrorKind::NotFound, format("nobody has layers {}", missing));
}

}  // namespace

Result<std::vector<Placement>> placeLayers(LayerSpan wanted, std::span<const Candidate> candidates, Sharing sharing) {
    Plan best;
    for (const double limit : sharing == Sharing::None ? std::vector{kNever} : limitsOf(wanted, candidates)) {
        Plan plan = planWithin(limit, wanted, candidates);
        if (plan.isBetterThan(best)) best = std::move(plan);
    }
    if (best.placements.empty()) return uncovered(wanted, candidates);
    for (Placement& placement : best.placements) placement.reason = reasonOf(candidates[placement.candidate], placement.span, best.placements, candidates);
    return std::move(best.placements);
}

}  // namespace tessera
