// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/nearest.h"

#include <algorithm>

namespace tessera::cli {

namespace {

/// Optimal string alignment distance (Damerau–Levenshtein without repeated edits of one place).
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t kLongestWord = 64;  // nobody mistypes a page of text
    if (word.empty() || word.size() > kLongestWord) return std::nullopt;
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3);
    for (const std::string& candidate : candidates) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < best_distance || (distance == best_distance && !best)) {
            best_distance = distance;
            best = candidate;
        }
    }
    if (best) return best;
    constexpr std::size_t kShortestPrefix = 3;
    if (word.size() < kShortestPrefix) return std::nullopt;
    const auto begun = std::find_if(candidates.begin(), candidates.end(), [&](const std::string& c) { return c.starts_with(word); });
    if (begun != candidates.end()) return *begun;
    return std::nullopt;
}

}  // namespace tessera::cli
