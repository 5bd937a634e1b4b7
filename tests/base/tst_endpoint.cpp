// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endpoint.h"
#include "core/base/hash.h"

#include <QtTest>

using namespace tessera;

class TestEndpoint : public QObject {
    Q_OBJECT
private slots:
    void read_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("alone");    // empty: refused
        QTest::addColumn<QString>("with_usual");
        const auto row = [](const char* text, const char* alone, const char* with_usual) { QTest::newRow(text) << text << alone << with_usual; };
        row("10.0.0.7:7420", "10.0.0.7:7420", "10.0.0.7:7420");
        row("box.lan:1", "box.lan:1", "box.lan:1");
        row("[fe80::1]:7420", "[fe80::1]:7420", "[fe80::1]:7420");
        row("[fe80::1%eth0]:7420", "[fe80::1%eth0]:7420", "[fe80::1%eth0]:7420");
        row("0.0.0.0", "", "0.0.0.0:99");
        row("::1", "", "[::1]:99");
        row("[::1]", "", "[::1]:99");
        row(":8337", "", "127.0.0.1:8337");
        row("host:0", "host:0", "host:0");
        for (const char* bad : {"", ":", "host:", "host:65536", "host:-1", "host:1x", "host: 1", "[::1", "[::1]7", "[host]:1", "a b:1", "[]:1", "a/b:1", "[::1]:1:2"}) row(bad, "", "");
    }
    void read() {
        QFETCH(QString, text);
        QFETCH(QString, alone);
        QFETCH(QString, with_usual);
        const auto check = [](const Result<Endpoint>& endpoint, const QString& expected) {
            QCOMPARE(endpoint ? QString::fromStdString(endpoint->text()) : QString(), expected);
            if (!endpoint) QCOMPARE(endpoint.error().kind, ErrorKind::InvalidArgument);
        };
        check(parseEndpoint(text.toStdString()), alone);
        check(parseEndpoint(text.toStdString(), {"127.0.0.1", 99}), with_usual);
    }
    void loopback() {
        for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1"}) QVERIFY2(isLoopbackHost(host), host);
        for (const char* host : {"", "0.0.0.0", "::", "127.example.org", "127.0.0.1.example.org", "10.0.0.1", "1::1"}) QVERIFY2(!isLoopbackHost(host), host);
    }
    void secrets() {
        QVERIFY(sameSecret("", "") && sameSecret("abc", "abc"));
        for (const char* other : {"", "ab", "abcd", "abd", "Abc"}) QVERIFY2(!sameSecret("abc", other), other);
    }
};

QTEST_GUILESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
