// SPDX-License-Identifier: GPL-3.0-or-later
// What people read when a call to a node fails: our words, of made-up ends and of real ones.
#include "core/compute/node_error.h"
#include "tests/compute/compute_fixture.h"

#include <QTcpServer>
#include <QTcpSocket>

#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

class TestNodeError : public QObject {
    Q_OBJECT

    static NodeAddress nodeAt(const std::string& endpoint) { return {NodeId{}, endpoint}; }
    static bool isRaw(const std::string& message) {
        const QString text = QString::fromStdString(message);
        return text.contains("UNKNOWN") || text.contains("ipv4:") || text.contains("errno") || text.contains("grpc", Qt::CaseInsensitive) || text.contains("SSL_");
    }

private slots:
    void words_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("raw");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, grpc::StatusCode code, const char* raw, const char* words) { QTest::newRow(name) << static_cast<int>(code) << raw << words; };
        row("refused", grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused", "nothing listens there");
        row("no name", grpc::StatusCode::UNAVAILABLE, "DNS resolution failed for attic:1: C-ares status is not ARES_SUCCESS", "its name is not known");
        row("no route", grpc::StatusCode::UNAVAILABLE, "last error: UNKNOWN: ipv4:10.9.9.9:1: No route to host", "there is no way");
        row("frozen", grpc::StatusCode::UNAVAILABLE, "keepalive watchdog timeout", "stopped answering");
        row("closed", grpc::StatusCode::UNAVAILABLE, "Socket closed", "the connection ended");
        row("late", grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded", "no answer in time");
        row("too large", grpc::StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (5000000 vs. 1114112)", "the same version");
        row("another service", grpc::StatusCode::UNIMPLEMENTED, "", "the same version");
        row("broken stream", grpc::StatusCode::INTERNAL, "RST_STREAM closed stream errno:2", "the connection ended");
    }
    void words() {
        QFETCH(int, code);
        QFETCH(QString, raw);
        QFETCH(QString, words);
        PinOutcome pin;
        const Error error = nodeError(nodeAt("attic:7420"), pin, {static_cast<grpc::StatusCode>(code), raw.toStdString()});
        QCOMPARE(error.kind, ErrorKind::Network);
        const QString message = QString::fromStdString(error.message);
        QVERIFY2(message.contains(words) && !message.contains("attic") && !isRaw(error.message), qPrintable(message));
    }

    void aNodesOwnWordsAreKept() {
        PinOutcome pin;
        const Error full = nodeError(nodeAt("attic:7420"), pin, {grpc::StatusCode::RESOURCE_EXHAUSTED, "the node is full\x1b[2J", kNodesOwnWords});
        QCOMPARE(full.kind, ErrorKind::OutOfMemory);
        QVERIFY(full.message.find("the node is full") != std::string::npos && full.message.find('\x1b') == std::string::npos);
        pin.stranger = NodeId{};
        QCOMPARE(nodeError(nodeAt("attic:7420"), pin, {grpc::StatusCode::UNAVAILABLE, "x"}).kind, ErrorKind::Refused);
    }

    /// What gRPC really says, whatever its version.
    void realEnds_data() {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QString>("words");
        QTest::newRow("nobody listens") << "127.0.0.1:1" << "nothing listens there";
        QTest::newRow("no such name") << "nowhere.invalid:7420" << "its name is not known";
        QTest::newRow("another service") << QString() << "does not speak as a node does";
    }
    void realEnds() {
        QFETCH(QString, endpoint);
        QFETCH(QString, words);
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        QObject::connect(&other, &QTcpServer::newConnection, [&other] {
            QTcpSocket* const socket = other.nextPendingConnection();
            socket->write("220 mail.example ready\r\n");
            socket->flush();
        });
        if (endpoint.isEmpty()) endpoint = QString("127.0.0.1:%1").arg(other.serverPort());
        const auto node = RemoteNode::create(require(loadOrCreateIdentity(folderOf(m_folder, "client"))), nodeAt(endpoint.toStdString()));
        std::optional<Result<NodeDescription>> said;
        std::jthread asking([&] {
            auto answer = node->describe(20s);
            QMetaObject::invokeMethod(this, [&said, answer = std::move(answer)] { said = answer; });
        });
        QTRY_VERIFY_WITH_TIMEOUT(said.has_value(), 30'000);
        QVERIFY(!*said);
        QCOMPARE(said->error().kind, ErrorKind::Network);
        QVERIFY2(said->error().message.find(words.toStdString()) != std::string::npos && !isRaw(said->error().message), said->error().message.c_str());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestNodeError)
#include "tst_node_error.moc"
