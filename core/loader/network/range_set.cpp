// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/range_set.h"

#include <algorithm>

namespace tessera {

void RangeSet::add(ByteRange range) {
    if (range.begin >= range.end) return;
    auto at = m_ranges.upper_bound(range.begin);
    if (at != m_ranges.begin() && std::prev(at)->second >= range.begin) --at;
    while (at != m_ranges.end() && at->first <= range.end) {
        range = {std::min(range.begin, at->first), std::max(range.end, at->second)};
        at = m_ranges.erase(at);
    }
    m_ranges[range.begin] = range.end;
}

std::uint64_t RangeSet::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [begin, end] : m_ranges) sum += end - begin;
    return sum;
}

bool RangeSet::covers(ByteRange range) const {
    const auto after = m_ranges.upper_bound(range.begin);
    return range.begin >= range.end || (after != m_ranges.begin() && std::prev(after)->second >= range.end);
}

std::vector<ByteRange> RangeSet::gaps(std::uint64_t size, std::uint64_t piece) const {
    std::vector<ByteRange> result;
    const auto fill = [&](std::uint64_t begin, std::uint64_t end) {
        for (; begin < end; begin += std::min(piece, end - begin)) result.push_back({begin, begin + std::min(piece, end - begin)});
    };
    std::uint64_t position = 0;
    for (const auto& [begin, end] : m_ranges) {
        fill(position, std::min(begin, size));
        position = std::max(position, end);
    }
    fill(position, size);
    return result;
}

std::vector<ByteRange> RangeSet::ranges() const {
    std::vector<ByteRange> result;
    for (const auto& [begin, end] : m_ranges) result.push_back({begin, end});
    return result;
}

}  // namespace tessera
