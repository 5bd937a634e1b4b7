// SPDX-License-Identifier: GPL-3.0-or-later
// What of a layer travels to whoever looks into it from another machine: the rows of the residual stream, and what
// attention and the feed-forward network add to it. For the .cpp files of this folder.
#pragma once

#include "core/engine/tap.h"

#include <cstddef>
#include <functional>

namespace tessera {

/// So many of them at most are sent of one layer: some names stand for several nodes.
inline constexpr std::size_t kMaxSeenOfLayer = 12;
inline constexpr std::size_t kMaxSeenNameBytes = 32;

/// Calls `send` with each, on the thread that computes.
class ResidualTap final : public Tap {
public:
    using Send = std::function<void(const TapNode& node, std::span<const float> values)>;

    ResidualTap(std::size_t columns, Send send) : m_columns(columns), m_send(std::move(send)) {}
    bool wants(const TapNode& node) override;
    void take(const TapNode& node, std::span<const float> values) override { m_send(node, values); }
    bool wantsAllRows() const override { return true; }

private:
    std::size_t m_columns;
    Send m_send;
};

}  // namespace tessera
