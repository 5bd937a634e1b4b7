// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/residual_tap.h"

#include "core/base/limits.h"

#include <algorithm>
#include <array>

namespace tessera {
namespace {

constexpr std::array<std::string_view, 6> kNames{"l_out", "attn_out", "ffn_out", "ffn_moe_out", "ffn_inp", "sa_out"};
constexpr std::array<std::string_view, 5> kViews{"NONE", "VIEW", "RESHAPE", "PERMUTE", "TRANSPOSE"};  // compute nothing

}  // namespace

bool ResidualTap::wants(const TapNode& node) {
    return toInt(node.layer) >= 0 && std::ranges::find(kNames, node.name) != kNames.end() && std::ranges::find(kViews, node.operation) == kViews.end() &&
           node.shape[0] == static_cast<std::int64_t>(m_columns) && node.shape[1] <= static_cast<std::int64_t>(limits::kMaxLookRows) && node.shape[2] == 1 &&
           node.shape[3] == 1;
}

}  // namespace tessera
