// SPDX-License-Identifier: GPL-3.0-or-later
// The server against clients that are slow, silent, rude, many, or without the token.
#include "core/base/platform/socket.h"
#include "core/serve/http_server.h"
#include "tests/support/raw_http.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <atomic>
#include <random>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

const std::string kToken = "a-secret-of-some-length";

/// Echoes path and body; "/hold" keeps its reply until the client is gone.
struct Echo {
    std::atomic<int> handled{0}, gone{0};
    std::unique_ptr<HttpServer> server;

    explicit Echo(ServerOptions options = {}) {
        auto started = HttpServer::start(options, [this](ServerRequest request, std::shared_ptr<ServerReply> reply) {
            ++handled;
            if (request.path == "/hold") {
                std::thread([this, reply] {
                    while (!reply->gone().stop_requested()) std::this_thread::sleep_for(2ms);
                    ++gone;
                }).detach();
            } else if (request.path == "/stream") {
                reply->begin({200, {{"content-type", "text/plain"}}});
                for (int i = 0; i < 5; ++i) reply->write("piece " + std::to_string(i) + "\n");
                reply->finish();
            } else if (request.path != "/drop") {
                reply->send({200, {{"content-type", "text/plain"}}}, request.path + "|" + request.body);
            }
        });
        if (!started) qFatal("%s", started.error().message.c_str());
        server = *std::move(started);
    }
    quint16 port() const { return server->port(); }
};

QString code(const RawAnswer& answer) { return QJsonDocument::fromJson(answer.body).object()["error"].toObject()["code"].toString(); }

}  // namespace

class TestHttpServer : public QObject {
    Q_OBJECT

private slots:
    void keepsConnectionsAndPipelines() {
        const Echo echo;
        RawClient client(echo.port());
        QCOMPARE(client.ask("GET", "/a%20b").body, QByteArray("/a b|"));
        QCOMPARE(client.ask("POST", "/c", {}, "body").body, QByteArray("/c|body"));
        client.send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        for (const char* path : {"/1|", "/2|", "/3|"}) QCOMPARE(client.answer().body, QByteArray(path));
        client.send("GET /old HTTP/1.0\r\n\r\n");
        QCOMPARE(client.answer().body, QByteArray("/old|"));
        QVERIFY(client.isEnded(5000));
    }
    void streams() {
        const Echo echo;
        RawClient client(echo.port());
        for (int i = 0; i < 2; ++i) QCOMPARE(client.ask("GET", "/stream").body, QByteArray("piece 0\npiece 1\npiece 2\npiece 3\npiece 4\n"));
        QCOMPARE(client.ask("HEAD", "/stream").status, 200);
        QCOMPARE(client.ask("GET", "/x").body, QByteArray("/x|"));
    }
    void whatIsNotAnsweredIsAnError() {
        const Echo echo;
        RawClient client(echo.port());
        QCOMPARE(client.ask("GET", "/drop").status, 500);
        QCOMPARE(client.ask("GET", "/x").status, 200);
    }

    void malformed_data() {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const QByteArray& request, int status) { QTest::newRow(name) << request << status; };
        row("no HTTP", "hello\r\n\r\n", 400);
        row("TLS", QByteArray::fromHex("16030100f1010000ed0303") + QByteArray(200, 'x') + "\r\n\r\n", 400);
        row("two lengths", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400);
        row("length no number", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400);
        row("header too long", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + QByteArray(20'000, 'x') + "\r\n\r\n", 431);
        row("endless header", "GET / HTTP/1.1\r\n" + QByteArray("X: y\r\n").repeated(10'000), 431);
        row("body too long", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", 413);
        row("no length", "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411);
        row("broken escape", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400);
        row("escaped zero", "GET /a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400);
        row("other site's name", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403);
    }
    void malformed() {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        const Echo echo;
        RawClient client(echo.port());
        client.send(request);
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, status);
        QVERIFY(!code(answer).isEmpty());
        QCOMPARE(echo.handled.load(), 0);
        RawClient other(echo.port());
        QCOMPARE(other.ask("GET", "/x").status, 200);
    }
    void randomBytesDoNoHarm() {
        ServerOptions options;
        options.request_timeout = 200ms;
        options.idle_timeout = 200ms;
        const Echo echo(options);
        std::mt19937 random(7);
        const QByteArray valid = "POST /abc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nRange: bytes=0-1\r\n\r\nabc";
        for (int i = 0; i < 300; ++i) {
            QByteArray bytes = valid;
            for (unsigned change = 0; change <= random() % 4; ++change) {
                const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(bytes.size()));
                if (random() % 3 == 0) bytes.remove(at, 1 + static_cast<qsizetype>(random() % 5));
                else if (random() % 2 == 0) bytes.insert(at, static_cast<char>(random()));
                else bytes[at] = static_cast<char>(random());
                if (bytes.isEmpty()) bytes = "x";
            }
            RawClient client(echo.port());
            client.send(bytes);
        }
        RawClient client(echo.port());
        QCOMPARE(client.ask("GET", "/alive").status, 200);
    }

    void tokens() {
        ServerOptions options;
        options.token = kToken;
        const Echo echo(options);
        const QByteArray right = "Authorization: Bearer " + QByteArray::fromStdString(kToken) + "\r\n";
        RawClient client(echo.port());
        for (const QByteArray& wrong : {QByteArray(), QByteArray("Authorization: Bearer \r\n"), QByteArray("Authorization: Bearer wrong\r\n"), right.chopped(3) + "\r\n",
                                        right.chopped(2) + "x\r\n", QByteArray("Authorization: Basic abc\r\n")}) {
            const RawAnswer answer = client.ask("GET", "/x", wrong);
            QCOMPARE(answer.status, 401);
            QCOMPARE(code(answer), QStringLiteral("invalid_api_key"));
            QVERIFY(!answer.body.contains(QByteArray::fromStdString(kToken)));
        }
        QCOMPARE(client.ask("GET", "/x", right).status, 200);
        QCOMPARE(echo.handled.load(), 1);
        // A body is not even read without it.
        client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
        QCOMPARE(client.answer().status, 401);
        QVERIFY(client.isEnded(5000));
    }
    void whereItListens() {
        const ServerHandler nothing = [](ServerRequest, std::shared_ptr<ServerReply>) {};
        QCOMPARE(HttpServer::start({.address = "0.0.0.0"}, nothing).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(HttpServer::start({.address = "::"}, nothing).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(HttpServer::start({.address = "localhost"}, nothing).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(HttpServer::start({.address = "0.0.0.0", .token = "short"}, nothing).error().kind, ErrorKind::InvalidArgument);
        QVERIFY(HttpServer::start({.address = "0.0.0.0", .token = kToken}, nothing).has_value());
        const Echo echo;
        QCOMPARE(HttpServer::start({.port = echo.port()}, nothing).error().kind, ErrorKind::Io);
        QVERIFY(isLoopbackAddress("127.0.0.1") && isLoopbackAddress("127.3.2.1") && isLoopbackAddress("::1"));
        QVERIFY(!isLoopbackAddress("0.0.0.0") && !isLoopbackAddress("192.168.0.1") && !isLoopbackAddress("localhost"));
    }

    void aThousandIdleAndSlowClientsHoldUpNobody() {
        allowOpenFiles(8192);
        ServerOptions options;
        options.request_timeout = 60s;
        const Echo echo(options);
        std::vector<std::unique_ptr<RawClient>> silent;
        for (int i = 0; i < 1000; ++i) {
            silent.push_back(std::make_unique<RawClient>(echo.port()));
            if (i % 2) silent.back()->send("GET /never HTTP/1.1\r\nHost: loc");
        }
        QTRY_COMPARE(echo.server->counts().connections, std::size_t{1000});
        RawClient client(echo.port());
        for (int i = 0; i < 100; ++i) QCOMPARE(client.ask("GET", "/x").status, 200);
        QCOMPARE(echo.handled.load(), 100);
        QCOMPARE(silent.front()->ask("GET", "/late").status, 200);
    }
    void theLongestWaitingGivesWay() {
        ServerOptions options;
        options.max_connections = 8;
        const Echo echo(options);
        std::vector<std::unique_ptr<RawClient>> silent;
        for (int i = 0; i < 8; ++i) {
            silent.push_back(std::make_unique<RawClient>(echo.port()));
            QTRY_COMPARE(echo.server->counts().connections, std::size_t(i + 1));
        }
        RawClient client(echo.port());
        QCOMPARE(client.ask("GET", "/x").status, 200);
        QVERIFY(silent.front()->isEnded(5000));
        QCOMPARE(silent.back()->ask("GET", "/y").status, 200);
    }
    void slowRequestsAndIdleConnectionsEnd() {
        ServerOptions options;
        options.request_timeout = 150ms;
        options.body_timeout = 150ms;
        options.idle_timeout = 300ms;
        const Echo echo(options);
        RawClient header(echo.port()), body(echo.port()), idle(echo.port());
        header.send("GET /x HTT");
        body.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
        QVERIFY(header.isEnded(5000));
        QVERIFY(body.isEnded(5000));
        QVERIFY(idle.isEnded(5000));
        QCOMPARE(echo.handled.load(), 0);
    }
    void aClientThatReadsNothingIsLetGo() {
        ServerOptions options;
        options.stall_timeout = 300ms;
        std::atomic<bool> gone{false};
        auto server = HttpServer::start(options, [&](ServerRequest, std::shared_ptr<ServerReply> reply) {
            reply->begin({200, {}});
            std::thread([&gone, reply] {
                while (!reply->gone().stop_requested()) reply->write(std::string(64 * 1024, 'x')), std::this_thread::sleep_for(1ms);
                gone = true;
            }).detach();
        });
        QVERIFY(server.has_value());
        QTcpSocket client;
        client.setReadBufferSize(1024);
        client.connectToHost("127.0.0.1", (*server)->port());
        QVERIFY(client.waitForConnected());
        client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.waitForBytesWritten();
        QTRY_VERIFY_WITH_TIMEOUT(gone.load(), 20'000);
    }
    void aClientThatLeavesIsNoticed() {
        const Echo echo;
        {
            RawClient client(echo.port());
            client.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
            QTRY_COMPARE(echo.handled.load(), 1);
            QCOMPARE(echo.gone.load(), 0);
        }
        QTRY_COMPARE(echo.gone.load(), 1);
    }
    void goingDownAsksForAStop() {
        Echo echo;
        RawClient client(echo.port());
        client.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QTRY_COMPARE(echo.handled.load(), 1);
        RawClient idle(echo.port());
        echo.server.reset();
        QCOMPARE(echo.gone.load(), 1);
        QVERIFY(client.isEnded(1000));
        QVERIFY(idle.isEnded(1000));
    }
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_http_server.moc"
