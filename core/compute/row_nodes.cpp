// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_nodes.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/compute/channel.h"
#include "core/compute/row_stream.h"
#include "core/engine/fragment_engine.h"

#include <grpcpp/create_channel.h>

#include <algorithm>
#include <utility>

namespace tessera {
namespace {

using Clock = std::chrono::steady_clock;

class RowNodes final : public RowWorkers {
public:
    RowNodes(const Sha256Digest& set_id, const RowNodesOptions& options, const Identity& identity) : m_set_id(set_id), m_options(options) {
        for (const NodeAddress& address : options.nodes) {
            auto pin = std::make_shared<PinOutcome>();
            const auto credentials = clientCredentials(identity, address.id, pin);
            m_nodes.push_back({address, pin, wire::proto::Compute::NewStub(grpc::CreateCustomChannel(address.endpoint, credentials, channelArguments())), {}});
        }
    }
    ~RowNodes() override {
        for (Node& node : m_nodes)
            if (node.stream) node.stream->cancel();
        for (Node& node : m_nodes)
            if (node.stream) node.stream->waitUntilDone();
    }

    std::size_t count() const override { return m_nodes.size(); }

    Result<void> open(std::vector<SplitMatrix> matrices, const Operation& operation) override {
        if (!m_matrices.empty()) return fail(ErrorKind::InvalidArgument, "these nodes multiply for another engine already");
        if (matrices.empty())
            return fail(ErrorKind::Unsupported, format("no matrix of this model can be cut into {} parts of whole tiles of {} rows", m_nodes.size() + 1, kRowTile));
        m_matrices = std::move(matrices);
        for (std::size_t i = 0; i < m_nodes.size(); ++i) connect(i);
        const auto deadline = Clock::now() + m_options.open_patience;
        for (Node& node : m_nodes) TESSERA_CHECK(node.stream->waitUntilOpen(deadline, operation.stop));
        return {};
    }

    Result<void> begin(std::size_t matrix, const ProductInput& input) override {
        if (input.rows > m_options.max_rows)
            return fail(ErrorKind::InvalidArgument, format("{} positions are to be computed at once, but the nodes were told of at most {}; choose a smaller --batch",
                                                           input.rows, m_options.max_rows));
        if (m_under_way.empty()) TESSERA_CHECK(connectAgain());
        m_under_way.push_back({matrix, input.rows});
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            TESSERA_CHECK(m_nodes[i].stream->ask(input, static_cast<std::uint32_t>(matrix), columns(matrix, i)));
        return {};
    }

    Result<void> finish(std::size_t matrix, std::span<float> joined, const std::atomic<bool>& cancel) override {
        // Nodes answer in the order of asking; graphs may want them in another one.
        while (!isThere(matrix)) TESSERA_CHECK(takeOldest(cancel));
        const auto there = std::ranges::find(m_there, matrix, &Product::matrix);
        const auto whole = static_cast<std::size_t>(m_matrices[matrix].rows);
        std::size_t column = static_cast<std::size_t>(rowCut(m_matrices[matrix].rows, 1, parts()));
        for (const Rows& part : there->of_nodes) {
            for (std::size_t row = 0; row < part.rows; ++row) std::ranges::copy(part.row(row), joined.data() + row * whole + column);
            column += part.columns;
        }
        m_there.erase(there);
        return {};
    }

    void abandon() override {
        m_under_way.clear();
        m_there.clear();
        for (Node& node : m_nodes) node.stream->forget();
    }

private:
    struct Node {
        NodeAddress address;
        std::shared_ptr<PinOutcome> pin;
        std::shared_ptr<wire::proto::Compute::Stub> stub;
        std::shared_ptr<RowStream> stream;
    };
    struct Product {
        std::size_t matrix = 0;
        std::uint32_t rows = 0;
        std::vector<Rows> of_nodes = {};
    };

    std::int64_t parts() const { return static_cast<std::int64_t>(m_nodes.size()) + 1; }
    /// Rows of the matrix that node `node` has.
    RowRange range(const SplitMatrix& matrix, std::size_t node) const {
        const auto part = static_cast<std::int64_t>(node) + 1;
        const auto first = rowCut(matrix.rows, part, parts());
        return {matrix.tensor, first, rowCut(matrix.rows, part + 1, parts()) - first};
    }
    std::size_t columns(std::size_t matrix, std::size_t node) const { return static_cast<std::size_t>(range(m_matrices[matrix], node).count); }
    bool isThere(std::size_t matrix) const { return std::ranges::find(m_there, matrix, &Product::matrix) != m_there.end(); }

    void connect(std::size_t index) {
        wire::OpenRowsRequest request{m_set_id, numericsClassOf(RepackPolicy::Off), m_options.max_rows, {}};
        for (const SplitMatrix& matrix : m_matrices) request.ranges.push_back(range(matrix, index));
        Node& node = m_nodes[index];
        if (node.stream) node.stream->waitUntilDone();
        node.stream = RowStream::begin(node.stub, node.address, node.pin, request);
    }

    /// A call that ended is begun anew: a node keeps nothing that would be lost.
    Result<void> connectAgain() {
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            if (!m_nodes[i].stream->isOver()) continue;
            logWarning(format("asking node {} again for its rows", m_nodes[i].address.shortText()));
            connect(i);
        }
        const auto deadline = Clock::now() + m_options.patience;
        for (Node& node : m_nodes) TESSERA_CHECK(node.stream->waitUntilOpen(deadline, {}));
        return {};
    }

    Result<void> takeOldest(const std::atomic<bool>& cancel) {
        const auto deadline = Clock::now() + m_options.patience;
        Product product = m_under_way.front();
        for (Node& node : m_nodes) {
            TESSERA_TRY(product.of_nodes.emplace_back(), node.stream->take(deadline, cancel));
        }
        m_under_way.erase(m_under_way.begin());
        m_there.push_back(std::move(product));
        return {};
    }

    const Sha256Digest m_set_id;
    const RowNodesOptions m_options;
    std::vector<Node> m_nodes;
    std::vector<SplitMatrix> m_matrices;
    std::vector<Product> m_under_way;  // of this step, oldest first
    std::vector<Product> m_there;      // taken before it was wanted
};

}  // namespace

Result<std::shared_ptr<RowWorkers>> makeRowNodes(const Sha256Digest& set_id, const RowNodesOptions& options) {
    if (options.max_rows == 0 || options.max_rows > limits::kMaxStepRows)
        return fail(ErrorKind::InvalidArgument, format("nodes multiply at most {} rows at once, not {}", limits::kMaxStepRows, options.max_rows));
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(options.identity.empty() ? identityFolder() : options.identity));
    return std::make_shared<RowNodes>(set_id, options, identity);
}

}  // namespace tessera
