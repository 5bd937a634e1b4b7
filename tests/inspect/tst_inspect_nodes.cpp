// SPDX-License-Identifier: GPL-3.0-or-later
// Layers on nodes looked into from here: the numbers of one machine, bit for bit, and what is not shown.
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"
#include "tests/compute/compute_fixture.h"
#include "tests/support/byte_tokenizer.h"

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

const ByteTokenizer kTokenizer;

InspectRequest requestFor(std::size_t tokens) {
    InspectRequest request;
    request.tokens = somePrompt(tokens, 288);
    request.lens = true;
    request.session.micro_batch = 64;  // as nodes are asked
    return request;
}

}  // namespace

class TestInspectNodes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 6;
        const auto path = folderOf(m_folder, "model.gguf");
        require(writeGeneratedModel(path, options, "q8_0"));
        m_source = require(openGgufSource(path));
        m_whole = require(loadFragmentEngine(*m_source, {2, RepackPolicy::Off}, {}));
        m_client = require(loadOrCreateIdentity(folderOf(m_folder, "client")));
        for (const LayerSpan span : {LayerSpan{0, 1}, LayerSpan{4, 5}}) add(span);
    }

    void theSameNumbers_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<bool>("end_here");
        for (const int tokens : {1, 5, 64, 150}) {
            QTest::addRow("%d tokens, the middle is here", tokens) << tokens << false;
            QTest::addRow("%d tokens, the end is here, too", tokens) << tokens << true;
        }
    }
    void theSameNumbers() {
        QFETCH(int, tokens);
        QFETCH(bool, end_here);
        const auto nodes = require(connect(end_here ? 1 : 2, end_here ? LayerSpan{2, 5} : LayerSpan{2, 3}));
        const auto request = requestFor(static_cast<std::size_t>(tokens));
        const auto here = require(inspect(*m_whole, kTokenizer, request, {}));
        const auto there = require(inspect(*nodes, kTokenizer, request, {}));
        QVERIFY(here.norms.residual.values.size() == static_cast<std::size_t>(6 * tokens));
        QVERIFY(here.norms.residual.values.back() > 0);
        QCOMPARE(there.norms.embedding, here.norms.embedding);
        QCOMPARE(there.norms.residual.values, here.norms.residual.values);
        QCOMPARE(there.norms.attention.values, here.norms.attention.values);
        QCOMPARE(there.norms.feed_forward.values, here.norms.feed_forward.values);
        QCOMPARE(there.norms.cosine.values, here.norms.cosine.values);
        QCOMPARE(there.residual.values, here.residual.values);
        QCOMPARE(there.logits, here.logits);
        const auto head = require(nodes->createOutputHead({}));
        QVERIFY(require(lensDeviation(*head, there, {})) < 1e-3f);
    }

    void whatIsNotShownIsSaid_data() {
        QTest::addColumn<int>("part");
        for (const char* part : {"attention", "neurons", "experts", "a capture"}) QTest::newRow(part) << static_cast<int>(QByteArray(part).front());
    }
    void whatIsNotShownIsSaid() {
        QFETCH(int, part);
        const auto nodes = require(connect(2, LayerSpan{2, 3}));
        auto request = requestFor(4);
        switch (part) {
            case 'a': request.attention = {LayerIndex{1}}; break;
            case 'n': request.neurons = {LayerIndex{1}}; break;
            case 'e': request.experts = true; break;
        }
        if (QByteArray(QTest::currentDataTag()) == "a capture") {
            request.attention.clear();
            request.captures = {require(parseCapture("Qcur@1"))};
        }
        const auto refused = inspect(*nodes, kTokenizer, request, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Unsupported);
        QVERIFY2(refused.error().message.find("residual stream alone") != std::string::npos, refused.error().message.c_str());
    }

    void aChatBesideIsNotDisturbed() {
        const auto nodes = require(connect(2, LayerSpan{2, 3}));
        const auto tokens = somePrompt(40, 288);
        const auto expected = runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 4);
        const auto session = require(nodes->createSession(plainOptions()));
        require(inspect(*nodes, kTokenizer, requestFor(70), {}));
        QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 4)), 0.0f);
    }

    void aNodeThatDiesEndsIt() {
        add({2, 3});
        const auto nodes = require(connect(3, std::nullopt));
        InspectRequest request = requestFor(200);
        int steps = 0;
        const Operation operation{.stop = {}, .progress = [&](const Progress&) {
                                      if (++steps == 1) m_nodes.pop_back();
                                  }};
        const auto failed = inspect(*nodes, kTokenizer, request, operation);
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, ErrorKind::Network);
    }

    void stopped() {
        const auto nodes = require(connect(2, LayerSpan{2, 3}));
        std::stop_source stop;
        const Operation operation{.stop = stop.get_token(), .progress = [&](const Progress&) { stop.request_stop(); }};
        QCOMPARE(inspect(*nodes, kTokenizer, requestFor(200), operation).error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(m_nodes[0]->server->status().sessions, 0u);
        QCOMPARE(m_nodes[0]->server->status().memory_used, std::uint64_t{0});
    }

private:
    void add(LayerSpan span) {
        m_nodes.push_back(std::make_unique<TestNode>(*m_source, span, folderOf(m_folder, ("node" + std::to_string(m_nodes.size())).c_str())));
        m_nodes.back()->allow(m_client.id);
    }
    Result<std::unique_ptr<NodesEngine>> connect(std::size_t count, std::optional<LayerSpan> here) const {
        NodesOptions options;
        for (std::size_t i = 0; i < count; ++i) options.nodes.push_back(m_nodes[i]->address());
        options.identity = folderOf(m_folder, "client");
        std::vector<LayerSpan> spans;
        if (here) spans.push_back(*here);
        return connectNodes(*m_source, someSet(), spans, {2, RepackPolicy::Off}, options, {});
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole;
    Identity m_client;
    std::vector<std::unique_ptr<TestNode>> m_nodes;
};

QTEST_GUILESS_MAIN(TestInspectNodes)
#include "tst_inspect_nodes.moc"
