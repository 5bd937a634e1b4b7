// SPDX-License-Identifier: GPL-3.0-or-later
// Products with rows of matrices as messages of proto/compute.proto, and back with every number checked. For the .cpp
// files of this folder and its tests.
#pragma once

#include "core/compute/wire.h"
#include "core/engine/row_workers.h"

namespace tessera::wire {

struct OpenRowsRequest {
    Sha256Digest set_id{};
    std::string numerics;
    std::uint32_t max_rows = 0;
    std::vector<RowRange> ranges;
};

proto::ToRows openRowsMessage(const OpenRowsRequest& request);
/// InvalidArgument names what is out of range; whether the ranges are the model's is for whoever knows it.
Result<OpenRowsRequest> readOpenRows(const proto::OpenRows& message);

/// The messages of one product, in order: all but the first are `more`.
std::vector<proto::ToRows> multiplyMessages(const ProductInput& input, std::uint64_t id, std::uint32_t range);
std::vector<proto::FromRows> productMessages(const Rows& product, std::uint64_t id);

}  // namespace tessera::wire
