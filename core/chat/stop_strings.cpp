// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/stop_strings.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tessera {

namespace {

struct Match {
    std::size_t begin = 0;
    std::size_t end = std::numeric_limits<std::size_t>::max();
};

Match firstMatch(const std::vector<std::string>& strings, std::string_view text) {
    Match first;
    for (const std::string& string : strings) {
        const std::size_t begin = text.find(string);
        if (begin == std::string_view::npos) continue;
        const std::size_t end = begin + string.size();
        if (end < first.end || (end == first.end && begin < first.begin)) first = {begin, end};
    }
    return first;
}

}  // namespace

StopStrings::StopStrings(std::vector<std::string> strings) : m_strings(std::move(strings)) {
    std::erase(m_strings, std::string());
}

std::string StopStrings::push(std::string_view text) {
    if (m_found) return {};
    m_pending += text;
    const Match match = firstMatch(m_strings, m_pending);
    m_found = match.end <= m_pending.size();
    const std::size_t certain = m_found ? match.begin : m_pending.size() - heldBack();
    std::string out = m_pending.substr(0, certain);
    m_pending.erase(0, certain);
    return out;
}

std::string StopStrings::flush() {
    if (m_found) return {};
    return std::exchange(m_pending, {});
}

/// Length of the longest end of the text that may be the beginning of a stop string.
std::size_t StopStrings::heldBack() const {
    std::size_t longest = 0;
    for (const std::string& string : m_strings) {
        for (std::size_t length = std::min(string.size() - 1, m_pending.size()); length > longest; --length) {
            if (m_pending.ends_with(std::string_view(string).substr(0, length))) longest = length;
        }
    }
    return longest;
}

}  // namespace tessera
