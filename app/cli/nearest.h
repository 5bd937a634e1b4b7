// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::cli {

/// The candidate a person most likely meant by `word`: the one with the fewest edits (insert, remove, replace, swap of
/// neighbours), or one that `word` begins. nullopt when none is close.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tessera::cli
