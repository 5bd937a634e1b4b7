// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment set over HTTP, from a folder and from an image: every byte is the GGUF's, and nothing else can be reached.
#include "core/serve/fragment_service.h"
#include "core/base/platform/system.h"
#include "core/loader/network/http_client.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
#include "tests/support/memory_store.h"
#include "tests/support/raw_http.h"
#include "tests/support/sample_set.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

QByteArray bytes(std::span<const std::byte> span) { return QByteArray(reinterpret_cast<const char*>(span.data()), qsizetype(span.size())); }

struct Served {
    FragmentStore& store;
    std::unique_ptr<FragmentService> service = must(FragmentService::create(store));
    std::unique_ptr<HttpServer> server = must(HttpServer::start({}, [this](ServerRequest request, std::shared_ptr<ServerReply> reply) {
        if (!service->answer(request, reply)) sendError(*reply, 404, "nothing here", "not_found_error", "nothing_here");
    }));
    explicit Served(FragmentStore& served) : store(served) {}
};

QString code(const RawAnswer& answer) { return QJsonDocument::fromJson(answer.body).object()["error"].toObject()["code"].toString(); }

}  // namespace

class TestFragmentService : public QObject {
    Q_OBJECT
    const Sample m_sample;
    const QByteArray m_gguf = bytes(m_sample.gguf);
    QTemporaryDir m_folder;

    std::unique_ptr<FragmentStore> makeStore(const QString& kind) {
        if (kind == "memory") return std::make_unique<MemoryStore>(m_sample);
        const auto place = pathOf(m_folder) / kind.toStdString();
        std::filesystem::create_directories(place);
        auto store = kind == "folder" ? must(createDirectoryStore(place, m_sample.manifest)) : must(createImageStore(place, m_sample.manifest));
        for (std::uint32_t i = 0; i < m_sample.manifest.fragments.size(); ++i) must(store->write(FragmentIndex{i}, m_sample.bytesOf(FragmentIndex{i})));
        if (kind == "folder") return must(openDirectoryStore(place, {}));
        store.reset();
        return must(openImageStore(place, m_sample.manifest));
    }

private slots:
    void everyByteIsTheModels_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"folder", "image", "memory"}) QTest::newRow(kind) << kind;
    }
    void everyByteIsTheModels() {
        QFETCH(QString, kind);
        const auto store = makeStore(kind);
        const Served served(*store);
        RawClient client(served.server->port());
        const Manifest& manifest = m_sample.manifest;
        for (const Fragment& fragment : manifest.fragments) {
            const QByteArray expected = bytes(m_sample.bytesOf(fragment)), id = QByteArray::fromStdString(fragment.id);
            const RawAnswer whole = client.ask("GET", "/fragment/" + id);
            QCOMPARE(whole.status, 200);
            QVERIFY(whole.body == expected);
            QCOMPARE(whole.header("etag"), '"' + QByteArray::fromStdString(toHex(fragment.sha256)) + '"');
            QVERIFY(client.ask("GET", "/fragments/" + id + ".dat").body == expected);
            QCOMPARE(client.ask("GET", "/fragment/" + id, "If-None-Match: " + whole.header("etag") + "\r\n").status, 304);
        }
        FragmentIndexByTensor tensors(manifest);
        for (const char* name : {"token_embd.weight", "blk.1.ffn_up_exps.weight", "output_norm.weight"}) {
            QByteArray expected;
            for (const FragmentIndex index : tensors.find(name)) expected += bytes(m_sample.bytesOf(index));
            QVERIFY(client.ask("GET", QByteArray("/tensor/") + name).body == expected);
        }
        const RawAnswer file = client.ask("GET", "/sample.gguf");
        QVERIFY(file.body == m_gguf);
        QCOMPARE(file.header("accept-ranges"), QByteArray("bytes"));
        for (const auto& [begin, end] : {std::pair<qsizetype, qsizetype>{0, 4}, {m_gguf.size() - 7, m_gguf.size()}, {70'000, 900'000}, {1, m_gguf.size()}}) {
            const RawAnswer part = client.ask("GET", "/sample.gguf", "Range: bytes=" + QByteArray::number(begin) + '-' + QByteArray::number(end - 1) + "\r\n");
            QCOMPARE(part.status, 206);
            QVERIFY(part.body == m_gguf.mid(begin, end - begin));
            QCOMPARE(part.header("content-range"), "bytes " + QByteArray::number(begin) + '-' + QByteArray::number(end - 1) + '/' + QByteArray::number(m_gguf.size()));
        }
        const RawAnswer head = client.ask("HEAD", "/sample.gguf");
        QCOMPARE(head.status, 200);
        QCOMPARE(head.header("content-length").toLongLong(), qlonglong(m_gguf.size()));
        const RawAnswer beyond = client.ask("GET", "/sample.gguf", "Range: bytes=" + QByteArray::number(m_gguf.size()) + "-\r\n");
        QCOMPARE(beyond.status, 416);
        QCOMPARE(beyond.header("content-range"), "bytes */" + QByteArray::number(m_gguf.size()));
    }
    void manifests() {
        const auto store = makeStore("memory");
        const Served served(*store);
        RawClient client(served.server->port());
        const RawAnswer plain = client.ask("GET", "/manifest");
        QCOMPARE(must(parseManifest(plain.body.toStdString(), "m")).set_id, m_sample.manifest.set_id);
        for (const char* path : {"/manifest.json", "/sample.gguf.manifest.json"}) QVERIFY(client.ask("GET", path).body == plain.body);
        const RawAnswer packed = client.ask("GET", "/manifest", "Accept-Encoding: gzip\r\n");
        QCOMPARE(packed.header("content-encoding"), QByteArray("gzip"));
        QVERIFY(packed.body.size() < plain.body.size() && packed.body.startsWith("\x1f\x8b"));
        QVERIFY(packed.header("etag") != plain.header("etag"));
        QCOMPARE(client.ask("GET", "/manifest", "If-None-Match: " + plain.header("etag") + "\r\n").status, 304);
        const auto status = QJsonDocument::fromJson(client.ask("GET", "/status").body).object();
        QCOMPARE(status["set_id"].toString().toStdString(), toHex(m_sample.manifest.set_id));
        QCOMPARE(status["available"].toArray(), QJsonArray({QJsonArray{0, int(m_sample.manifest.fragments.size()) - 1}}));
        HttpClient downloader;  // ours takes the packed one
        QCOMPARE(must(downloader.json(served.server->url() + "/manifest", 1 << 20, 1, {})), plain.body.toStdString());
    }
    void manyReadersShareOneManifest() {
        constexpr std::size_t kSize = 24 * limits::MiB;
        constexpr int kClients = 20;
        MemoryStore store(m_sample);
        store.changeManifest().model_name = std::string(kSize, 'x');
        const Served served(store);
        const auto before = peakResidentBytes();
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < kClients; ++i) {
            clients.push_back(std::make_unique<RawClient>(served.server->port()));
            clients.back()->socket().setReadBufferSize(4096);  // takes nothing more
            clients.back()->send("GET /manifest HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        for (const auto& client : clients) QVERIFY(!client->readUntil("\r\n\r\n").isEmpty());  // each is being answered
        const auto grown = peakResidentBytes() - before;
        QVERIFY2(grown < 4 * kSize, qPrintable(QString("%1 bytes for %2 readers").arg(grown).arg(kClients)));
        clients.clear();
        RawClient client(served.server->port());
        QCOMPARE(client.ask("GET", "/manifest", "Range: bytes=0-0\r\n").body, QByteArray("{"));
    }
    void badAndMissingFragmentsAreErrors() {
        MemoryStore store(m_sample);
        const FragmentIndex bad{3}, missing{5};
        store.flipped[bad] = 10;
        store.setState(missing, FragmentState::Missing);
        const Served served(store);
        RawClient client(served.server->port());
        const auto ask = [&](FragmentIndex index) { return client.ask("GET", "/fragment/" + QByteArray::fromStdString(m_sample.manifest.at(index).id)); };
        QCOMPARE(ask(bad).status, 500);
        QCOMPARE(code(ask(bad)), QStringLiteral("corrupt"));
        QCOMPARE(ask(missing).status, 404);
        QCOMPARE(ask(FragmentIndex{4}).status, 200);
        QCOMPARE(client.ask("GET", "/sample.gguf").status, 500);
    }
    void nothingElseIsThere_data() {
        QTest::addColumn<QByteArray>("path");
        for (const char* path : {"/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/fragments/../manifest.json", "/fragment/", "/fragments/.dat", "/tensor/", "/tensor/none",
                                 "/fragment/%2fetc%2fpasswd", "/fragments/..%2f..%2fetc%2fpasswd.dat", "//etc/passwd", "/sample.gguf/", "/sample.gguf.journal", "/fragment/a%5c..%5cb", "/SAMPLE.GGUF"})
            QTest::newRow(path) << QByteArray(path);
    }
    void nothingElseIsThere() {
        QFETCH(QByteArray, path);
        const auto store = makeStore("image");
        const Served served(*store);
        RawClient client(served.server->port());
        QCOMPARE(client.ask("GET", path).status, 404);
    }
    void onlyReading() {
        const auto store = makeStore("memory");
        const Served served(*store);
        RawClient client(served.server->port());
        for (const char* method : {"POST", "PUT", "DELETE"}) {
            const RawAnswer answer = client.ask(method, "/manifest", {}, "x");
            QCOMPARE(answer.status, 405);
            QCOMPARE(answer.header("allow"), QByteArray("GET, HEAD"));
        }
    }
};

QTEST_GUILESS_MAIN(TestFragmentService)
#include "tst_fragment_service.moc"
