// SPDX-License-Identifier: GPL-3.0-or-later
// The first words with a node: what ends by bad luck is tried a second time, a refusal is not.
#include "core/compute/row_nodes.h"
#include "tests/compute/compute_fixture.h"
#include "tests/compute/loopback_service.h"
#include "tests/compute/unlucky_relay.h"

#include <atomic>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

/// A node that describes itself once; every later call ends.
class NodeThatFallsSilent final : public wire::proto::Compute::Service {
public:
    NodeThatFallsSilent(const Identity& identity, std::string numerics) : m_numerics(std::move(numerics)), m_server(identity, *this) {}
    NodeAddress address() const { return m_server.address(); }
    int calls() const { return m_calls; }

    grpc::Status Describe(grpc::ServerContext*, const wire::proto::DescribeRequest*, wire::proto::Description* said) override {
        if (m_calls++ > 0) return {grpc::StatusCode::UNAVAILABLE, "Socket closed"};
        said->set_protocol(wire::kProtocol);
        said->set_set_id(std::string(32, '\1'));
        said->set_last_layer(1);
        said->set_numerics(m_numerics);
        return grpc::Status::OK;
    }

private:
    std::string m_numerics;
    std::atomic<int> m_calls{0};
    LoopbackService m_server;
};

}  // namespace

class TestFirstContact : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 2;
        const auto path = folderOf(m_folder, "model.gguf");
        require(writeGeneratedModel(path, options, "q8_0"));
        m_source = require(openGgufSource(path));
        m_client = require(loadOrCreateIdentity(folderOf(m_folder, "client")));
        m_node = std::make_unique<TestNode>(*m_source, LayerSpan{0, 1}, folderOf(m_folder, "node"));
        m_node->allow(m_client.id);
        m_row_node = std::make_unique<TestNode>(*m_source, LayerSpan{0, -1, true}, folderOf(m_folder, "row node"));
        m_row_node->allow(m_client.id);
    }

    void aConnectionThatEndsIsTriedAgain_data() {
        QTest::addColumn<int>("delay");
        QTest::newRow("and works") << 0;
        QTest::newRow("and comes late") << 60;
    }
    void aConnectionThatEndsIsTriedAgain() {
        QFETCH(int, delay);
        const UnluckyRelay layers(portOf(m_node->address()), 1, std::chrono::milliseconds(delay));
        const auto nodes = connect({m_node->address().id, layers.endpoint()}, 60s);
        QVERIFY2(nodes, nodes ? "" : nodes.error().message.c_str());
        QVERIFY(nodes.value()->nodes()[0].available);
        QVERIFY(layers.connections() >= 2);

        const UnluckyRelay rows(portOf(m_row_node->address()), 1, std::chrono::milliseconds(delay));
        const auto split = splitWith({m_row_node->address().id, rows.endpoint()}, 60s);
        QVERIFY2(split, split ? "" : split.error().message.c_str());
        QCOMPARE(rows.connections(), 2);
    }

    void butNotForEver() {
        const UnluckyRelay layers(portOf(m_node->address()), 1000, 0ms);
        const auto nodes = connect({m_node->address().id, layers.endpoint()});
        QVERIFY(!nodes);
        QVERIFY2(nodes.error().message.find("the connection ended") != std::string::npos, nodes.error().message.c_str());
        const UnluckyRelay rows(portOf(m_row_node->address()), 1000, 0ms);
        const auto split = splitWith({m_row_node->address().id, rows.endpoint()});
        QVERIFY(!split);
        QCOMPARE(split.error().kind, ErrorKind::Network);
    }

    /// It is asked twice because round trips are shorter then; what it said at first stays good.
    void whoHasAnsweredIsNotLeftOut() {
        const auto identity = require(loadOrCreateIdentity(folderOf(m_folder, "silent")));
        const NodeThatFallsSilent node(identity, numericsClassOf(RepackPolicy::Off));
        const auto nodes = connect(node.address());
        QVERIFY2(nodes, nodes ? "" : nodes.error().message.c_str());
        QVERIFY(nodes.value()->nodes()[0].available);
        QCOMPARE(node.calls(), 2);
    }

    void aRefusalIsNotTriedAgain() {
        const TestNode other(*m_source, LayerSpan{0, 1}, folderOf(m_folder, "other"));
        QVERIFY(!connect(other.address()));
        QCOMPARE(other.server->status().refused, std::uint64_t{1});
        const TestNode rows(*m_source, LayerSpan{0, -1, true}, folderOf(m_folder, "other rows"));
        const auto split = splitWith(rows.address());
        QVERIFY(!split);
        QCOMPARE(split.error().kind, ErrorKind::Refused);
        QCOMPARE(rows.server->status().refused, std::uint64_t{1});
    }

private:
    static std::uint16_t portOf(const NodeAddress& address) { return static_cast<std::uint16_t>(std::stoi(address.endpoint.substr(address.endpoint.rfind(':') + 1))); }

    Result<std::unique_ptr<NodesEngine>> connect(const NodeAddress& node, std::chrono::milliseconds to_connect_again = 100ms) const {
        NodesOptions options;
        options.nodes = {node};
        options.patience = 60s;
        options.to_connect_again = to_connect_again;
        options.identity = folderOf(m_folder, "client");
        return connectNodes(*m_source, someSet(), {}, {1, RepackPolicy::Off}, options, {});
    }
    Result<std::unique_ptr<FragmentEngine>> splitWith(const NodeAddress& node, std::chrono::milliseconds to_connect_again = 100ms) const {
        RowNodesOptions options;
        options.nodes = {node};
        options.to_connect_again = to_connect_again;
        options.identity = folderOf(m_folder, "client");
        EngineOptions engine{1, RepackPolicy::Off};
        TESSERA_TRY(engine.row_workers, makeRowNodes(*m_source, someSet(), options));
        return loadFragmentEngine(*m_source, engine, {});
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    Identity m_client;
    std::unique_ptr<TestNode> m_node;
    std::unique_ptr<TestNode> m_row_node;
};

QTEST_GUILESS_MAIN(TestFirstContact)
#include "tst_first_contact.moc"
