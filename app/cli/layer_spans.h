// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"

#include <string>
#include <vector>

namespace tessera::cli {

/// "0-14,15-29": spans that follow each other from layer 0.
Result<std::vector<LayerSpan>> parseSpans(const std::string& text);

/// "0-14" or "7".
Result<LayerSpan> parseSpan(const std::string& text);

}  // namespace tessera::cli
