// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/expert_statistics.h"

namespace tessera {

ExpertStatistics ExpertStatistics::since(const ExpertStatistics& before) const {
    ExpertStatistics later = *this;
    const auto take = [](std::vector<std::uint64_t>& from, const std::vector<std::uint64_t>& counted) {
        for (std::size_t i = 0; i < from.size() && i < counted.size(); ++i) from[i] -= counted[i];
    };
    take(later.uses, before.uses);
    take(later.hits, before.hits);
    take(later.misses, before.misses);
    later.loads -= before.loads;
    later.evictions -= before.evictions;
    later.loaded_bytes -= before.loaded_bytes;
    return later;
}

}  // namespace tessera
