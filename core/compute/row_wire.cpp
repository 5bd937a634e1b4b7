// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_wire.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/compute/wire_pieces.h"

#include <cstring>

namespace tessera::wire {

proto::ToRows openRowsMessage(const OpenRowsRequest& request) {
    proto::ToRows message;
    proto::OpenRows& open = *message.mutable_open();
    open.set_protocol(kProtocol);
    open.set_set_id(std::string(reinterpret_cast<const char*>(request.set_id.data()), request.set_id.size()));
    open.set_numerics(request.numerics);
    open.set_max_rows(request.max_rows);
    for (const RowRange& range : request.ranges) {
        proto::RowRange& said = *open.add_ranges();
        said.set_tensor(range.tensor);
        said.set_first(range.first);
        said.set_count(range.count);
    }
    return message;
}

Result<OpenRowsRequest> readOpenRows(const proto::OpenRows& open) {
    OpenRowsRequest request;
    if (open.protocol() != kProtocol)
        return fail(ErrorKind::Unsupported, format("the other side speaks protocol {}, this one {}: use the same version of Tessera", open.protocol(), kProtocol));
    if (open.set_id().size() != request.set_id.size()) return fail(ErrorKind::InvalidArgument, format("the message's set_id has {} bytes", open.set_id().size()));
    if (open.max_rows() == 0 || open.max_rows() > limits::kMaxStepRows)
        return fail(ErrorKind::InvalidArgument, format("the message's max_rows is {}, at most {} are allowed", open.max_rows(), limits::kMaxStepRows));
    if (open.ranges_size() == 0 || open.ranges_size() > limits::kMaxRowRanges)
        return fail(ErrorKind::InvalidArgument, format("the message names {} ranges of rows, at most {} are allowed", open.ranges_size(), limits::kMaxRowRanges));
    std::memcpy(request.set_id.data(), open.set_id().data(), request.set_id.size());
    request.numerics = open.numerics();
    request.max_rows = open.max_rows();
    for (const proto::RowRange& range : open.ranges()) {
        if (range.tensor().size() > limits::kMaxTensorNameBytes)
            return fail(ErrorKind::InvalidArgument, format("a tensor's name of {} bytes", range.tensor().size()));
        request.ranges.push_back({range.tensor(), range.first(), range.count()});
    }
    return request;
}

std::vector<proto::ToRows> multiplyMessages(const ProductInput& input, std::uint64_t id, std::uint32_t range) {
    proto::ToRows first;
    proto::Multiply& message = *first.mutable_multiply();
    message.set_id(id);
    message.set_range(range);
    message.set_rows(input.rows);
    message.set_reference(input.reference);
    message.set_same_input(input.same);
    return inPieces(first, *message.mutable_data(), input.same ? std::span<const float>() : input.values);
}

std::vector<proto::FromRows> productMessages(const Rows& product, std::uint64_t id) {
    proto::FromRows first;
    proto::Product& message = *first.mutable_product();
    message.set_id(id);
    return inPieces(first, *message.mutable_data(), product.values);
}

}  // namespace tessera::wire
