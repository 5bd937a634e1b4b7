// SPDX-License-Identifier: GPL-3.0-or-later
// Callers that have the right to compute and send nonsense: the call ends, the node goes on.
#include "core/compute/channel.h"
#include "core/compute/tls.h"
#include "core/compute/wire.h"
#include "tests/compute/compute_fixture.h"
#include "tests/compute/loopback_service.h"

#include "compute.grpc.pb.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>

#include <atomic>
#include <functional>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;
using wire::proto::FromNode;
using wire::proto::ToNode;

using Messages = std::vector<ToNode>;
Q_DECLARE_METATYPE(Messages)

namespace {

using NodeMessages = std::vector<FromNode>;

/// A node that answers the first step of every session with given messages.
class LyingNode final : public wire::proto::Compute::Service {
public:
    LyingNode(const Identity& identity, bool looks, NodeMessages answer) : m_looks(looks), m_answer(std::move(answer)), m_server(identity, *this) {}

    NodeAddress address() const { return m_server.address(); }

    grpc::Status Run(grpc::ServerContext*, grpc::ServerReaderWriter<FromNode, ToNode>* stream) override {
        ToNode message;
        if (!stream->Read(&message)) return grpc::Status::OK;
        FromNode opened;
        opened.mutable_opened()->set_looks(m_looks);
        stream->Write(opened);
        if (!stream->Read(&message)) return grpc::Status::OK;
        for (const FromNode& answer : m_answer) stream->Write(answer);
        while (stream->Read(&message)) {}
        return grpc::Status::OK;
    }

private:
    bool m_looks;
    NodeMessages m_answer;
    LoopbackService m_server;
};

class CountingTap final : public Tap {
public:
    bool wants(const TapNode&) override { return true; }
    void take(const TapNode&, std::span<const float>) override { ++taken; }
    int taken = 0;
};

}  // namespace

Q_DECLARE_METATYPE(NodeMessages)

class TestMalformed : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        const auto path = folderOf(m_folder, "model.gguf");
        require(writeGeneratedModel(path, {}, "q8_0"));
        m_source = require(openGgufSource(path));
        m_node = std::make_unique<TestNode>(*m_source, LayerSpan{0, 2}, folderOf(m_folder, "node"));
        m_client = require(loadOrCreateIdentity(folderOf(m_folder, "client")));
        m_node->allow(m_client.id);
        grpc::ChannelArguments arguments = channelArguments();
        arguments.SetMaxSendMessageSize(-1);  // this caller keeps no rule
        m_stub = wire::proto::Compute::NewStub(grpc::CreateCustomChannel(
            m_node->address().endpoint, clientCredentials(m_client, m_node->identity.id, std::make_shared<PinOutcome>()), arguments));
    }

    void refused_data() {
        QTest::addColumn<Messages>("messages");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, Messages messages, grpc::StatusCode code) { QTest::newRow(name) << messages << static_cast<int>(code); };
        row("nothing at all", {ToNode()}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a step before a session", {step(1, 256)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("another protocol", {open([](auto& o) { o.set_protocol(99); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("another model", {open([](auto& o) { o.set_set_id(std::string(32, 'x')); })}, grpc::StatusCode::FAILED_PRECONDITION);
        row("a short set id", {open([](auto& o) { o.set_set_id("x"); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("no context", {open([](auto& o) { o.set_context(0); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a context beyond the limit", {open([](auto& o) { o.set_context(0xffffffff); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("more memory than there is", {open([](auto& o) { o.set_context(limits::kMaxContextTokens); })}, grpc::StatusCode::RESOURCE_EXHAUSTED);
        row("a huge micro-batch", {open([](auto& o) { o.set_micro_batch(1u << 30); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("an unknown KV type", {open([](auto& o) { o.set_kv_type(static_cast<wire::proto::KvType>(42)); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("layers that are not there", {open([](auto& o) { o.set_last_layer(3); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("negative layers", {open([](auto& o) { o.set_first_layer(-2); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("layers backwards", {open([](auto& o) { o.set_first_layer(2); o.set_last_layer(0); })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("opened twice", {open(), open()}, grpc::StatusCode::INVALID_ARGUMENT);
        row("rows of no step", {open(), more(100)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a step of no rows", {open(), step(0, 0)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a step of too many rows", {open(), step(limits::kMaxStepRows + 1, 0)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("more numbers than rows", {open(), step(1, 257)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("more numbers than rows, later", {open(), step(2, 256), more(257)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("looking at large steps", {open([](auto& o) {
                o.set_look(true);
                o.set_micro_batch(65);
            })}, grpc::StatusCode::INVALID_ARGUMENT);
        row("looking at a large step", {open([](auto& o) {
                o.set_look(true);
            }), step(65, 0)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a step within a step", {open(), step(2, 256), step(1, 256)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a rewind to the present", {open(), rewind(0)}, grpc::StatusCode::INVALID_ARGUMENT);
        row("a message beyond the limit", {open(), step(2048, 2u << 20)}, grpc::StatusCode::RESOURCE_EXHAUSTED);
    }
    void refused() {
        QFETCH(Messages, messages);
        QFETCH(int, code);
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + 30s);
        const auto stream = m_stub->Run(&context);
        for (const ToNode& message : messages) stream->Write(message);
        FromNode answer;
        while (stream->Read(&answer)) {}
        const auto status = stream->Finish();
        QVERIFY2(status.error_code() == code, status.error_message().c_str());
        stillWorks();
    }

    void callsWithoutASessionAreBounded() {
        // One session at most, and some calls that come and go: the others are refused before they take a thread.
        constexpr int kCalls = 60;
        NodeOptions options;
        options.max_sessions = 1;
        TestNode node(*m_source, LayerSpan{0, 2}, folderOf(m_folder, "small"), options);
        node.allow(m_client.id);
        const auto stub = wire::proto::Compute::NewStub(grpc::CreateCustomChannel(
            node.address().endpoint, clientCredentials(m_client, node.identity.id, std::make_shared<PinOutcome>()), channelArguments()));
        std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
        for (int i = 0; i < kCalls; ++i) contexts.push_back(std::make_unique<grpc::ClientContext>());
        std::atomic<int> refused{0}, held{0};
        std::vector<std::jthread> callers;
        for (auto& context : contexts) {
            callers.emplace_back([&] {
                const auto stream = stub->Run(context.get());
                FromNode answer;
                while (stream->Read(&answer)) {}
                const auto status = stream->Finish();
                if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED && status.error_message().find("full") != std::string::npos) ++refused;
                else ++held;
            });
        }
        QTRY_VERIFY_WITH_TIMEOUT(refused >= kCalls - 17, 8000);  // before the others' patience ends
        QCOMPARE(held.load(), 0);
        for (auto& context : contexts) context->TryCancel();
        callers.clear();
        QCOMPARE(refused.load(), kCalls - 17);
        const auto remote = RemoteNode::create(m_client, node.address());
        SessionOptions session;
        session.context_tokens = 128;
        session.micro_batch = 64;
        std::unique_ptr<LayerRunner> runner;  // kept: there is room for one
        const auto opens = [&] {
            if (runner) return true;
            auto opened = remote->openRunner(someSet(), {0, 2, true}, session, {}, 256, 5s);
            if (opened) runner = std::move(*opened);
            return opened.has_value();
        };
        QTRY_VERIFY_WITH_TIMEOUT(opens(), 60'000);
    }

    void whatIsSeenIsChecked_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("good");
        QTest::newRow("good") << "l_out" << 2 << 64 << true;
        QTest::newRow("a long name") << QString(33, 'x') << 2 << 64 << false;
        QTest::newRow("a layer before") << "l_out" << 0 << 1 << false;
        QTest::newRow("a layer behind") << "l_out" << 3 << 1 << false;
        QTest::newRow("no rows") << "l_out" << 1 << 0 << false;
        QTest::newRow("too many rows") << "l_out" << 1 << 65 << false;
    }
    void whatIsSeenIsChecked() {
        QFETCH(QString, name);
        QFETCH(int, layer);
        QFETCH(int, rows);
        QFETCH(bool, good);
        wire::proto::Seen seen;
        seen.set_name(name.toStdString());
        seen.set_operation("ADD");
        seen.set_layer(layer);
        seen.set_rows(static_cast<std::uint32_t>(rows));
        QCOMPARE(wire::checkSeen(seen, {1, 2, true}).has_value(), good);
    }

    void whatALyingNodeShows_data() {
        QTest::addColumn<bool>("asked");
        QTest::addColumn<bool>("looks");
        QTest::addColumn<NodeMessages>("answer");
        QTest::addColumn<QString>("message");
        const auto seen = [](int layer, std::uint32_t rows, std::size_t numbers) {
            FromNode message;
            message.mutable_seen()->set_name("l_out");
            message.mutable_seen()->set_operation("ADD");
            message.mutable_seen()->set_layer(layer);
            message.mutable_seen()->set_rows(rows);
            message.mutable_seen()->set_data(std::string(numbers * sizeof(float), '\0'));
            return message;
        };
        FromNode result;
        result.mutable_result()->set_id(1);
        result.mutable_result()->set_rows(1);
        result.mutable_result()->set_data(std::string(256 * sizeof(float), '\0'));
        QTest::newRow("what was asked for") << true << true << NodeMessages{seen(0, 1, 256), seen(2, 1, 256), result} << "";
        QTest::newRow("nothing of it") << true << false << NodeMessages{result} << "shows nothing";
        QTest::newRow("what nobody asked for") << false << false << NodeMessages{seen(0, 1, 256), result} << "nobody asked for";
        QTest::newRow("another layer") << true << true << NodeMessages{seen(3, 1, 256), result} << "layer 3";
        QTest::newRow("too many rows") << true << true << NodeMessages{seen(0, 65, 0), result} << "rows";
        QTest::newRow("more rows than the step has") << true << true << NodeMessages{seen(0, 2, 512), result} << "2 rows of a step that has 1";
        FromNode long_result = result;
        long_result.mutable_result()->set_rows(2);
        long_result.mutable_result()->set_data(std::string(512 * sizeof(float), '\0'));
        QTest::newRow("a result of more rows than the step has") << true << true << NodeMessages{long_result} << "2 rows came back of a step that has 1";
        FromNode empty_result = result;
        empty_result.mutable_result()->set_rows(0);
        empty_result.mutable_result()->clear_data();
        QTest::newRow("a result without the row that is wanted") << true << true << NodeMessages{empty_result} << "0 rows came back";
        QTest::newRow("too many numbers") << true << true << NodeMessages{seen(0, 1, 257), result} << "bytes of rows";
        QTest::newRow("a result within") << true << true << NodeMessages{seen(0, 1, 100), result} << "before the one before it";
        QTest::newRow("one within another") << true << true << NodeMessages{seen(0, 1, 100), seen(1, 1, 256)} << "before the one before it";
        QTest::newRow("without end") << true << true << NodeMessages(100, seen(0, 1, 256)) << "nobody asked for";
    }
    void whatALyingNodeShows() {
        QFETCH(bool, asked);
        QFETCH(bool, looks);
        QFETCH(NodeMessages, answer);
        QFETCH(QString, message);
        const LyingNode node(require(loadOrCreateIdentity(folderOf(m_folder, "liar"))), looks, answer);
        const auto remote = RemoteNode::create(m_client, node.address());
        CountingTap tap;
        SessionOptions session;
        session.context_tokens = 128;
        session.micro_batch = 64;
        if (asked) session.tap = &tap;
        Step first;
        first.hidden = {1, 256, std::vector<float>(256)};
        const auto rows = [&]() -> Result<Rows> {
            TESSERA_TRY(const auto runner, remote->openRunner(someSet(), {0, 2, true}, session, {}, 256, 5s));
            TESSERA_TRY(const auto ticket, runner->submit(first));
            return runner->wait(ticket, std::chrono::steady_clock::now() + 5s, {});
        }();
        if (message.isEmpty()) {
            QVERIFY(rows);
            QCOMPARE(tap.taken, 2);
        } else {
            QVERIFY(!rows);
            QVERIFY2(rows.error().message.find(message.toStdString()) != std::string::npos, rows.error().message.c_str());
            QCOMPARE(tap.taken, 0);
        }
    }

    void aStepThatDoesNotFitIsToldAndNothingElse() {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + 30s);
        const auto stream = m_stub->Run(&context);
        stream->Write(open());
        ToNode far = step(1, 256);
        far.mutable_step()->set_first_position(7);  // nothing is there yet
        stream->Write(far);
        FromNode answer;
        QVERIFY(stream->Read(&answer) && answer.has_opened());
        QVERIFY(stream->Read(&answer) && answer.has_failure());
        stream->Write(step(1, 256));
        QVERIFY(stream->Read(&answer) && answer.has_result());
        QCOMPARE(answer.result().rows(), 1u);
        stream->WritesDone();
        QVERIFY(!stream->Read(&answer));
        QVERIFY(stream->Finish().ok());
    }

    void stepsOfAnEpochThatIsOverAreDropped() {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + 30s);
        const auto stream = m_stub->Run(&context);
        stream->Write(open());
        stream->Write(rewind(3));
        stream->Write(step(1, 256));  // epoch 0
        ToNode present = step(2, 512);
        present.mutable_step()->set_epoch(3);
        present.mutable_step()->set_id(9);
        stream->Write(present);
        FromNode answer;
        QVERIFY(stream->Read(&answer) && answer.has_opened());
        QVERIFY(stream->Read(&answer) && answer.has_result());
        QCOMPARE(answer.result().id(), std::uint64_t{9});
        QCOMPARE(answer.result().epoch(), std::uint64_t{3});
        context.TryCancel();
        (void)stream->Finish();
        stillWorks();
    }

private:
    static ToNode open(const std::function<void(wire::proto::Open&)>& spoil = {}) {
        SessionOptions options;
        options.context_tokens = 128;
        options.micro_batch = 64;
        ToNode message = wire::openMessage({someSet(), {0, 2, true}, {}, options});
        if (spoil) spoil(*message.mutable_open());
        return message;
    }
    static ToNode step(std::uint32_t rows, std::size_t numbers) {
        ToNode message;
        message.mutable_step()->set_id(1);
        message.mutable_step()->set_rows(rows);
        message.mutable_step()->set_wanted(wire::proto::ALL);
        message.mutable_step()->set_data(std::string(numbers * sizeof(float), '\0'));
        return message;
    }
    static ToNode more(std::size_t numbers) {
        ToNode message;
        message.set_more(std::string(numbers * sizeof(float), '\0'));
        return message;
    }
    static ToNode rewind(std::uint64_t epoch) {
        ToNode message;
        message.mutable_rewind()->set_epoch(epoch);
        return message;
    }

    void stillWorks() {
        QTRY_COMPARE(m_node->server->status().sessions, 0u);
        QCOMPARE(m_node->server->status().memory_used, std::uint64_t{0});
        SessionOptions options;
        options.context_tokens = 128;
        options.micro_batch = 64;
        const auto remote = RemoteNode::create(m_client, m_node->address());
        const auto runner = require(remote->openRunner(someSet(), {0, 2, true}, options, {}, 256, 10s));
        Step good;
        good.hidden = {1, 256, std::vector<float>(256, 0.5f)};
        const auto ticket = require(runner->submit(std::move(good)));
        require(runner->wait(ticket, std::chrono::steady_clock::now() + 30s, {}));
        runner->close();
        QTRY_COMPARE(m_node->server->status().sessions, 0u);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<TestNode> m_node;
    Identity m_client;
    std::shared_ptr<wire::proto::Compute::Stub> m_stub;
};

QTEST_GUILESS_MAIN(TestMalformed)
#include "tst_malformed.moc"
