// SPDX-License-Identifier: GPL-3.0-or-later
// What the experts of a model did, for people and for programs.
#pragma once

#include "core/engine/expert_statistics.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace tessera::cli {

/// null for dense models. With `counts` also how often each expert of each layer was chosen.
nlohmann::ordered_json expertObject(const ExpertStatistics& experts, bool counts);

/// One line about memory and one row for each layer.
std::string expertText(const ExpertStatistics& experts);

}  // namespace tessera::cli
