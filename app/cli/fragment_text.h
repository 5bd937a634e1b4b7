// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments in words, for tables and JSON.
#pragma once

#include "core/fragment/fragment_store.h"

#include <string>
#include <string_view>

namespace tessera::cli {

std::string_view stateName(FragmentState state);   // "missing", "present", "verified", "bad"
std::string_view kindName(FragmentKind kind);      // "header", "tensor", "gap"
std::string layerName(LayerIndex layer);           // "7", "embedding", "output", "other"
std::string shapeText(std::span<const std::int64_t> shape);  // "576 × 1536", innermost first
/// "0–575", "" for fragments that hold no rows.
std::string rowsText(const Fragment& fragment);

}  // namespace tessera::cli
