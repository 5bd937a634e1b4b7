// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what spans are given and answer, for whoever shows an answer on its way. For the .cpp files of this folder.
#pragma once

#include "core/compute/nodes_engine.h"
#include "core/engine/layer_runner.h"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera {

/// Any thread may call any method.
class ActivityBoard {
public:
    std::vector<SpanActivity> read() const;

private:
    friend class CountedRunner;
    void given(LayerSpan span, const std::optional<NodeAddress>& node);
    /// `rows` is 0 when the step was given up.
    void answered(LayerSpan span, const std::optional<NodeAddress>& node, std::uint32_t rows, double seconds);
    SpanActivity& entry(LayerSpan span, const std::optional<NodeAddress>& node);

    mutable std::mutex m_mutex;
    std::vector<SpanActivity> m_spans;
};

std::unique_ptr<LayerRunner> createCountedRunner(std::unique_ptr<LayerRunner> runner, std::shared_ptr<ActivityBoard> board, std::optional<NodeAddress> node);

}  // namespace tessera
