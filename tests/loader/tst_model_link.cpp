// SPDX-License-Identifier: GPL-3.0-or-later
// Links as people paste them, names as strangers write them, and a hub's list of files.
#include "core/loader/network/hub_listing.h"
#include "core/loader/network/http_head.h"
#include "core/loader/network/model_link.h"

#include <QtTest>

using namespace tessera;

namespace {

const char* const kDigest = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// JSON with its quotes.
std::string quoted(std::string json) {
    std::ranges::replace(json, '\'', '"');
    return json;
}

QString text(const std::string& string) { return QString::fromStdString(string); }

}  // namespace

class TestModelLink : public QObject {
    Q_OBJECT

private slots:
    void links_data() {
        QTest::addColumn<QString>("pasted");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* title, const char* pasted, const char* url, const char* name) { QTest::newRow(title) << pasted << url << name; };
        row("direct", "https://example.org/a/model.gguf", "https://example.org/a/model.gguf", "model.gguf");
        row("spaces and brackets around", "  <https://example.org/model.gguf>\n", "https://example.org/model.gguf", "model.gguf");
        row("query kept", "https://example.org/model.gguf?download=true", "https://example.org/model.gguf?download=true", "model.gguf");
        row("mark dropped", "https://example.org/model.gguf#top", "https://example.org/model.gguf", "model.gguf");
        row("no scheme", "example.org/model.gguf", "https://example.org/model.gguf", "model.gguf");
        row("this machine", "localhost:8080/model.gguf", "http://localhost:8080/model.gguf", "model.gguf");
        row("hub file page", "https://huggingface.co/own/repo/blob/main/sub/m-Q4_K_M.gguf", "https://huggingface.co/own/repo/resolve/main/sub/m-Q4_K_M.gguf", "m-Q4_K_M.gguf");
        row("hub file", "https://huggingface.co/own/repo/resolve/main/m.gguf?download=true", "https://huggingface.co/own/repo/resolve/main/m.gguf", "m.gguf");
        row("short hub", "hf.co/own/repo/blob/v1.0/m.gguf", "https://huggingface.co/own/repo/resolve/v1.0/m.gguf", "m.gguf");
        row("hub scheme", "hf://own/repo/resolve/main/m.gguf", "https://huggingface.co/own/repo/resolve/main/m.gguf", "m.gguf");
        row("GitHub page", "https://github.com/own/repo/blob/main/m.gguf", "https://github.com/own/repo/raw/main/m.gguf", "m.gguf");
        row("GitHub release", "https://github.com/own/repo/releases/download/v1/m.gguf", "https://github.com/own/repo/releases/download/v1/m.gguf", "m.gguf");
        row("ModelScope page", "https://modelscope.cn/models/own/repo/file/view/master/m.gguf?status=2", "https://modelscope.cn/models/own/repo/resolve/master/m.gguf", "m.gguf");
        row("escaped name", "https://example.org/my%20model.gguf", "https://example.org/my%20model.gguf", "my model.gguf");
        row("escaped way out", "https://example.org/..%2F..%2Fetc%2Fpasswd", "https://example.org/..%2F..%2Fetc%2Fpasswd", "passwd.gguf");
        row("number for a name", "https://example.org/download/1234", "https://example.org/download/1234", "1234.gguf");
    }
    void links() {
        QFETCH(QString, pasted);
        QFETCH(QString, url);
        QFETCH(QString, name);
        const auto link = parseModelLink(pasted.toStdString());
        QVERIFY2(link, link ? "" : link.error().message.c_str());
        QCOMPARE(text(link->url), url);
        QCOMPARE(text(link->file_name), name);
        QVERIFY(link->kind == LinkKind::Gguf);
    }

    void pages_data() {
        QTest::addColumn<QString>("pasted");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("page") << "https://huggingface.co/own/repo" << "https://huggingface.co/api/models/own/repo/tree/main?recursive=true" << "";
        QTest::newRow("branch") << "https://huggingface.co/own/repo/tree/v2" << "https://huggingface.co/api/models/own/repo/tree/v2?recursive=true" << "";
        QTest::newRow("type") << "hf.co/own/repo:Q4_K_M" << "https://huggingface.co/api/models/own/repo/tree/main?recursive=true" << "Q4_K_M";
    }
    void pages() {
        QFETCH(QString, pasted);
        QFETCH(QString, url);
        QFETCH(QString, wanted);
        const auto link = parseModelLink(pasted.toStdString());
        QVERIFY2(link, link ? "" : link.error().message.c_str());
        QVERIFY(link->kind == LinkKind::HubPage);
        QCOMPARE(text(link->url), url);
        QCOMPARE(text(link->wanted), wanted);
        QCOMPARE(text(link->repository), QStringLiteral("own/repo"));
    }

    void aMirrorOfTheHub() {
        const auto file = parseModelLink("https://huggingface.co/own/repo/blob/main/m.gguf", "http://mirror.example:81");
        QCOMPARE(text(file->url), QStringLiteral("http://mirror.example:81/own/repo/resolve/main/m.gguf"));
        const auto own = parseModelLink("http://mirror.example:81/own/repo", "http://mirror.example:81");
        QVERIFY(own->kind == LinkKind::HubPage);
    }

    void manifests() {
        const auto server = parseModelLink("https://example.org:8337");  // one of ours
        QVERIFY(server->kind == LinkKind::Manifest);
        QCOMPARE(text(server->url), QStringLiteral("https://example.org:8337/manifest.json"));
        QVERIFY(parseModelLink("https://example.org/set/manifest.json")->kind == LinkKind::Manifest);
        QVERIFY(parseModelLink("https://example.org/m.gguf.manifest.json")->kind == LinkKind::Manifest);
    }

    void refusals_data() {
        QTest::addColumn<QString>("pasted");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << " " << "no link";
        QTest::newRow("file") << "file:///etc/passwd" << "only http and https";
        QTest::newRow("ftp") << "ftp://example.org/m.gguf" << "only http and https";
        QTest::newRow("password") << "https://me:secret@example.org/m.gguf" << "password";
        QTest::newRow("short hash") << "https://example.org/m.gguf#sha256=1234" << "64 hex digits";
        QTest::newRow("hub's front page") << "https://huggingface.co/models" << "page of the model";
        QTest::newRow("too long") << QStringLiteral("https://example.org/") + QString(9000, QLatin1Char('a')) << "more than";
        QTest::newRow("bad port") << "https://example.org:99999999/m.gguf" << "not a link";
    }
    void refusals() {
        QFETCH(QString, pasted);
        QFETCH(QString, says);
        const auto link = parseModelLink(pasted.toStdString());
        QVERIFY(!link);
        QVERIFY(link.error().kind == ErrorKind::InvalidArgument);
        QVERIFY2(text(link.error().message).contains(says), link.error().message.c_str());
        QVERIFY(!text(link.error().message).contains(QStringLiteral("secret")));
    }

    void hashInTheLink() {
        for (const char* mark : {"#sha256=", "#SHA256:"}) {
            const auto link = parseModelLink(std::string("https://example.org/m.gguf") + mark + kDigest);
            QVERIFY(link && link->sha256);
            QCOMPARE(text(toHex(*link->sha256)), QString::fromLatin1(kDigest));
            QCOMPARE(text(link->url), QStringLiteral("https://example.org/m.gguf"));
        }
    }

    void whatIsMeantAsALink() {
        for (const char* link : {"https://a/b", "HTTP://a", "hf.co/a/b", "hf://a/b", " huggingface.co/a/b", "www.example.org/m.gguf"}) QVERIFY2(looksLikeLink(link), link);
        for (const char* path : {"/home/me/m.gguf", "m.gguf", "C:\\models\\m.gguf", "file:///home/me/m.gguf", ""}) QVERIFY2(!looksLikeLink(path), path);
    }

    void partsOfASplitModel() {
        const auto link = parseModelLink(std::string("https://example.org/00002/big-00002-of-00003.gguf?x=1#sha256=") + kDigest);
        const auto parts = partsOf(*link);
        QCOMPARE(parts.size(), std::size_t{3});
        QCOMPARE(text(parts[0].url), QStringLiteral("https://example.org/00002/big-00001-of-00003.gguf?x=1"));
        QCOMPARE(text(parts[2].file_name), QStringLiteral("big-00003-of-00003.gguf"));
        QVERIFY(!parts[0].sha256 && parts[1].sha256 && !parts[2].sha256);
        QCOMPARE(partsOf(*parseModelLink("https://example.org/m.gguf")).size(), std::size_t{1});
    }

    void safeNames_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("safe");
        QTest::newRow("plain") << QByteArray("m.gguf") << QByteArray("m.gguf");
        QTest::newRow("folders") << QByteArray("../../a\\b/m.gguf") << QByteArray("m.gguf");
        QTest::newRow("dots") << QByteArray("..") << QByteArray("");
        QTest::newRow("hidden") << QByteArray(".m.gguf") << QByteArray("m.gguf");
        QTest::newRow("control") << QByteArray("a\nb\x7f.gguf") << QByteArray("a_b_.gguf");
        QTest::newRow("reserved characters") << QByteArray("a:b?c*.gguf") << QByteArray("a_b_c_.gguf");
        QTest::newRow("device") << QByteArray("con.gguf") << QByteArray("_con.gguf");
        QTest::newRow("device with number") << QByteArray("LPT1") << QByteArray("_LPT1");
        QTest::newRow("invalid UTF-8") << QByteArray("a\xff.gguf") << QByteArray("a\xef\xbf\xbd.gguf");
        QTest::newRow("long") << QByteArray(300, 'a') << QByteArray(200, 'a');
        QTest::newRow("long, not inside a character") << QByteArray(199, 'a') + QByteArray("é") << QByteArray(199, 'a');
    }
    void safeNames() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, safe);
        QCOMPARE(QByteArray::fromStdString(safeFileName(name.toStdString())), safe);
    }

    void besideALink() {
        QCOMPARE(text(linkBeside("https://a/b/manifest.json?x=/y#z", "fragments/1.dat")), QStringLiteral("https://a/b/fragments/1.dat"));
        QCOMPARE(text(percentEncoded("a b/ü%")), QStringLiteral("a%20b%2F%C3%BC%25"));
    }

    void hubListing() {
        ModelLink page;
        page.repository = "own/repo";
        page.revision = "main";
        const std::string json = quoted(std::string("[{'type':'directory','path':'big'},{'type':'file','path':'README.md','size':10},{'type':'file','path':'mmproj-m.gguf','size':5},") +
                                        "{'type':'file','path':'m q8.gguf','size':200,'lfs':{'oid':'" + kDigest + "','size':200}}," +
                                        "{'type':'file','path':'m-Q4.gguf','size':100,'lfs':{'oid':'short'}}," +
                                        "{'type':'file','path':'big/b-00002-of-00002.gguf','size':300},{'type':'file','path':'big/b-00001-of-00002.gguf','size':400}, 7]");
        const auto offered = parseHubListing(json, page, "https://hub.example");
        QVERIFY(offered);
        QCOMPARE(offered->size(), std::size_t{3});
        QCOMPARE(text((*offered)[0].link), QStringLiteral("https://hub.example/own/repo/resolve/main/m-Q4.gguf"));
        QCOMPARE(text((*offered)[1].link), QStringLiteral("https://hub.example/own/repo/resolve/main/m%20q8.gguf#sha256=") + QString::fromLatin1(kDigest));
        QCOMPARE(text((*offered)[2].name), QStringLiteral("b-00001-of-00002.gguf"));
        QCOMPARE(*(*offered)[2].size_bytes, std::uint64_t{700});

        page.wanted = "q8";
        QCOMPARE(parseHubListing(json, page, "https://hub.example")->size(), std::size_t{1});
        page.wanted = "Q2_K";
        QVERIFY(text(parseHubListing(json, page, "https://hub.example").error().message).contains(QStringLiteral("Q2_K")));
        page.wanted = "";
        QVERIFY(parseHubListing("[]", page, "https://hub.example").error().kind == ErrorKind::NotFound);
        QVERIFY(parseHubListing("<html>", page, "https://hub.example").error().kind == ErrorKind::Corrupt);
    }

    void responseHeads() {
        HttpHeadReader reader;
        for (const char* line : {"HTTP/1.1 302 Found\r\n", "Location: https://b/\r\n", "X-Linked-Etag: \"abc\"\r\n", "ETag: \"first\"\r\n"}) QVERIFY(!*reader.line(line));
        QVERIFY(!*reader.line("\r\n"));  // a redirect is not the answer
        for (const char* line : {"HTTP/1.1 206 Partial Content\r\n", "content-range: bytes 4-7/ 100\r\n", "Content-Length:  4 \r\n", "etag: \"second\"\r\n"}) QVERIFY(!*reader.line(line));
        QVERIFY(*reader.line("\r\n"));
        QCOMPARE(reader.head().status, 206);
        QVERIFY(reader.head().range == (ByteRange{4, 8}));
        QCOMPARE(*reader.head().total, std::uint64_t{100});
        QCOMPARE(*reader.head().content_length, std::uint64_t{4});
        QCOMPARE(text(reader.head().etag), QStringLiteral("\"second\""));
        QCOMPARE(text(reader.head().linked_etag), QStringLiteral("\"abc\""));

        for (const char* bad : {"bytes 7-4/100", "bytes -4/100", "bytes 1-99999999999999999999/5", "lines 1-2/3", "bytes */100"}) {
            HttpHeadReader other;
            other.line("HTTP/1.1 206 x\r\n").value();
            other.line(std::string("Content-Range: ") + bad + "\r\n").value();
            QVERIFY2(!other.head().range, bad);
        }
        HttpHeadReader flood;
        flood.line("HTTP/1.1 200 OK\r\n").value();
        Result<bool> last = false;
        for (int i = 0; i < 100 && last; ++i) last = flood.line("X-Filler: " + std::string(1000, 'x') + "\r\n");
        QVERIFY(!last && last.error().kind == ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestModelLink)
#include "tst_model_link.moc"
