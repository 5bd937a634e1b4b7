// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of matrices multiplied by nodes: the same bits as here, and what happens when either side misbehaves.
#include "core/compute/channel.h"
#include "core/compute/row_nodes.h"
#include "core/compute/row_wire.h"
#include "core/compute/tls.h"
#include "tests/compute/compute_fixture.h"
#include "tests/compute/loopback_service.h"

#include "compute.grpc.pb.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>

#include <functional>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;
using wire::proto::FromRows;
using wire::proto::ToRows;

using Messages = std::vector<ToRows>;
using Answer = std::function<void(grpc::ServerReaderWriter<FromRows, ToRows>&, const wire::proto::Multiply&)>;
Q_DECLARE_METATYPE(Messages)
Q_DECLARE_METATYPE(Answer)

namespace {

constexpr LayerSpan kNoLayers{0, -1, true};

/// A source that lacks the second half of one tensor.
class LackingSource final : public TensorSource {
public:
    LackingSource(const TensorSource& source, std::string tensor) : m_source(source), m_tensor(std::move(tensor)) {}
    const GgufModel& model() const override { return m_source.model(); }
    Result<void> readRows(const TensorInfo& tensor, std::int64_t first, std::int64_t count, std::span<std::byte> out,
                          const Operation& operation) const override {
        if (tensor.name == m_tensor && 2 * (first + count) > tensor.rowCount()) return fail(ErrorKind::NotFound, "fragment of " + m_tensor + ": missing");
        return m_source.readRows(tensor, first, count, out, operation);
    }
    Result<std::optional<std::span<const std::byte>>> map(const TensorInfo& tensor, const Operation& operation) const override {
        if (tensor.name == m_tensor) return std::nullopt;
        return m_source.map(tensor, operation);
    }
    Result<std::vector<std::byte>> headerBytes(std::uint32_t file_index) const override { return m_source.headerBytes(file_index); }

private:
    const TensorSource& m_source;
    std::string m_tensor;
};

/// A node that opens every session and then answers as the test wants.
class LyingNode final : public wire::proto::Compute::Service {
public:
    LyingNode(const Identity& identity, Answer answer) : m_answer(std::move(answer)), m_server(identity, *this) {}

    NodeAddress address() const { return m_server.address(); }

    grpc::Status MultiplyRows(grpc::ServerContext*, grpc::ServerReaderWriter<FromRows, ToRows>* stream) override {
        ToRows message;
        if (!stream->Read(&message) || !message.has_open()) return {grpc::StatusCode::INVALID_ARGUMENT, "not opened"};
        FromRows opened;
        opened.mutable_opened();
        stream->Write(opened);
        while (stream->Read(&message))
            if (message.has_multiply()) m_answer(*stream, message.multiply());
        return grpc::Status::OK;
    }

private:
    Answer m_answer;
    LoopbackService m_server;
};

}  // namespace

class TestRowNodes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 2;
        options.feed_forward = 2048;  // so that rows of a prompt take several messages
        const auto path = folderOf(m_folder, "model.gguf");
        require(writeGeneratedModel(path, options, "q4_1"));
        m_source = require(openGgufSource(path));
        m_whole = require(loadFragmentEngine(*m_source, {1, RepackPolicy::Off}, {}));
        m_client = require(loadOrCreateIdentity(folderOf(m_folder, "client")));
        for (int i = 0; i < 2; ++i) {
            m_nodes.push_back(std::make_unique<TestNode>(*m_source, kNoLayers, folderOf(m_folder, ("node" + std::to_string(i)).c_str())));
            m_nodes.back()->allow(m_client.id);
        }
        m_stub = wire::proto::Compute::NewStub(channel(*m_nodes[0]));
    }

    void theSameBits_data() {
        QTest::addColumn<int>("prompt");
        QTest::addColumn<int>("nodes");
        for (const int nodes : {1, 2})
            for (const int prompt : {1, 30, 64, 300}) QTest::addRow("%d tokens, %d nodes", prompt, nodes) << prompt << nodes;
    }
    void theSameBits() {
        QFETCH(int, prompt);
        QFETCH(int, nodes);
        const auto tokens = somePrompt(static_cast<std::size_t>(prompt), vocabulary());
        std::vector<NodeAddress> addresses;
        for (int i = 0; i < nodes; ++i) addresses.push_back(m_nodes[static_cast<std::size_t>(i)]->address());
        const auto split = require(connect(addresses));
        const auto here = runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 6);
        QCOMPARE(largestDifference(here, runGreedy(*require(split->createSession(plainOptions())), tokens, 6)), 0.0f);
    }

    void sessionsEndWithTheEngine() {
        auto split = require(connect({m_nodes[0]->address()}));
        QCOMPARE(m_nodes[0]->server->status().sessions, 1u);
        QVERIFY(m_nodes[0]->server->status().memory_used > 0);
        split.reset();
        QTRY_COMPARE(m_nodes[0]->server->status().sessions, 0u);
        QCOMPARE(m_nodes[0]->server->status().memory_used, std::uint64_t{0});
    }

    void aNodeThatIsGoneAndComesBack_data() {
        QTest::addColumn<bool>("here");
        QTest::newRow("this machine takes its place") << true;
        QTest::newRow("another node takes its place") << false;
    }
    void aNodeThatIsGoneAndComesBack() {
        QFETCH(bool, here);
        auto node = std::make_unique<TestNode>(*m_source, kNoLayers, folderOf(m_folder, "going"));
        node->allow(m_client.id);
        const NodeAddress address = node->address();
        auto options = optionsFor({m_nodes[0]->address(), address});
        options.here = here;
        options.before_asking_again = 20ms;
        std::shared_ptr<RowNodes> rows;
        const auto split = require(load(options, someSet(), nullptr, &rows));
        const auto session = require(split->createSession(plainOptions()));
        const auto tokens = somePrompt(40, vocabulary());
        const auto expected = runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 4);
        QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 4)), 0.0f);
        QVERIFY(!rows->parts()[1].replaced);
        node.reset();
        require(session->truncate(0));
        QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 4)), 0.0f);
        QCOMPARE(rows->failovers().size(), std::size_t{1});
        qInfo("%s", rows->failovers().front().c_str());
        QVERIFY(rows->parts()[1].replaced);
        QCOMPARE(rows->parts()[1].by, here ? std::nullopt : std::optional(m_nodes[0]->address()));
        QVERIFY2(rows->parts()[1].why.find("the connection ended") != std::string::npos, rows->parts()[1].why.c_str());
        NodeOptions again;
        again.listen = address.endpoint;
        node = std::make_unique<TestNode>(*m_source, kNoLayers, folderOf(m_folder, "going"), again);
        for (int i = 0; i < 100 && rows->parts()[1].replaced; ++i) {  // gRPC waits a moment before it tries again
            QTest::qWait(50);
            require(session->truncate(0));
            QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 4)), 0.0f);
        }
        QVERIFY(!rows->parts()[1].replaced);
        const auto computed = node->server->status().rows;
        require(session->truncate(0));
        QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 4)), 0.0f);
        QVERIFY(node->server->status().rows > computed);
    }

    void thoseThatAreAbsentAreReplacedFromTheStart() {
        NodeAddress nobody = m_nodes[0]->address();
        nobody.endpoint = "127.0.0.1:1";
        auto options = optionsFor({nobody, m_nodes[0]->address()});
        QCOMPARE(load(options).error().kind, ErrorKind::Network);
        options.all_at_start = false;
        std::shared_ptr<RowNodes> rows;
        const auto split = require(load(options, someSet(), nullptr, &rows));
        QVERIFY(rows->parts()[0].replaced && !rows->parts()[1].replaced);
        const auto tokens = somePrompt(40, vocabulary());
        const auto expected = runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 4);
        QCOMPARE(largestDifference(expected, runGreedy(*require(split->createSession(plainOptions())), tokens, 4)), 0.0f);
        options.nodes.pop_back();
        QCOMPARE(load(options).error().kind, ErrorKind::Network);  // alone it would be no network
    }

    void withNobodyLeftItSaysSo() {
        // Neither this machine nor the other node has the second half of a tensor.
        const LackingSource lacking(*m_source, "blk.1.ffn_up.weight");
        TestNode other(lacking, kNoLayers, folderOf(m_folder, "other"));
        other.allow(m_client.id);
        auto node = std::make_unique<TestNode>(*m_source, kNoLayers, folderOf(m_folder, "leaving"));
        node->allow(m_client.id);
        const NodeAddress address = node->address();
        // Of three parts the last one needs it all from the missing half.
        auto whole_second = std::make_unique<TestNode>(*m_source, kNoLayers, folderOf(m_folder, "second"));
        whole_second->allow(m_client.id);
        auto options = optionsFor({whole_second->address(), address});
        const auto split = require(load(options, someSet(), &lacking));
        whole_second.reset();
        const auto session = require(split->createSession(plainOptions()));
        node.reset();
        for (int i = 0; i < 2; ++i) {
            const auto start = std::chrono::steady_clock::now();
            const auto failed = session->evaluate(somePrompt(1, vocabulary()), Wanted::Last, {});
            QVERIFY(std::chrono::steady_clock::now() - start < 20s);
            QVERIFY(!failed);
            const std::string& message = failed.error().message;
            QVERIFY2(message.find("this machine cannot either: fragment of blk.1.ffn_up.weight: missing") != std::string::npos, message.c_str());
            QVERIFY2(message.find(address.shortText()) != std::string::npos, message.c_str());
            QCOMPARE(session->length(), 0u);
        }
    }

    void refused() {
        const auto address = m_nodes[0]->address();
        const auto expect = [&](ErrorKind kind, const char* part, const Result<std::unique_ptr<FragmentEngine>>& result) {
            QVERIFY(!result);
            QCOMPARE(result.error().kind, kind);
            const QString message = QString::fromStdString(result.error().message);
            QVERIFY2(message.contains(part) && message.count("@127.0.0.1:") == 1, qPrintable(message));  // one node is named, once
        };
        expect(ErrorKind::Refused, "no right to compute", connect({address}, someSet(), "stranger"));
        expect(ErrorKind::Unsupported, "another model", connect({address}, someSet(2)));
        NodeAddress nobody = address;
        nobody.endpoint = "127.0.0.1:1";
        expect(ErrorKind::Network, "127.0.0.1:1", connect({address, nobody}));

        NodeOptions small;
        small.memory_budget = 100'000;
        TestNode full(*m_source, kNoLayers, folderOf(m_folder, "full"), small);
        full.allow(m_client.id);
        expect(ErrorKind::OutOfMemory, "100.0 kB", connect({full.address()}));
        QTRY_COMPARE(full.server->status().sessions, 0u);

        const LackingSource lacking(*m_source, "blk.1.ffn_up.weight");
        TestNode part(lacking, kNoLayers, folderOf(m_folder, "part"));
        part.allow(m_client.id);
        const auto missing = connect({part.address()});
        QVERIFY(!missing);
        QVERIFY2(missing.error().message.find("fragment of blk.1.ffn_up.weight: missing") != std::string::npos, missing.error().message.c_str());
        // Of three parts the second is all before the missing half or only touches it: it is the last one that fails.
        TestNode first(*m_source, kNoLayers, folderOf(m_folder, "first"));
        first.allow(m_client.id);
        QVERIFY(!connect({first.address(), part.address()}));
    }

    void aPartIsEnough() {
        // This machine has the first half of a tensor, the node the second one.
        const LackingSource lacking(*m_source, "blk.1.ffn_up.weight");
        const auto tokens = somePrompt(20, vocabulary());
        const auto split = require(connect({m_nodes[0]->address()}, someSet(), "client", &lacking));
        const auto here = runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 2);
        QCOMPARE(largestDifference(here, runGreedy(*require(split->createSession(plainOptions())), tokens, 2)), 0.0f);
    }

    void revokedInMidAnswer_data() {
        QTest::addColumn<bool>("here");
        QTest::newRow("this machine takes its place") << true;
        QTest::newRow("nobody does") << false;
    }
    void revokedInMidAnswer() {
        QFETCH(bool, here);
        TestNode node(*m_source, kNoLayers, folderOf(m_folder, here ? "revoking" : "revoking for good"));
        node.allow(m_client.id);
        auto options = optionsFor({node.address()});
        options.here = here;
        const auto split = require(load(options));
        const auto session = require(split->createSession(plainOptions()));
        const auto whole = require(m_whole->createSession(plainOptions()));
        const TokenId token{5};
        require(session->evaluate(std::span(&token, 1), Wanted::Last, {}));
        require(whole->evaluate(std::span(&token, 1), Wanted::Last, {}));
        require(node.peers->revoke(m_client.id));
        QTRY_COMPARE(node.server->status().sessions, 0u);
        const auto answer = session->evaluate(std::span(&token, 1), Wanted::Last, {});
        if (here) {
            QCOMPARE(largestDifference(require(whole->evaluate(std::span(&token, 1), Wanted::Last, {})).values, require(answer).values), 0.0f);
        } else {
            QVERIFY(!answer);  // cut off, then refused
            QCOMPARE(answer.error().kind, ErrorKind::Refused);
        }
    }

    void moreRowsThanAgreedOn() {
        const auto split = require(connect({m_nodes[0]->address()}, someSet(), "client", nullptr, 16));
        const auto session = require(split->createSession(plainOptions()));
        const auto failed = session->evaluate(somePrompt(17, vocabulary()), Wanted::Last, {});
        QCOMPARE(failed.error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(failed.error().message.find("--batch") != std::string::npos, failed.error().message.c_str());
        require(session->evaluate(somePrompt(16, vocabulary()), Wanted::Last, {}));
    }

    void badAnswers_data() {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<QString>("message");
        using Stream = grpc::ServerReaderWriter<FromRows, ToRows>;
        using Multiply = wire::proto::Multiply;
        const auto product = [](std::uint64_t id, std::size_t numbers) {
            FromRows message;
            message.mutable_product()->set_id(id);
            message.mutable_product()->set_data(std::string(numbers * sizeof(float), '\0'));
            return message;
        };
        const auto row = [](const char* name, const char* message, Answer answer) { QTest::newRow(name) << answer << message; };
        row("none", "before its deadline", [](Stream&, const Multiply&) {});
        row("too short", "before its deadline", [=](Stream& stream, const Multiply& m) {
            if (m.range() == 0) stream.Write(product(m.id(), 1));
        });
        row("too long", "bytes of rows", [=](Stream& stream, const Multiply& m) { stream.Write(product(m.id(), 200'000)); });
        row("another product's", "another product", [=](Stream& stream, const Multiply& m) { stream.Write(product(m.id() + 7, 128)); });
        row("within another", "another product", [=](Stream& stream, const Multiply& m) {
            stream.Write(product(m.id(), 1));
            stream.Write(product(m.id(), 1));
        });
        row("numbers of nothing", "without a product", [](Stream& stream, const Multiply&) {
            FromRows message;
            message.set_more("1234");
            stream.Write(message);
        });
        row("of no kind", "unknown kind", [](Stream& stream, const Multiply&) { stream.Write(FromRows()); });
        row("a message beyond the limit", "", [](Stream& stream, const Multiply&) {
            FromRows message;
            message.set_more(std::string(8 << 20, 'x'));
            stream.Write(message);
        });
    }
    void badAnswers() {
        QFETCH(Answer, answer);
        QFETCH(QString, message);
        const LyingNode node(require(loadOrCreateIdentity(folderOf(m_folder, "liar"))), answer);
        auto options = optionsFor({node.address()});
        options.patience = 700ms;
        const auto tokens = somePrompt(3, vocabulary());
        const auto helped = require(load(options));
        QCOMPARE(largestDifference(runGreedy(*require(m_whole->createSession(plainOptions())), tokens, 2),
                                   runGreedy(*require(helped->createSession(plainOptions())), tokens, 2)), 0.0f);
        options.here = false;
        const auto split = require(load(options));
        const auto session = require(split->createSession(plainOptions()));
        const auto start = std::chrono::steady_clock::now();
        const auto failed = session->evaluate(tokens, Wanted::Last, {});
        QVERIFY(std::chrono::steady_clock::now() - start < 10s);
        QVERIFY(!failed);
        QVERIFY2(failed.error().message.find(message.toStdString()) != std::string::npos, failed.error().message.c_str());
        QVERIFY2(failed.error().message.find(node.address().shortText()) != std::string::npos, failed.error().message.c_str());
    }

    void badCalls_data() {
        QTest::addColumn<Messages>("messages");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, Messages messages, grpc::StatusCode code) { QTest::newRow(name) << messages << static_cast<int>(code); };
        constexpr auto kBad = grpc::StatusCode::INVALID_ARGUMENT;
        row("nothing at all", {ToRows()}, kBad);
        row("a product before the rows", {multiply(0, 1, 256)}, kBad);
        row("another protocol", {open([](auto& o) { o.set_protocol(99); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("another model", {open([](auto& o) { o.set_set_id(std::string(32, 'x')); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("a short set id", {open([](auto& o) { o.set_set_id("x"); })}, kBad);
        row("another class", {open([](auto& o) { o.set_numerics("another processor"); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("any class", {open([](auto& o) { o.clear_numerics(); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("no rows at once", {open([](auto& o) { o.set_max_rows(0); })}, kBad);
        row("too many rows at once", {open([](auto& o) { o.set_max_rows(limits::kMaxStepRows + 1); })}, kBad);
        row("no ranges", {open([](auto& o) { o.clear_ranges(); })}, kBad);
        row("too many ranges", {open([](auto& o) {
                for (int i = 0; i < limits::kMaxRowRanges; ++i) o.add_ranges();
            })}, kBad);
        row("a long name", {open([](auto& o) { o.mutable_ranges(0)->set_tensor(std::string(1000, 'x')); })}, kBad);
        row("an unknown tensor", {open([](auto& o) { o.mutable_ranges(0)->set_tensor("x"); })}, grpc::StatusCode::NOT_FOUND);
        row("a norm", {open([](auto& o) { o.mutable_ranges(0)->set_tensor("output_norm.weight"); })}, kBad);
        row("negative rows", {open([](auto& o) { o.mutable_ranges(0)->set_first(-32); })}, kBad);
        row("rows beyond the end", {open([](auto& o) { o.mutable_ranges(0)->set_count(1 << 20); })}, kBad);
        row("an overflow", {open([](auto& o) { o.mutable_ranges(0)->set_count(std::numeric_limits<std::int64_t>::max() / 32 * 32); })}, kBad);
        row("within a tile", {open([](auto& o) { o.mutable_ranges(0)->set_count(8); })}, kBad);
        row("opened twice", {open(), open()}, kBad);
        row("an unknown range", {open(), multiply(1, 1, 256)}, kBad);
        row("no rows", {open(), multiply(0, 0, 0)}, kBad);
        row("more rows than agreed on", {open(), multiply(0, 65, 256)}, kBad);
        row("more numbers than rows", {open(), multiply(0, 1, 257)}, kBad);
        row("a product within a product", {open(), multiply(0, 2, 256), multiply(0, 1, 256)}, kBad);
        row("numbers of nothing", {open(), more(10)}, kBad);
        row("the input before the first", {open(), multiply(0, 1, 0, true)}, kBad);
        row("the input before, of another size", {open(), multiply(0, 1, 256), multiply(0, 2, 0, true)}, kBad);
        row("the input before and numbers", {open(), multiply(0, 1, 256), multiply(0, 1, 256, true)}, kBad);
        row("a message beyond the limit", {open(), multiply(0, 64, 2u << 20)}, grpc::StatusCode::RESOURCE_EXHAUSTED);
    }
    void badCalls() {
        QFETCH(Messages, messages);
        QFETCH(int, code);
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + 30s);
        const auto stream = m_stub->MultiplyRows(&context);
        for (const ToRows& message : messages) stream->Write(message);
        FromRows answer;
        while (stream->Read(&answer)) {}
        const auto status = stream->Finish();
        QVERIFY2(status.error_code() == code, status.error_message().c_str());
        QTRY_COMPARE(m_nodes[0]->server->status().sessions, 0u);
        QCOMPARE(m_nodes[0]->server->status().memory_used, std::uint64_t{0});
        const auto split = require(connect({m_nodes[0]->address()}));  // it goes on for others
        const TokenId token{1};
        require(require(split->createSession(plainOptions()))->evaluate(std::span(&token, 1), Wanted::Last, {}));
    }

private:
    std::uint32_t vocabulary() const { return m_whole->facts().vocabulary; }

    std::shared_ptr<grpc::Channel> channel(const TestNode& node) const {
        grpc::ChannelArguments arguments = channelArguments();
        arguments.SetMaxSendMessageSize(-1);  // this caller keeps no rule
        return grpc::CreateCustomChannel(node.address().endpoint, clientCredentials(m_client, node.identity.id, std::make_shared<PinOutcome>()), arguments);
    }

    RowNodesOptions optionsFor(std::vector<NodeAddress> nodes, const char* identity = "client") const {
        RowNodesOptions options;
        options.nodes = std::move(nodes);
        options.identity = folderOf(m_folder, identity);
        options.threads = 1;
        return options;
    }
    Result<std::unique_ptr<FragmentEngine>> load(const RowNodesOptions& options, const Sha256Digest& set = someSet(), const TensorSource* source = nullptr,
                                                 std::shared_ptr<RowNodes>* rows = nullptr) const {
        const TensorSource& from = source ? *source : *m_source;
        TESSERA_TRY(const auto row_nodes, makeRowNodes(from, set, options));
        if (rows) *rows = row_nodes;
        EngineOptions engine{1, RepackPolicy::Auto};
        engine.row_workers = row_nodes;
        return loadFragmentEngine(from, engine, {});
    }
    Result<std::unique_ptr<FragmentEngine>> connect(std::vector<NodeAddress> nodes, const Sha256Digest& set = someSet(), const char* identity = "client",
                                                    const TensorSource* source = nullptr, std::uint32_t max_rows = 512) const {
        auto options = optionsFor(std::move(nodes), identity);
        options.max_rows = max_rows;
        return load(options, set, source);
    }

    static ToRows open(const std::function<void(wire::proto::OpenRows&)>& spoil = {}) {
        ToRows message = wire::openRowsMessage({someSet(), numericsClassOf(RepackPolicy::Off), 64, {{"blk.0.attn_q.weight", 128, 128}}});
        if (spoil) spoil(*message.mutable_open());
        return message;
    }
    static ToRows multiply(std::uint32_t range, std::uint32_t rows, std::size_t numbers, bool same = false) {
        ToRows message;
        message.mutable_multiply()->set_range(range);
        message.mutable_multiply()->set_rows(rows);
        message.mutable_multiply()->set_same_input(same);
        message.mutable_multiply()->set_data(std::string(numbers * sizeof(float), '\0'));
        return message;
    }
    static ToRows more(std::size_t numbers) {
        ToRows message;
        message.set_more(std::string(numbers * sizeof(float), '\0'));
        return message;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole;
    Identity m_client;
    std::vector<std::unique_ptr<TestNode>> m_nodes;
    std::shared_ptr<wire::proto::Compute::Stub> m_stub;
};

QTEST_GUILESS_MAIN(TestRowNodes)
#include "tst_row_nodes.moc"
