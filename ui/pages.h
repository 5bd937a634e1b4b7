// SPDX-License-Identifier: GPL-3.0-or-later
// The tabs of the window, in the order of the rail.
#pragma once

#include "ui/page.h"

#include <vector>

namespace tessera::ui {

std::vector<PageInfo> mainPages();
/// At the foot of the rail: jobs, log, settings.
std::vector<PageInfo> footPages();

}  // namespace tessera::ui
