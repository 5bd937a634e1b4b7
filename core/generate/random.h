// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers that generated weights are made of: fast, and the same on every machine.
#pragma once

#include <cstdint>

namespace tessera {

/// SplitMix64 (Steele, Lea, Flood 2014). One thread at a time.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t m_state;
};

}  // namespace tessera
