// SPDX-License-Identifier: GPL-3.0-or-later
// What a node process shows to those who have no business with it, and lists that several processes change at once.
#include "core/base/limits.h"
#include "core/base/platform/socket.h"
#include "tests/app/node_process.h"
#include "tests/app/serving.h"
#include "tests/compute/compute_fixture.h"
#include "tests/support/http_server.h"

#include <QSslSocket>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

class TestNodeStrangers : public QObject {
    Q_OBJECT
    static constexpr std::uint64_t kMemory = 400 * limits::MiB;  // limits::kMaxNodeConnectionBytes, and what the heap keeps

private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 2;
        require(writeGeneratedModel(m_sandbox.path("tiny.gguf").toStdString(), options, "q8_0"));
        COMPARE_CODE(m_sandbox.run({"fragment", "tiny.gguf", "-o", "tiny"}), 0);
        m_client = require(loadOrCreateIdentity(m_sandbox.path("client").toStdString()));
        m_node = std::make_unique<NodeProcess>(m_network, 0, m_sandbox.path("tiny"), "0-1", QString::fromStdString(toHex(m_client.id)));
        allowOpenFiles(8192);
    }

    void aThousandIdleConnections_data() {
        QTest::addColumn<bool>("with_a_key");
        QTest::newRow("that say nothing") << false;
        QTest::newRow("that have shown some key") << true;
    }
    void aThousandIdleConnections() {
        QFETCH(bool, with_a_key);
        constexpr int kConnections = 1000;
        const auto before = residentBytes();
        const auto key = TlsIdentity::make();
        std::vector<std::unique_ptr<QSslSocket>> idle;
        int shown = 0;
        for (int i = 0; i < kConnections; ++i) {
            idle.push_back(std::make_unique<QSslSocket>());
            QSslSocket& socket = *idle.back();
            if (!with_a_key) {
                socket.connectToHost("127.0.0.1", port());
                QVERIFY(socket.waitForConnected(10'000));
                continue;
            }
            prepare(socket, &key);
            socket.connectToHostEncrypted("127.0.0.1", port());
            if (!socket.waitForEncrypted(10'000)) break;  // the node has as many as its memory allows
            ++shown;
        }
        const auto grown = residentBytes() - std::min(before, residentBytes());
        qInfo("%d connections have shown a key; the node has grown by %llu MiB", shown, static_cast<unsigned long long>(grown / limits::MiB));
        QVERIFY(!with_a_key || shown > 200);
        QVERIFY2(grown < kMemory, qPrintable(QString::number(grown)));
        serves();
        idle.clear();
        serves();
    }

    void whoShowsNoKeyLearnsNothing() {
        QSslSocket socket;
        prepare(socket, nullptr);
        socket.connectToHostEncrypted("127.0.0.1", port());
        socket.waitForEncrypted(5000);
        socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        QVERIFY(socket.waitForDisconnected(10'000) || socket.state() == QAbstractSocket::UnconnectedState);
        QVERIFY(socket.readAll().isEmpty());
    }

    void aDefaultStartListensOnThisMachineOnly() {
        // A free port instead of the usual one, which somebody may have; the address is the default.
        Sandbox sandbox;
        QProcess process;
        sandbox.prepare(process, {"node", m_sandbox.path("tiny"), "--listen", ":0", "--json"});
        process.start();
        while (process.state() != QProcess::NotRunning && !process.canReadLine() && process.waitForReadyRead(60'000)) {}
        listensLocally(process.processId());
        process.kill();
        process.waitForFinished();
        Serving serving(sandbox, {m_sandbox.path("tiny"), "--listen", ":0"});
        listensLocally(serving.process().processId());
    }

    void oneOfManyProcessesJoins() {
        const auto invited = m_node->sandbox().run({"invite", "--address", endpoint(), "--json"});
        COMPARE_CODE(invited, 0);
        const QByteArray invitation = invited.json()["invitation"].toString().toUtf8();
        constexpr std::size_t kGuests = 5;
        Sandbox guests[kGuests];
        QProcess processes[kGuests];
        for (std::size_t i = 0; i < kGuests; ++i) {
            guests[i].prepare(processes[i], {"join", "-"});
            processes[i].start();
        }
        for (QProcess& process : processes) {
            process.waitForStarted();
            process.write(invitation + '\n');
            process.closeWriteChannel();
        }
        int joined = 0;
        for (QProcess& process : processes) {
            const Finished end = Sandbox::finish(process);
            joined += end.code == 0;
            QVERIFY2(end.code == 0 || end.err.contains("used already"), end.err.constData());
        }
        QCOMPARE(joined, 1);
        const auto list = m_node->sandbox().run({"invite", "--list", "--json"}).json()["invitations"].toArray();
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0].toObject()["id"], invited.json()["id"]);
        QCOMPARE(list[0].toObject()["used_by"].toString().size(), 64);
    }

    void invitationsAreWithdrawn() {
        const Sandbox& owner = m_node->sandbox();
        const auto invited = owner.run({"invite", "--address", endpoint(), "--json"});
        const QString id = invited.json()["id"].toString();
        COMPARE_CODE(owner.run({"invite", "--withdraw", id}), 0);
        COMPARE_CODE(owner.run({"invite", "--withdraw", id}), 1);
        COMPARE_CODE(owner.run({"invite", "--withdraw", id, "--list"}), 2);
        Sandbox guest;
        const Finished late = guest.run({"join", invited.json()["invitation"].toString()});
        COMPARE_CODE(late, 1);
        QVERIFY2(late.err.contains("withdrawn"), late.err.constData());
        const Finished nothing = guest.run({"join", "-"}, "\n");
        COMPARE_CODE(nothing, 1);
        QVERIFY2(nothing.err.contains("standard input"), nothing.err.constData());
    }

    void manyProcessesChangeOneList() {
        constexpr int kProcesses = 8;
        Sandbox sandbox;
        QProcess processes[kProcesses];
        for (int i = 0; i < kProcesses; ++i) {
            sandbox.prepare(processes[i], {"peers", "allow", QString(64, QChar('0' + i)), "--name", QString("peer%1").arg(i)});
            processes[i].start();
        }
        for (QProcess& process : processes) COMPARE_CODE(Sandbox::finish(process), 0);
        QCOMPARE(sandbox.run({"peers", "--json"}).json()["peers"].toArray().size(), kProcesses);
    }

private:
    QString endpoint() const { return m_node->address().section('@', 1); }
    quint16 port() const { return endpoint().section(':', -1).toUShort(); }

    static void prepare(QSslSocket& socket, const TlsIdentity* key) {
        QSslConfiguration how = socket.sslConfiguration();
        how.setPeerVerifyMode(QSslSocket::VerifyNone);
        how.setProtocol(QSsl::TlsV1_3OrLater);
        how.setAllowedNextProtocols({"h2"});
        if (key) {
            how.setLocalCertificate(key->certificate);
            how.setPrivateKey(key->key);
        }
        socket.setSslConfiguration(how);
    }

    void serves() {
        const auto remote = RemoteNode::create(m_client, require(parseNodeAddress(m_node->address().toStdString())));
        const auto said = require(remote->describe(30s));
        SessionOptions options;
        options.context_tokens = 128;
        options.micro_batch = 64;
        const auto runner = require(remote->openRunner(said.set_id, {0, 1, true}, options, {}, 256, 30s));
        Step step;
        step.hidden = {1, 256, std::vector<float>(256, 0.5f)};
        const auto ticket = require(runner->submit(std::move(step)));
        require(runner->wait(ticket, std::chrono::steady_clock::now() + 60s, {}));
    }

    std::uint64_t residentBytes() const {
        QFile file(QString("/proc/%1/status").arg(m_node->processId()));
        if (!file.open(QIODevice::ReadOnly)) return 0;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (line.startsWith("VmRSS:")) return line.mid(6).trimmed().split(' ').first().toULongLong() * 1024;
        return 0;
    }

    /// Every socket of the process that listens does so on a loopback address.
    static void listensLocally(qint64 pid) {
        QSet<QByteArray> mine;
        const QDir open(QString("/proc/%1/fd").arg(pid));
        for (const QFileInfo& entry : open.entryInfoList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)) {
            char target[64] = {};
            if (::readlink(entry.filePath().toUtf8().constData(), target, sizeof target - 1) > 0 && QByteArray(target).startsWith("socket:[")) mine << QByteArray(target).mid(8).chopped(1);
        }
        int listening = 0;
        for (const char* table : {"tcp", "tcp6", "udp", "udp6"}) {
            QFile file(QString("/proc/%1/net/%2").arg(pid).arg(table));
            if (!file.open(QIODevice::ReadOnly)) continue;
            for (const QByteArray& line : file.readAll().split('\n').mid(1)) {
                const auto fields = line.simplified().split(' ');
                if (fields.size() < 10 || !mine.contains(fields[9])) continue;
                if (QByteArray(table).startsWith("tcp") && fields[3] != "0A") continue;  // LISTEN
                ++listening;
                const QByteArray address = fields[1].split(':').first();  // 127.0.0.1, ::1 and ::ffff:127.0.0.1, as the kernel writes them
                QVERIFY2(address == "0100007F" || address == "00000000000000000000000001000000" || address == "0000000000000000FFFF00000100007F", line.constData());
            }
        }
        QVERIFY(listening > 0);
    }

    NetworkNamespaces m_network;
    Sandbox m_sandbox;
    Identity m_client;
    std::unique_ptr<NodeProcess> m_node;
};

QTEST_GUILESS_MAIN(TestNodeStrangers)
#include "tst_node_strangers.moc"
