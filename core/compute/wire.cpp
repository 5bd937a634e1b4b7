// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/wire.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/compute/residual_tap.h"
#include "core/compute/wire_pieces.h"

#include <cstring>

namespace tessera::wire {
namespace {

proto::KvType toWire(KvType type) {
    return type == KvType::F32 ? proto::F32 : type == KvType::Q8_0 ? proto::Q8_0 : proto::F16;
}
proto::Exact toWire(ExactPolicy exact) {
    return exact == ExactPolicy::On ? proto::ON : exact == ExactPolicy::Off ? proto::OFF : proto::AUTO;
}
proto::Wanted toWire(Wanted wanted) {
    return wanted == Wanted::None ? proto::NONE : wanted == Wanted::All ? proto::ALL : proto::LAST;
}

tl::unexpected<Error> badField(std::string_view field, std::uint64_t value) {
    return fail(ErrorKind::InvalidArgument, format("the message's {} is {}", field, value));
}

}  // namespace

proto::ToNode openMessage(const OpenRequest& request) {
    proto::ToNode message;
    proto::Open& open = *message.mutable_open();
    open.set_protocol(kProtocol);
    open.set_set_id(std::string(reinterpret_cast<const char*>(request.set_id.data()), request.set_id.size()));
    open.set_first_layer(request.span.first);
    open.set_last_layer(request.span.last);
    open.set_numerics(request.numerics);
    open.set_context(request.options.context_tokens);
    open.set_micro_batch(request.options.micro_batch);
    open.set_kv_type(toWire(request.options.kv_type));
    open.set_flash_attention(request.options.flash_attention);
    open.set_exact(toWire(request.options.exact));
    open.set_look(request.look);
    return message;
}

Result<OpenRequest> readOpen(const proto::Open& open) {
    OpenRequest request;
    if (open.protocol() != kProtocol)
        return fail(ErrorKind::Unsupported, format("the other side speaks protocol {}, this one {}: use the same version of Tessera", open.protocol(), kProtocol));
    if (open.set_id().size() != request.set_id.size()) return badField("set_id's length", open.set_id().size());
    if (open.context() == 0 || open.context() > limits::kMaxContextTokens) return badField("context", open.context());
    if (open.micro_batch() == 0 || open.micro_batch() > limits::kMaxStepRows) return badField("micro_batch", open.micro_batch());
    std::memcpy(request.set_id.data(), open.set_id().data(), request.set_id.size());
    request.span = {open.first_layer(), open.last_layer(), true};
    request.numerics = open.numerics();
    request.look = open.look();
    if (request.look && open.micro_batch() > limits::kMaxLookRows) return badField("micro_batch", open.micro_batch());
    SessionOptions& options = request.options;
    options.context_tokens = open.context();
    options.micro_batch = open.micro_batch();
    options.flash_attention = open.flash_attention();
    switch (open.kv_type()) {
        case proto::F16: options.kv_type = KvType::F16; break;
        case proto::F32: options.kv_type = KvType::F32; break;
        case proto::Q8_0: options.kv_type = KvType::Q8_0; break;
        default: return badField("kv_type", static_cast<std::uint64_t>(open.kv_type()));
    }
    switch (open.exact()) {
        case proto::AUTO: options.exact = ExactPolicy::Auto; break;
        case proto::ON: options.exact = ExactPolicy::On; break;
        case proto::OFF: options.exact = ExactPolicy::Off; break;
        default: return badField("exact", static_cast<std::uint64_t>(open.exact()));
    }
    return request;
}

std::vector<proto::ToNode> stepMessages(const Step& step, std::uint64_t epoch, std::uint64_t id) {
    proto::ToNode first;
    proto::Step& message = *first.mutable_step();
    message.set_epoch(epoch);
    message.set_id(id);
    message.set_first_position(step.first_position);
    message.set_rows(step.rows());
    message.set_wanted(toWire(step.wanted));
    return inPieces(first, *message.mutable_data(), step.hidden.values);
}

std::vector<proto::FromNode> resultMessages(const Rows& rows, std::uint64_t epoch, std::uint64_t id) {
    proto::FromNode first;
    proto::StepResult& message = *first.mutable_result();
    message.set_epoch(epoch);
    message.set_id(id);
    message.set_rows(static_cast<std::uint32_t>(rows.rows));
    return inPieces(first, *message.mutable_data(), rows.values);
}

std::vector<proto::FromNode> seenMessages(const TapNode& node, std::span<const float> values) {
    proto::FromNode first;
    proto::Seen& message = *first.mutable_seen();
    message.set_name(std::string(node.name));
    message.set_operation(std::string(node.operation));
    message.set_layer(toInt(node.layer));
    message.set_rows(static_cast<std::uint32_t>(node.shape[1]));
    return inPieces(first, *message.mutable_data(), values);
}

Result<void> checkSeen(const proto::Seen& message, LayerSpan span) {
    if (message.name().size() > kMaxSeenNameBytes || message.operation().size() > kMaxSeenNameBytes) return badField("name's length", message.name().size());
    if (message.layer() < span.first || message.layer() > span.last)
        return fail(ErrorKind::InvalidArgument, format("numbers of layer {}, which is not among {}–{}", message.layer(), span.first, span.last));
    if (message.rows() == 0 || message.rows() > limits::kMaxLookRows) return badField("rows", message.rows());
    return {};
}

Result<Step> readStep(const proto::Step& message) {
    Step step;
    if (message.rows() == 0 || message.rows() > limits::kMaxStepRows) return badField("rows", message.rows());
    if (message.first_position() > limits::kMaxContextTokens) return badField("first_position", message.first_position());
    step.first_position = message.first_position();
    switch (message.wanted()) {
        case proto::NONE: step.wanted = Wanted::None; break;
        case proto::LAST: step.wanted = Wanted::Last; break;
        case proto::ALL: step.wanted = Wanted::All; break;
        default: return badField("wanted", static_cast<std::uint64_t>(message.wanted()));
    }
    return step;
}

Result<void> RowsReader::begin(std::uint32_t rows, std::size_t columns, std::string_view data) {
    if (rows > limits::kMaxStepRows) return badField("rows", rows);
    m_rows = {rows, columns, std::vector<float>(rows * columns)};
    m_filled = 0;
    return more(data);
}

Result<void> RowsReader::more(std::string_view data) {
    if (data.size() > m_rows.values.size() * sizeof(float) - m_filled)
        return fail(ErrorKind::InvalidArgument, format("{} bytes of rows where {} are missing", data.size(), m_rows.values.size() * sizeof(float) - m_filled));
    if (data.empty()) return {};  // memcpy is not defined for the pointers of nothing
    std::memcpy(reinterpret_cast<char*>(m_rows.values.data()) + m_filled, data.data(), data.size());
    m_filled += data.size();
    return {};
}

Rows RowsReader::take() {
    Rows rows = std::move(m_rows);
    m_rows = {};
    m_filled = 0;
    return rows;
}

}  // namespace tessera::wire
