// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <QtTest>

using namespace tessera;

class TestHash : public QObject {
    Q_OBJECT
private slots:
    void vectorsOfFips180() {
        QCOMPARE(toHex(sha256({})), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        const std::string abc = "abc";
        QCOMPARE(toHex(sha256(std::as_bytes(std::span(abc)))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
    void streamEqualsWhole() {
        const std::string text(100'000, 'x');
        const auto bytes = std::as_bytes(std::span(text));
        Sha256 hash;
        hash.update(bytes.first(1));
        hash.update(bytes.subspan(1));
        QVERIFY(hash.finish() == sha256(bytes));
        hash.update(bytes);
        QVERIFY(hash.finish() == sha256(bytes));  // reusable
    }
    void hexRoundTripAndErrors() {
        const auto digest = sha256({});
        QVERIFY(digestFromHex(toHex(digest)).value() == digest);
        QVERIFY(!digestFromHex("abc"));
        QVERIFY(!digestFromHex(std::string(64, 'g')));
    }
};

QTEST_APPLESS_MAIN(TestHash)
#include "tst_hash.moc"
