// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes of a file are there.
#pragma once

#include "core/loader/network/http_client.h"

#include <map>
#include <vector>

namespace tessera {

/// Ranges that neither overlap nor touch. One thread at a time.
class RangeSet {
public:
    void add(ByteRange range);
    void clear() { m_ranges.clear(); }
    std::uint64_t bytes() const;
    bool covers(ByteRange range) const;
    /// What is missing of [0, size), cut into pieces of at most `piece` bytes, in order.
    std::vector<ByteRange> gaps(std::uint64_t size, std::uint64_t piece) const;
    std::vector<ByteRange> ranges() const;

private:
    std::map<std::uint64_t, std::uint64_t> m_ranges;  // begin → end
};

}  // namespace tessera
