// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/fragment_text.h"

#include "core/base/format.h"

namespace tessera::cli {

std::string_view stateName(FragmentState state) {
    switch (state) {
        case FragmentState::Missing: return "missing";
        case FragmentState::Present: return "present";
        case FragmentState::Verified: return "verified";
        case FragmentState::Bad: return "bad";
    }
    return "unknown";
}

std::string_view kindName(FragmentKind kind) {
    switch (kind) {
        case FragmentKind::Header: return "header";
        case FragmentKind::Tensor: return "tensor";
        case FragmentKind::Gap: return "gap";
    }
    return "unknown";
}

std::string layerName(LayerIndex layer) {
    if (layer == kEmbeddingLayer) return "embedding";
    if (layer == kOutputLayer) return "output";
    if (layer == kOtherLayer) return "other";
    return std::to_string(toInt(layer));
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text;
    for (const std::int64_t dimension : shape) text += format("{}{}", text.empty() ? "" : " × ", dimension);
    return text;
}

std::string rowsText(const Fragment& fragment) {
    if (fragment.kind != FragmentKind::Tensor || fragment.row_count == 0) return {};
    return format("{}–{}", fragment.first_row, fragment.first_row + fragment.row_count - 1);
}

}  // namespace tessera::cli
