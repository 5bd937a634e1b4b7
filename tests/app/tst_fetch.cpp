// SPDX-License-Identifier: GPL-3.0-or-later
// tessera fetch, from a server in this process.
#include "tests/app/tessera_process.h"
#include "tests/support/http_server.h"
#include "tests/support/sample_set.h"

#include <QJsonArray>

using namespace tessera;
using namespace tessera::test;

class TestFetch : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) qunsetenv(name);
    }

    void intoAFolder() {
        const Sample sample;
        const Sandbox sandbox;
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/m.gguf") serve(request, reply, {.bytes = sample.gguf, .etag = "\"v1\""});
            else reply.head("404 Not Found", "Content-Length: 0\r\n");
        });
        const QString link = QString::fromStdString(server.url("m.gguf")), sha256 = QString::fromStdString(toHex(sha256Of(sample)));
        const Finished wrong = sandbox.run({"fetch", link, "-o", "models", "--sha256", QString(64, QLatin1Char('0'))});
        COMPARE_CODE(wrong, 1);
        QVERIFY2(wrong.err.contains("was not kept"), wrong.err.constData());

        const Finished plain = sandbox.run({"fetch", link, "-o", "models"});
        COMPARE_CODE(plain, 0);
        QVERIFY2(plain.out.contains(sha256.toUtf8()), plain.out.constData());
        QVERIFY2(plain.err.contains("told no hash"), plain.err.constData());
        QCOMPARE(sandbox.read("models/m.gguf").size(), static_cast<qsizetype>(sample.gguf.size()));

        const Finished again = sandbox.run({"fetch", link, "-o", "models", "--sha256", sha256, "--json"});
        COMPARE_CODE(again, 0);
        QCOMPARE(again.json()["checked_by"].toString(), QStringLiteral("sha256"));
        QCOMPARE(again.json()["was_there"].toBool(), true);
        QCOMPARE(again.json()["files"].toArray().first().toObject()["sha256"].toString(), sha256);
    }

    void intoTheDataFolder() {
        const Sample sample;
        const Sandbox sandbox;
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/m.gguf") serve(request, reply, {.bytes = sample.gguf, .etag = "\"v1\""});
            else reply.head("404 Not Found", "Content-Length: 0\r\n");
        });
        COMPARE_CODE(sandbox.run({"fetch", QString::fromStdString(server.url("m.gguf"))}), 0);
        QVERIFY(QFile::exists(sandbox.path("data/tessera/models/m.gguf")));
        COMPARE_CODE(sandbox.run({"list", sandbox.path("data/tessera/models/m.gguf")}), 0);
    }

    void whatIsWrong() {
        const Sandbox sandbox;
        COMPARE_CODE(sandbox.run({"fetch"}), 2);
        COMPARE_CODE(sandbox.run({"fetch", "https://example.org/m.gguf", "--sha256", "12"}), 2);
        const Finished scheme = sandbox.run({"fetch", "ftp://example.org/m.gguf", "--json"});
        COMPARE_CODE(scheme, 2);
        QCOMPARE(scheme.json()["error"].toObject()["kind"].toString(), QStringLiteral("usage"));
    }

private:
    static Sha256Digest sha256Of(const Sample& sample) { return sha256(sample.gguf); }
};

QTEST_GUILESS_MAIN(TestFetch)
#include "tst_fetch.moc"
