// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/compute_target.h"
#include "tests/fuzz/require.h"

#include "core/base/limits.h"
#include "core/compute/invitations.h"
#include "core/compute/row_wire.h"
#include "core/compute/wire.h"

namespace tessera::fuzz {

namespace {

constexpr std::size_t kColumns = 16;

/// What is accepted stays within the limits and says the same when it is sent on.
void open(const wire::proto::Open& message) {
    const auto request = wire::readOpen(message);
    if (!request) return;
    require(request->options.micro_batch <= limits::kMaxStepRows && request->options.context_tokens <= limits::kMaxContextTokens);
    const auto again = wire::readOpen(wire::openMessage(*request).open());
    require(again && again->set_id == request->set_id && again->span == request->span && again->options.kv_type == request->options.kv_type && again->look == request->look);
}

void openRows(const wire::proto::OpenRows& message) {
    const auto request = wire::readOpenRows(message);
    if (!request) return;
    require(request->max_rows <= limits::kMaxStepRows && request->ranges.size() <= static_cast<std::size_t>(limits::kMaxRowRanges));
    const auto again = wire::readOpenRows(wire::openRowsMessage(*request).open());
    require(again && again->set_id == request->set_id && again->ranges == request->ranges);
}

void rows(std::uint32_t count, const std::string& data, const std::string& more) {
    wire::RowsReader reader;
    if (!reader.begin(count, kColumns, data)) return;
    (void)reader.more(more);
    const bool complete = reader.isComplete();
    const Rows taken = reader.take();
    require(taken.values.size() == std::size_t{count} * kColumns && count <= limits::kMaxStepRows);
    if (!complete) return;
    Step step;
    step.hidden = taken;
    if (count > 0) require(!wire::stepMessages(step, 1, 2).empty());
}

}  // namespace

void compute(std::span<const std::byte> bytes) {
    const auto size = static_cast<int>(bytes.size());
    wire::proto::ToNode to;
    if (to.ParseFromArray(bytes.data(), size)) {
        if (to.has_open()) open(to.open());
        if (to.has_step()) {
            (void)wire::readStep(to.step());
            rows(to.step().rows(), to.step().data(), to.step().data());
        }
    }
    wire::proto::FromNode from;
    if (from.ParseFromArray(bytes.data(), size)) {
        if (from.has_result()) rows(from.result().rows(), from.result().data(), {});
        if (from.has_seen() && wire::checkSeen(from.seen(), {1, 3, true})) {
            require(from.seen().rows() <= limits::kMaxLookRows && from.seen().layer() >= 1 && from.seen().layer() <= 3);
            rows(from.seen().rows(), from.seen().data(), {});
        }
    }
    wire::proto::ToRows to_rows;
    if (to_rows.ParseFromArray(bytes.data(), size) && to_rows.has_open()) openRows(to_rows.open());
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    (void)parseNodeAddresses(text);
    if (const auto invitation = parseInvitation(text)) require(parseInvitation(invitationText(*invitation)).has_value());
}

}  // namespace tessera::fuzz
