// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/percent.h"
#include "core/serve/http_range.h"

#include <QtTest>

using namespace tessera;

class TestHttpRange : public QObject {
    Q_OBJECT
    static ServerRequest get(const char* name, const char* value) { return {"GET", "/x", {{name, value}}, {}}; }

private slots:
    void ranges_data() {
        QTest::addColumn<QString>("range");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("begin");
        QTest::addColumn<int>("end");
        const auto row = [](const char* range, int status, int begin, int end) { QTest::newRow(range) << range << status << begin << end; };
        row("bytes=0-3", 206, 0, 4);
        row("bytes=4-", 206, 4, 100);
        row("bytes=-10", 206, 90, 100);
        row("bytes=-1000", 206, 0, 100);
        row("bytes=99-99", 206, 99, 100);
        row("bytes=10-5000", 206, 10, 100);
        row("Bytes = 0-3", 200, 0, 100);
        row("BYTES=0-3", 206, 0, 4);
        row("bytes= 0-3 ", 206, 0, 4);
        row("bytes=100-", 416, 0, 0);
        row("bytes=100-200", 416, 0, 0);
        row("bytes=-0", 416, 0, 0);
        row("bytes=99999999999999999999999-", 416, 0, 0);
        row("bytes=0-99999999999999999999999", 206, 0, 100);
        row("bytes=0-1,4-5", 200, 0, 100);  // several: the whole, which the RFC allows
        row("bytes=5-2", 200, 0, 100);
        row("bytes=-", 200, 0, 100);
        row("bytes=a-b", 200, 0, 100);
        row("bytes=1--2", 200, 0, 100);
        row("bytes=+1-2", 200, 0, 100);
        row("items=0-3", 200, 0, 100);
        row("bytes=", 200, 0, 100);
        row("", 200, 0, 100);
    }
    void ranges() {
        QFETCH(QString, range);
        QFETCH(int, status);
        QFETCH(int, begin);
        QFETCH(int, end);
        const Selection part = selectBytes(get("range", qPrintable(range)), "\"e\"", 100);
        QCOMPARE(part.status, status);
        QCOMPARE(int(part.begin), begin);
        QCOMPARE(int(part.end), end);
    }
    void nothingOfAnEmptyFile() {
        QCOMPARE(selectBytes(get("range", "bytes=0-0"), "\"e\"", 0).status, 416);
        QCOMPARE(selectBytes(get("range", "bytes=-5"), "\"e\"", 0).status, 416);
    }
    void conditions() {
        QCOMPARE(selectBytes(get("if-none-match", "\"e\""), "\"e\"", 9).status, 304);
        QCOMPARE(selectBytes(get("if-none-match", "\"a\", W/\"e\""), "\"e\"", 9).status, 304);
        QCOMPARE(selectBytes(get("if-none-match", "*"), "\"e\"", 9).status, 304);
        QCOMPARE(selectBytes(get("if-none-match", "\"a\""), "\"e\"", 9).status, 200);
        ServerRequest request = get("range", "bytes=0-3");
        request.fields.emplace_back("if-range", "\"e\"");
        QCOMPARE(selectBytes(request, "\"e\"", 9).status, 206);
        for (const char* other : {"\"a\"", "W/\"e\"", "Wed, 21 Oct 2015 07:28:00 GMT"}) {
            request.fields.back().second = other;
            QCOMPARE(selectBytes(request, "\"e\"", 9).status, 200);
        }
        request = get("range", "bytes=0-3");
        request.method = "HEAD";
        QCOMPARE(selectBytes(request, "\"e\"", 9).status, 200);
    }
    void gzip() {
        for (const char* yes : {"gzip", "deflate, gzip", "gzip;q=0.5", "*", "br;q=1, gzip; q=0.001"}) QVERIFY2(acceptsGzip(yes), yes);
        for (const char* no : {"", "identity", "gzip;q=0", "gzip; q=0.000", "x-gzip", "br"}) QVERIFY2(!acceptsGzip(no), no);
    }
    void percent() {
        QCOMPARE(percentDecoded("/a%20b%2F..").value(), std::string("/a b/.."));
        QCOMPARE(percentDecoded("/%C3%A9").value(), std::string("/é"));
        for (const char* bad : {"/%", "/%4", "/%zz", "/%00", "/%ff", "/%+1"}) QVERIFY2(!percentDecoded(bad), bad);
    }
};

QTEST_APPLESS_MAIN(TestHttpRange)
#include "tst_http_range.moc"
