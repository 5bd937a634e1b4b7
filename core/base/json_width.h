// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps objects of a stranger's JSON narrow while they are parsed: containers that keep the order of keys look each of them
// up among all others.
#pragma once

#include <cstddef>
#include <vector>

namespace tessera {

/// Fed by a parser's callback, with the depth that it tells: an object's keys are one deeper than its beginning.
class JsonWidth {
public:
    explicit JsonWidth(std::size_t most) : m_most(most) {}

    void beginObject(int depth) { at(depth + 1) = 0; }
    /// Whether there is room for one more; what is refused must not be kept.
    bool addKey(int depth) {
        const bool fits = ++at(depth) <= m_most;
        m_wide = m_wide || !fits;
        return fits;
    }
    bool isTooWide() const { return m_wide; }

private:
    std::size_t& at(int depth) {
        const auto place = static_cast<std::size_t>(depth);
        if (m_keys.size() <= place) m_keys.resize(place + 1);
        return m_keys[place];
    }

    std::size_t m_most;
    std::vector<std::size_t> m_keys;  // by depth
    bool m_wide = false;
};

}  // namespace tessera
