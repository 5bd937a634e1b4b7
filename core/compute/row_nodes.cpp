// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_nodes.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/compute/channel.h"
#include "core/compute/local_rows.h"
#include "core/compute/row_stream.h"
#include "core/compute/row_team.h"
#include "core/engine/batch_plan.h"
#include "core/engine/fragment_engine.h"

#include <grpcpp/create_channel.h>

#include <algorithm>

namespace tessera {
namespace {

RowMember memberFor(const Identity& identity, const NodeAddress& address, const Sha256Digest& set_id, std::uint32_t max_rows) {
    auto pin = std::make_shared<PinOutcome>();
    const auto channel = grpc::CreateCustomChannel(address.endpoint, clientCredentials(identity, address.id, pin), channelArguments());
    const auto open = [=, stub = std::shared_ptr(wire::proto::Compute::NewStub(channel))](const std::vector<RowRange>& ranges) -> Result<std::shared_ptr<RowHolder>> {
        return RowStream::begin(stub, address, pin, {set_id, numericsClassOf(RepackPolicy::Off), max_rows, ranges});
    };
    return {address, open, [channel](std::chrono::milliseconds patience) { waitForConnection(*channel, patience); }};
}

/// An engine without layers does it, so nothing is loaded before it is needed.
Result<OpenRows> openHere(const TensorSource& source, int threads) {
    TESSERA_TRY(auto loaded, loadFragmentEngine(source, {threads, RepackPolicy::Off}, {}, LayerSpan{0, -1, true}));
    return [engine = std::shared_ptr<FragmentEngine>(std::move(loaded))](const std::vector<RowRange>& ranges) -> Result<std::shared_ptr<RowHolder>> {
        TESSERA_TRY(auto rows, engine->createRowMultiplier(ranges));
        return makeLocalRows(std::move(rows));
    };
}

}  // namespace

std::uint32_t mostRowsAtOnce(std::uint32_t micro_batch) {
    return std::min(std::max<std::uint32_t>(micro_batch + kTileRows, limits::kMaxBenchSessions), limits::kMaxStepRows);
}

Result<std::shared_ptr<RowNodes>> makeRowNodes(const TensorSource& source, const Sha256Digest& set_id, const RowNodesOptions& options) {
    if (options.max_rows == 0 || options.max_rows > limits::kMaxStepRows)
        return fail(ErrorKind::InvalidArgument, format("nodes multiply at most {} rows at once, not {}", limits::kMaxStepRows, options.max_rows));
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(options.identity.empty() ? identityFolder() : options.identity));
    std::vector<RowMember> members;
    for (const NodeAddress& address : options.nodes) members.push_back(memberFor(identity, address, set_id, options.max_rows));
    OpenRows here;
    if (options.here) {
        TESSERA_TRY(here, openHere(source, options.threads));
    }
    return makeRowTeam(std::move(members), std::move(here), options);
}

}  // namespace tessera
