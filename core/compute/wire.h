// SPDX-License-Identifier: GPL-3.0-or-later
// Steps and rows as messages of proto/compute.proto, and back with every number checked. For the .cpp files of this
// folder and its tests.
#pragma once

#include "core/base/hash.h"
#include "core/engine/layer_runner.h"

#include "compute.pb.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::wire {

namespace proto = ::tessera::compute::v1;

inline constexpr std::uint32_t kProtocol = 1;

/// What a session asks of a node.
struct OpenRequest {
    Sha256Digest set_id{};
    LayerSpan span;
    std::string numerics;
    SessionOptions options;  // context, micro-batch, KV type, flash attention, exact
    bool look = false;       // intermediates come before each result
};

proto::ToNode openMessage(const OpenRequest& request);
/// InvalidArgument names what is out of range; the span is checked by whoever knows what is loaded.
Result<OpenRequest> readOpen(const proto::Open& message);

/// The messages of one step, in order: all but the first are `more`.
std::vector<proto::ToNode> stepMessages(const Step& step, std::uint64_t epoch, std::uint64_t id);
std::vector<proto::FromNode> resultMessages(const Rows& rows, std::uint64_t epoch, std::uint64_t id);

/// `values`: [rows × columns]. What comes back names the tensor, with its layer in `span` and sizes within the limits.
std::vector<proto::FromNode> seenMessages(const TapNode& node, std::span<const float> values);
Result<void> checkSeen(const proto::Seen& message, LayerSpan span);

/// Puts rows together that come in pieces. `columns` is the model's.
class RowsReader {
public:
    /// Corrupt when `rows` is above the limit or `data` holds more than them.
    Result<void> begin(std::uint32_t rows, std::size_t columns, std::string_view data);
    Result<void> more(std::string_view data);
    bool isComplete() const { return m_filled == m_rows.values.size() * sizeof(float); }
    Rows take();

private:
    Rows m_rows;
    std::size_t m_filled = 0;  // bytes
};

/// Everything of a step but its rows. Corrupt names the field.
Result<Step> readStep(const proto::Step& message);

}  // namespace tessera::wire
