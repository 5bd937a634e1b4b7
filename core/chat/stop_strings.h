// SPDX-License-Identifier: GPL-3.0-or-later
// Ends a stream of text before the first stop string, whatever pieces the text comes in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// One per answer; one thread at a time. The first stop string is the one that is complete first; of several that end
/// at the same place, the longest.
class StopStrings {
public:
    /// Empty strings never match.
    explicit StopStrings(std::vector<std::string> strings);

    /// What of the text so far is certain to stand before any stop string and was not returned yet.
    std::string push(std::string_view text);
    /// What was held back, when no more text comes. "" when a stop string was found.
    std::string flush();
    /// A stop string is complete; what follows is dropped.
    bool found() const { return m_found; }

private:
    std::size_t heldBack() const;

    std::vector<std::string> m_strings;
    std::string m_pending;
    bool m_found = false;
};

}  // namespace tessera
