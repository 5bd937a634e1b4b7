// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp's own worker, in processes of their own, as devices of the bridge.
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/bridge/rpc_workers.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/self_process.h"

#include <QTcpServer>
#include <QTcpSocket>

#include <ggml-backend.h>
#include <ggml-rpc.h>

using namespace tessera;
using namespace tessera::test;

namespace {

/// The child: serves one processor until it is killed.
int serve(const char* endpoint) {
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    ggml_backend_rpc_start_server(endpoint, nullptr, 1, 1, &device);
    return 1;
}

/// A running worker; killed at the end.
class Worker {
public:
    Worker() {
        QTcpServer free_port;
        free_port.listen(QHostAddress::LocalHost);
        m_port = free_port.serverPort();
        free_port.close();
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QCoreApplication::applicationFilePath(), {"--worker", QString::fromStdString(endpoint())});
        for (int i = 0; i < 200 && !answers(); ++i) QTest::qWait(50);
    }
    ~Worker() { kill(); }
    void kill() {
        m_process.kill();
        m_process.waitForFinished();
    }
    std::string endpoint() const { return "127.0.0.1:" + std::to_string(m_port); }

private:
    bool answers() const {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        return socket.waitForConnected(200);
    }

    quint16 m_port = 0;
    QProcess m_process;
};

std::vector<float> logits(const TensorSource& source, const std::filesystem::path& path, std::vector<std::string> workers) {
    EngineOptions options{.threads = 1, .repack = RepackPolicy::Off};
    options.rpc_workers = std::move(workers);
    const auto engine = require(loadLlamaEngine(source, {path}, options, {}));
    const auto session = require(engine->createSession({.context_tokens = 256}));
    return runGreedy(*session, somePrompt(40, engine->facts().vocabulary), 6);
}

/// The child: connects to a worker that is not there.
int connectToNobody(const char* endpoint) {
    const std::string endpoints[] = {endpoint};
    (void)connectRpcWorkers(endpoints);
    return 0;
}

}  // namespace

class RpcWorkersTest : public QObject {
    Q_OBJECT

private slots:
    void twoWorkersComputeWhatOneProcessDoes() {
        const std::filesystem::path path = defaultModel();
        const auto source = require(openGgufSource(path));
        const Worker first;
        const Worker second;
        const auto remote = logits(*source, path, {first.endpoint(), second.endpoint()});
        const auto local = logits(*source, path, {});
        QCOMPARE(remote.size(), local.size());
        double largest = 0;
        for (std::size_t i = 0; i < local.size(); ++i) largest = std::max(largest, double(std::abs(remote[i] - local[i])));
        QVERIFY2(largest < 0.05, qPrintable(QString::number(largest)));
    }

    void tooManyAreRefused() {
        const std::vector<std::string> many(17, "127.0.0.1:1");
        const auto refused = connectRpcWorkers(many);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("17 RPC workers") != std::string::npos);
    }

    void nobodyThereEndsWithWordsNotWithACrash() {
        QByteArray output;
        QCOMPARE(runSelf({"--connect", "127.0.0.1:1"}, &output), 1);
        QVERIFY2(output.contains("Failed to connect to 127.0.0.1:1") && output.contains("leave --rpc out"), output.constData());
    }
};

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--worker") return serve(argv[2]);
    if (argc == 3 && std::string_view(argv[1]) == "--connect") return connectToNobody(argv[2]);
    QCoreApplication application(argc, argv);
    RpcWorkersTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_rpc_workers.moc"
