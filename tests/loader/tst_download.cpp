// SPDX-License-Identifier: GPL-3.0-or-later
// Downloads from a server that behaves, misbehaves, breaks off and changes its mind.
#include "core/fragment/fragmenter.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "core/loader/network/download.h"
#include "tests/support/http_server.h"
#include "tests/support/sample_set.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>

#include <random>

using namespace tessera;
using namespace tessera::test;

namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::byte>;

/// Large enough to be fetched by several connections.
const Sample& large() {
    static const Sample made({.layers = 1, .embedding = 256, .rows = 12000, .seed = 5});
    return made;
}
const Sample& small() {
    static const Sample made;
    return made;
}
const Sample& otherSmall() {
    static const Sample made({.layers = 2, .embedding = 256, .rows = 700, .seed = 99});
    return made;
}

std::string shaOf(const Bytes& bytes) { return toHex(sha256(bytes)); }

DownloadOptions optionsFor(const QTemporaryDir& folder) {
    DownloadOptions options;
    options.folder = pathOf(folder) / "models";
    options.hub = "http://hub.invalid";
    options.http.retry_delay = 5ms;
    options.http.connect_timeout = 5s;
    options.http.stall_timeout = 2s;
    options.http.attempts = 3;
    return options;
}

QStringList namesIn(const std::filesystem::path& folder) { return QDir(QString::fromStdString(toUtf8(folder))).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name); }

/// Names in the folder that a user would take for a model.
QStringList modelsThere(const std::filesystem::path& folder) { return namesIn(folder).filter(QRegularExpression(QStringLiteral("\\.gguf$"))); }

/// A model, whatever the path; no manifest is beside it.
void serveModel(const WebRequest& request, WebReply& reply, const ServedFile& file) {
    if (request.path.ends_with(".json")) reply.head("404 Not Found", "Content-Length: 0\r\n");
    else serve(request, reply, file);
}

WebServer::Handler file(ServedFile served) {
    return [served](const WebRequest& request, WebReply& reply) { serveModel(request, reply, served); };
}

}  // namespace

class TestDownload : public QObject {
    Q_OBJECT

private:
    void requireFile(const Downloaded& downloaded, const Bytes& bytes) {
        QCOMPARE(downloaded.files.size(), std::size_t{1});
        QVERIFY(must(readFile(downloaded.files.front(), 1 << 28)) == bytes);
    }
    void requireError(const Result<Downloaded>& outcome, ErrorKind kind, const char* says) {
        QVERIFY(!outcome);
        const std::string& message = outcome.error().message;
        QVERIFY2(QString::fromStdString(message).contains(QLatin1String(says)), message.c_str());
        QVERIFY2(outcome.error().kind == kind, std::string(errorKindName(outcome.error().kind)).c_str());
    }

private slots:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_FILE"}) qunsetenv(name);
    }

    void rangesInParallel() {
        const QTemporaryDir folder;
        const Bytes& bytes = large().gguf;
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            std::this_thread::sleep_for(20ms);  // long enough for the others to come
            serveModel(request, reply, {.bytes = bytes, .etag = "\"v1\"", .more_headers = "X-Linked-Etag: \"" + shaOf(bytes) + "\"\r\n"});
        });
        std::vector<Progress> told;
        std::vector<std::string> stages;
        const Operation operation{{}, [&](const Progress& progress) {
            told.push_back(progress);
            stages.emplace_back(progress.stage);
        }};
        const auto downloaded = must(downloadModel(server.url("m.gguf"), optionsFor(folder), operation));
        requireFile(downloaded, bytes);
        QVERIFY(downloaded.check == DownloadCheck::Sha256);
        QVERIFY(!downloaded.was_there);
        QVERIFY(server.mostAtOnce() >= 2);
        QCOMPARE(namesIn(pathOf(folder) / "models"), QStringList{QStringLiteral("m.gguf")});
        QCOMPARE(stages.front(), std::string("downloading"));
        QCOMPARE(stages.back(), std::string("verifying"));
        QCOMPARE(told.back().done, static_cast<std::uint64_t>(bytes.size()));
        QVERIFY(std::ranges::all_of(told, [](const Progress& progress) { return progress.done <= progress.total; }));
    }

    void resumesAfterACut() {
        const QTemporaryDir folder;
        const Bytes& bytes = large().gguf;
        DownloadOptions options = optionsFor(folder);
        options.connections = 1;
        options.http.attempts = 1;
        std::atomic<bool> broken{true};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            serveModel(request, reply, {.bytes = bytes, .etag = "\"v1\"", .cut_after = broken ? 3'000'000ull : UINT64_MAX});
        });
        requireError(downloadModel(server.url("m.gguf"), options, {}), ErrorKind::Network, "lost");
        QCOMPARE(modelsThere(options.folder), QStringList());
        const std::uint64_t sent = server.bytesSent();
        broken = false;
        std::uint64_t first_told = 0;
        const Operation operation{{}, [&](const Progress& progress) {
            if (first_told == 0) first_told = progress.done;
        }};
        const auto downloaded = must(downloadModel(server.url("m.gguf"), options, operation));
        requireFile(downloaded, bytes);
        QVERIFY(downloaded.check == DownloadCheck::Header);  // this server tells no hash
        QVERIFY2(server.bytesSent() - sent <= bytes.size() - 2'900'000, "bytes that were there came again");
        QVERIFY(first_told >= 2'900'000);
    }

    void retriesWhatBreaks() {
        const QTemporaryDir folder;
        const Bytes& bytes = large().gguf;
        std::atomic<int> asked{0};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            const int number = ++asked;
            if (number % 3 == 2) {
                reply.head("503 Service Unavailable", "Content-Length: 0\r\nRetry-After: 0\r\n");
                return;
            }
            serveModel(request, reply, {.bytes = bytes, .etag = "\"v1\"", .cut_after = number % 3 == 0 ? 500'000ull : UINT64_MAX});
        });
        DownloadOptions options = optionsFor(folder);
        options.http.attempts = 5;
        requireFile(must(downloadModel(server.url("m.gguf"), options, {})), bytes);
    }

    void anotherVersionBeginsAnew() {
        const QTemporaryDir folder;
        DownloadOptions options = optionsFor(folder);
        options.http.attempts = 1;
        std::atomic<bool> second{false};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (second) serveModel(request, reply, {.bytes = otherSmall().gguf, .etag = "\"v2\""});
            else serveModel(request, reply, {.bytes = small().gguf, .etag = "\"v1\"", .cut_after = 100'000});
        });
        QCOMPARE(otherSmall().gguf.size(), small().gguf.size());  // only the ETag tells them apart
        QVERIFY(!downloadModel(server.url("m.gguf"), options, {}));
        second = true;
        requireFile(must(downloadModel(server.url("m.gguf"), options, {})), otherSmall().gguf);
    }

    void aChangeMeanwhileBeginsAnew() {
        const QTemporaryDir folder;
        std::atomic<int> asked{0};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path.ends_with(".json") || ++asked > 3) serveModel(request, reply, {.bytes = otherSmall().gguf, .etag = "\"v2\""});
            else serveModel(request, reply, {.bytes = small().gguf, .etag = "\"v1\"", .cut_after = 100'000});
        });
        requireFile(must(downloadModel(server.url("m.gguf"), optionsFor(folder), {})), otherSmall().gguf);
    }

    void withoutRanges_data() {
        QTest::addColumn<bool>("tells_length");
        QTest::newRow("with its length") << true;
        QTest::newRow("without") << false;
    }
    void withoutRanges() {
        QFETCH(bool, tells_length);
        const QTemporaryDir folder;
        std::atomic<int> asked{0};
        const WebServer server([&, tells_length](const WebRequest& request, WebReply& reply) {
            const bool breaks = tells_length && ++asked == 2;
            serveModel(request, reply, {.bytes = small().gguf, .etag = "\"v1\"", .ranges = false, .tells_length = tells_length, .cut_after = breaks ? 100'000 : UINT64_MAX});
        });
        requireFile(must(downloadModel(server.url("m.gguf"), optionsFor(folder), {})), small().gguf);
    }

    void hashes() {
        const QTemporaryDir folder;
        const WebServer server(file({.bytes = small().gguf, .etag = "\"v1\""}));
        const DownloadOptions options = optionsFor(folder);
        requireError(downloadModel(server.url("m.gguf") + "#sha256=" + std::string(64, '1'), options, {}), ErrorKind::Corrupt, "was not kept");
        QCOMPARE(namesIn(options.folder), QStringList());
        const auto downloaded = must(downloadModel(server.url("m.gguf") + "#sha256=" + shaOf(small().gguf), options, {}));
        requireFile(downloaded, small().gguf);
        QVERIFY(downloaded.check == DownloadCheck::Sha256);

        // Again: it is there, and nothing comes but the first four bytes.
        const std::uint64_t sent = server.bytesSent();
        QVERIFY(must(downloadModel(server.url("m.gguf"), options, {})).was_there);
        QVERIFY(server.bytesSent() - sent < 100);
    }

    void anotherFileOfTheNameStays() {
        const QTemporaryDir folder;
        const DownloadOptions options = optionsFor(folder);
        std::filesystem::create_directories(options.folder);
        must(writeFileAtomically(options.folder / "m.gguf", otherSmall().gguf));
        const WebServer server(file({.bytes = small().gguf, .etag = "\"v1\""}));
        requireError(downloadModel(server.url("m.gguf") + "#sha256=" + shaOf(small().gguf), options, {}), ErrorKind::InvalidArgument, "another file of this name");
        QVERIFY(must(readFile(options.folder / "m.gguf", 1 << 28)) == otherSmall().gguf);
    }

    void aHubThatDisagreesWithTheHash() {
        const QTemporaryDir folder;
        const WebServer server(file({.bytes = small().gguf, .etag = "\"v1\"", .more_headers = "X-Linked-Etag: \"" + std::string(64, 'a') + "\"\r\n"}));
        requireError(downloadModel(server.url("m.gguf") + "#sha256=" + shaOf(small().gguf), optionsFor(folder), {}), ErrorKind::Corrupt, "offers another file");
        QVERIFY(server.bytesSent() < 100);
        requireError(downloadModel(server.url("m.gguf"), optionsFor(folder), {}), ErrorKind::Corrupt, "was not kept");
    }

    void hostileServers_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, ErrorKind kind, const char* says) { QTest::newRow(name) << static_cast<int>(kind) << QString::fromLatin1(says); };
        row("web page", ErrorKind::Corrupt, "a web page");
        row("other file", ErrorKind::Corrupt, "no GGUF");
        row("empty", ErrorKind::Corrupt, "no GGUF");
        row("missing", ErrorKind::NotFound, "no such file");
        row("forbidden", ErrorKind::Network, "accept the model's terms");
        row("to a file", ErrorKind::Network, "neither http nor https");
        row("in circles", ErrorKind::Network, "from one link to the next");
        row("headers without end", ErrorKind::InvalidArgument, "headers are longer");
        row("one long header", ErrorKind::InvalidArgument, "headers are longer");
        row("body without end", ErrorKind::Corrupt, "does not end");
        row("more than announced", ErrorKind::Corrupt, "");
        row("less than announced", ErrorKind::Network, "lost");
        row("header byte by byte", ErrorKind::Network, "too slow");
        row("body byte by byte", ErrorKind::Network, "too slow");
        row("silence", ErrorKind::Network, "too slow");
        row("wrong place", ErrorKind::Corrupt, "changed");
        row("too large", ErrorKind::InvalidArgument, "more than");
        row("larger than the disk", ErrorKind::Io, "are free on this disk");
        row("cut GGUF", ErrorKind::Corrupt, "damaged");
        row("no HTTP", ErrorKind::Network, "does not speak HTTP");
    }
    void hostileServers() {
        QFETCH(int, kind);
        QFETCH(QString, says);
        const std::string name = QTest::currentDataTag();
        const Bytes& bytes = small().gguf;
        const auto magic = std::span(bytes).first(4);
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path.ends_with(".json")) return void(reply.head("404 Not Found", "Content-Length: 0\r\n"));
            const bool asks = request.range() == std::pair<std::uint64_t, std::uint64_t>{0, 4};
            const auto text = [&](std::string_view content) { serveModel(request, reply, {.bytes = std::as_bytes(std::span(content.data(), content.size()))}); };
            const std::string size = std::to_string(bytes.size());
            if (name == "web page") text("<!doctype html><html>Download our app</html>");
            else if (name == "other file") text("PK\x03\x04 and so on");
            else if (name == "empty") reply.head("200 OK", "Content-Length: 0\r\n");
            else if (name == "missing") reply.head("404 Not Found", "Content-Length: 0\r\n");
            else if (name == "forbidden") reply.head("403 Forbidden", "Content-Length: 0\r\n");
            else if (name == "to a file") reply.head("302 Found", "Location: file:///etc/passwd\r\nContent-Length: 0\r\n");
            else if (name == "in circles") reply.head("302 Found", "Location: /again\r\nContent-Length: 0\r\n");
            else if (name == "headers without end") {
                reply.text("HTTP/1.1 200 OK\r\n");
                while (reply.text("X-Filler: " + std::string(500, 'x') + "\r\n")) {}
            } else if (name == "one long header") {
                reply.text("HTTP/1.1 200 OK\r\nX-Filler: ");
                while (reply.text(std::string(4096, 'x'))) {}
            } else if (name == "body without end" || name == "silence" || name == "body byte by byte") {
                reply.head("200 OK", "Connection: close\r\n");
                if (!reply.send(magic) || asks) {
                    // The rest of the first answer is not looked at.
                } else if (name == "body without end") {
                    while (reply.send(bytes)) {}
                } else if (name == "body byte by byte") {
                    while (reply.text("x") && reply.wait(100)) {}
                } else {
                    reply.wait(60'000);
                }
                reply.close();
            } else if (name == "more than announced") {
                if (asks) return serveModel(request, reply, {.bytes = bytes, .etag = "\"v\""});
                reply.head("206 Partial Content", "ETag: \"v\"\r\nContent-Range: bytes 0-" + std::to_string(bytes.size() - 1) + "/" + size + "\r\nConnection: close\r\n");
                while (reply.send(bytes)) {}
                reply.close();
            } else if (name == "less than announced") {
                serveModel(request, reply, {.bytes = bytes, .etag = "\"v\"", .cut_after = asks ? UINT64_MAX : 1000});
            } else if (name == "header byte by byte") {
                for (const char letter : "HTTP/1.1 200 OK and a reason that never comes to its end, however long one waits for it") {
                    if (!reply.text({&letter, 1}) || !reply.wait(100)) return;
                }
            } else if (name == "wrong place") {
                if (asks) return serveModel(request, reply, {.bytes = bytes, .etag = "\"v\""});
                reply.head("206 Partial Content", "ETag: \"v\"\r\nContent-Range: bytes 100-" + std::to_string(bytes.size() - 1) + "/" + size + "\r\nContent-Length: " + std::to_string(bytes.size() - 100) + "\r\n");
                reply.send(std::span(bytes).subspan(100));
            } else if (name == "too large" || name == "larger than the disk") {
                const std::string claimed = name == "too large" ? "9000000000000000000" : "900000000000000";
                reply.head("206 Partial Content", "Content-Range: bytes 0-3/" + claimed + "\r\nContent-Length: 4\r\n");
                reply.send(magic);
            } else if (name == "cut GGUF") {
                serveModel(request, reply, {.bytes = std::span(bytes).first(bytes.size() - 5000), .etag = "\"v\""});
            } else if (name == "no HTTP") {
                reply.text("220 mail.example ESMTP\r\n");
                reply.close();
            }
        });
        const QTemporaryDir folder;
        DownloadOptions options = optionsFor(folder);
        options.http.stall_timeout = 1s;
        options.http.attempts = 2;
        if (name == "body without end") options.max_bytes = 4 * bytes.size();
        requireError(downloadModel(server.url("m.gguf"), options, {}), static_cast<ErrorKind>(kind), says.toLatin1().constData());
        QCOMPARE(modelsThere(options.folder), QStringList());
    }

    void nobodyThere() {
        const QTemporaryDir folder;
        std::string url;
        {
            const WebServer server([](const WebRequest&, WebReply&) {});
            url = server.url("m.gguf");
        }
        requireError(downloadModel(url, optionsFor(folder), {}), ErrorKind::Network, "does not answer");
    }

    void redirects() {
        const QTemporaryDir folder;
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/m.gguf") reply.head("302 Found", "Location: /storage/0815\r\nContent-Length: 0\r\nX-Linked-Etag: \"" + shaOf(small().gguf) + "\"\r\n");
            else serveModel(request, reply, {.bytes = small().gguf, .etag = "\"of the storage\""});
        });
        const auto downloaded = must(downloadModel(server.url("m.gguf"), optionsFor(folder), {}));
        requireFile(downloaded, small().gguf);
        QVERIFY(downloaded.check == DownloadCheck::Sha256);
        QCOMPARE(downloaded.files.front().filename().string(), std::string("m.gguf"));
    }

    void certificates() {
        const QTemporaryDir folder;
        const TlsIdentity identity = TlsIdentity::make();
        const WebServer plain(file({.bytes = small().gguf, .etag = "\"v1\""}));
        const WebServer server(
            [&](const WebRequest& request, WebReply& reply) {
                if (request.path == "/down.gguf") reply.head("302 Found", "Location: " + plain.url("m.gguf") + "\r\nContent-Length: 0\r\n");
                else serveModel(request, reply, {.bytes = small().gguf, .etag = "\"v1\""});
            },
            identity);
        DownloadOptions options = optionsFor(folder);
        requireError(downloadModel(server.url("m.gguf"), options, {}), ErrorKind::Network, "certificate is not trusted");
        QCOMPARE(server.requests(), 0);

        options.http.certificates = pathOf(folder) / "trusted.pem";
        const QByteArray pem = identity.certificate.toPem();
        must(writeFileAtomically(options.http.certificates, std::as_bytes(std::span(pem.constData(), static_cast<std::size_t>(pem.size())))));
        requireFile(must(downloadModel(server.url("m.gguf"), options, {})), small().gguf);
        requireError(downloadModel(server.url("down.gguf"), options, {}), ErrorKind::Network, "gives up encryption");
        QCOMPARE(plain.requests(), 0);
    }

    void stops() {
        const QTemporaryDir folder;
        DownloadOptions options = optionsFor(folder);
        options.http.stall_timeout = 60s;
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.range() == std::pair<std::uint64_t, std::uint64_t>{0, 4}) return serveModel(request, reply, {.bytes = small().gguf, .etag = "\"v1\""});
            reply.head("206 Partial Content", "ETag: \"v1\"\r\nContent-Range: bytes 0-" + std::to_string(small().gguf.size() - 1) + "/" + std::to_string(small().gguf.size()) + "\r\nContent-Length: " + std::to_string(small().gguf.size()) + "\r\n");
            reply.send(std::span(small().gguf).first(200'000));
            reply.wait(120'000);
        });
        std::stop_source source;
        std::atomic<bool> over{false};
        const std::jthread user([&] {
            // What comes before the file's own bytes (its header is looked at first) leaves nothing to keep.
            std::error_code missing;
            while (std::filesystem::file_size(options.folder / "m.gguf.tessera-part", missing) == 0 || missing) {
                if (over) break;
                std::this_thread::sleep_for(5ms);
            }
            source.request_stop();
        });
        QElapsedTimer clock;
        clock.start();
        const auto outcome = downloadModel(server.url("m.gguf"), options, {source.get_token(), {}});
        over = true;
        requireError(outcome, ErrorKind::Cancelled, "stopped");
        QVERIFY2(clock.elapsed() < 30'000, "it waited for the server");
        QVERIFY(namesIn(options.folder).contains(QStringLiteral("m.gguf.tessera-part")));  // kept for the next time
    }

    void twoAtOnceOnOneFile() {
        const QTemporaryDir folder;
        const DownloadOptions options = optionsFor(folder);
        std::filesystem::create_directories(options.folder);
        const auto held = must(openLocked(options.folder / "m.gguf.tessera-part", File::Mode::Create));
        QVERIFY(held);
        const WebServer server(file({.bytes = small().gguf, .etag = "\"v1\""}));
        requireError(downloadModel(server.url("m.gguf"), options, {}), ErrorKind::Io, "being fetched already");
    }

    void splitModels() {
        const QTemporaryDir folder;
        const Bytes parts[2] = {small().gguf, otherSmall().gguf};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            const bool first = request.path.find("00001-of") != std::string::npos;
            serveModel(request, reply, {.bytes = parts[first ? 0 : 1], .etag = first ? "\"a\"" : "\"b\""});
        });
        const auto downloaded = must(downloadModel(server.url("big-00002-of-00002.gguf"), optionsFor(folder), {}));
        QCOMPARE(downloaded.files.size(), std::size_t{2});
        QCOMPARE(downloaded.files[0].filename().string(), std::string("big-00001-of-00002.gguf"));
        for (int i : {0, 1}) QVERIFY(must(readFile(downloaded.files[static_cast<std::size_t>(i)], 1 << 28)) == parts[i]);
    }

    void hubPages() {
        const QTemporaryDir folder;
        const std::string sha = shaOf(small().gguf);
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            std::string list = "[{'type':'file','path':'m-Q8_0.gguf','size':1,'lfs':{'oid':'" + sha + "'}},{'type':'file','path':'m-Q4_0.gguf','size':5}]";
            std::ranges::replace(list, '\'', '"');
            if (request.path == "/api/models/own/repo/tree/main?recursive=true") serve(request, reply, {.bytes = std::as_bytes(std::span(list))});
            else if (request.path == "/own/repo/resolve/main/m-Q8_0.gguf") serve(request, reply, {.bytes = small().gguf, .etag = "\"v1\""});
            else reply.head("404 Not Found", "Content-Length: 0\r\n");
        });
        DownloadOptions options = optionsFor(folder);
        options.hub = server.url("");
        options.hub.pop_back();
        requireError(downloadModel("https://huggingface.co/own/repo", options, {}), ErrorKind::InvalidArgument, "offers 2 models");
        QCOMPARE(must(offeredModels("hf.co/own/repo", options, {})).size(), std::size_t{2});
        const auto downloaded = must(downloadModel("hf.co/own/repo:Q8_0", options, {}));
        requireFile(downloaded, small().gguf);
        QVERIFY(downloaded.check == DownloadCheck::Sha256);
    }

    // By manifest.

    void fragmentFolder_data() {
        QTest::addColumn<int>("wrong_times");
        QTest::newRow("right") << 0;
        QTest::newRow("one wrong fragment, right the second time") << 1;
        QTest::newRow("one wrong fragment, always") << 1000;
    }
    void fragmentFolder() {
        QFETCH(int, wrong_times);
        const QTemporaryDir folder;
        const Manifest& manifest = small().manifest;
        const Fragment& victim = manifest.fragments[manifest.fragments.size() / 2];
        const std::string json = manifestToJson(manifest);
        std::atomic<int> wrong_left{wrong_times};
        std::atomic<int> others_asked{0};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/set/manifest.json") return serve(request, reply, {.bytes = std::as_bytes(std::span(json))});
            for (const Fragment& fragment : manifest.fragments) {
                if (request.path != "/set/fragments/" + fragment.id + ".dat") continue;
                Bytes bytes(small().bytesOf(fragment).begin(), small().bytesOf(fragment).end());
                if (fragment.id == victim.id && wrong_left-- > 0) bytes[bytes.size() / 2] ^= std::byte{1};
                others_asked += fragment.id != victim.id;
                return serve(request, reply, {.bytes = bytes});
            }
            reply.head("404 Not Found", "Content-Length: 0\r\n");
        });
        const DownloadOptions options = optionsFor(folder);
        auto downloaded = downloadModel(server.url("set/manifest.json"), options, {});
        if (wrong_times > 10) {
            requireError(downloaded, ErrorKind::Corrupt, victim.id.c_str());
            QCOMPARE(modelsThere(options.folder), QStringList());
            const int asked = others_asked;
            wrong_left = 0;
            downloaded = downloadModel(server.url("set/manifest.json"), options, {});
            QVERIFY2(others_asked - asked < static_cast<int>(manifest.fragments.size()) - 1, "verified fragments came again");
        }
        requireFile(must(std::move(downloaded)), small().gguf);
        const auto set = must(openFragmentSet(options.folder / "sample.gguf", {}));
        QVERIFY(set.verifiable && !set.gguf.empty());
        for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) QVERIFY(set.store->state(FragmentIndex{i}) == FragmentState::Verified);  // the journal came along
        QCOMPARE(namesIn(options.folder), (QStringList{QStringLiteral("sample.gguf"), QStringLiteral("sample.gguf.journal"), QStringLiteral("sample.gguf.manifest.json")}));
        QVERIFY(must(downloadModel(server.url("set/manifest.json"), options, {})).check == DownloadCheck::Fragments);  // again: nothing to do
    }

    void manifestBesideTheFile_data() {
        QTest::addColumn<QString>("link");
        QTest::newRow("the manifest's link") << "sample.gguf.manifest.json";
        QTest::newRow("the file's link") << "sample.gguf";
    }
    void manifestBesideTheFile() {
        QFETCH(QString, link);
        const QTemporaryDir folder;
        const std::string json = manifestToJson(small().manifest);
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/sample.gguf.manifest.json") serve(request, reply, {.bytes = std::as_bytes(std::span(json))});
            else if (request.path == "/sample.gguf") serve(request, reply, {.bytes = small().gguf, .etag = "\"v1\""});
            else reply.head("404 Not Found", "Content-Length: 0\r\n");
        });
        const auto downloaded = must(downloadModel(server.url(link.toStdString()), optionsFor(folder), {}));
        requireFile(downloaded, small().gguf);
        QVERIFY(downloaded.check == DownloadCheck::Fragments);
    }

    void lyingManifests() {
        const QTemporaryDir folder;
        Manifest lie = small().manifest;
        lie.files[0].sha256[0] ^= std::byte{1};
        lie.model_id = modelIdOf(lie.files);
        lie.set_id = setIdOf(lie.model_id, lie.fragments);
        const std::string json = manifestToJson(lie);
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path.ends_with(".json")) serve(request, reply, {.bytes = std::as_bytes(std::span(json))});
            else serve(request, reply, {.bytes = small().gguf, .etag = "\"v1\""});
        });
        const DownloadOptions options = optionsFor(folder);
        requireError(downloadModel(server.url("sample.gguf.manifest.json"), options, {}), ErrorKind::Corrupt, "the manifest is wrong");
        requireError(downloadModel(server.url("sample.gguf.manifest.json") + "#sha256=" + shaOf(small().gguf), options, {}), ErrorKind::Corrupt, "of another model");
        QCOMPARE(modelsThere(options.folder), QStringList());
    }

    void survivesKills_data() {
        QTest::addColumn<QString>("link");
        QTest::newRow("plain") << "m.gguf";
        QTest::newRow("by manifest") << "sample.gguf.manifest.json";
    }
    void survivesKills() {
        QFETCH(QString, link);
        const QTemporaryDir folder;
        const Bytes& bytes = large().gguf;
        Manifest manifest = large().manifest;
        const std::string json = manifestToJson(manifest);
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path == "/sample.gguf.manifest.json") return serve(request, reply, {.bytes = std::as_bytes(std::span(json))});
            if (request.path.ends_with(".json")) return void(reply.head("404 Not Found", "Content-Length: 0\r\n"));
            std::this_thread::sleep_for(3ms);
            serve(request, reply, {.bytes = bytes, .etag = "\"v1\""});
        });
        const std::filesystem::path models = pathOf(folder) / "models";
        const QString url = QString::fromStdString(server.url(link.toStdString()));
        std::mt19937 random(3);
        for (int kill = 0; kill < 8; ++kill) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--download"), url, QString::fromStdString(toUtf8(models))});
            if (!child.waitForFinished(static_cast<int>(20 + random() % 200))) {
                child.kill();
                child.waitForFinished();
            }
            for (const QString& name : modelsThere(models)) QVERIFY(must(readFile(models / name.toStdString(), 1 << 28)) == bytes);
        }
        DownloadOptions options = optionsFor(folder);
        requireFile(must(downloadModel(url.toStdString(), options, {})), bytes);
        QCOMPARE(namesIn(models).filter(QStringLiteral("part")), QStringList());
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QStringLiteral("--download")) {  // to be killed
        DownloadOptions options;
        options.folder = fromUtf8(arguments[3].toStdString());
        return downloadModel(arguments[2].toStdString(), options, {}) ? 0 : 1;
    }
    TestDownload test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_download.moc"
