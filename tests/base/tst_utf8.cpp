// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <QtTest>

using namespace tessera;

class TestUtf8 : public QObject {
    Q_OBJECT
private slots:
    void prefixAndSuffix_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("prefix");
        QTest::addColumn<int>("suffix");
        QTest::addColumn<QByteArray>("repaired");
        const QByteArray bad("\xEF\xBF\xBD");
        const auto row = [](const char* name, const QByteArray& text, int prefix, int suffix, const QByteArray& repaired) {
            QTest::newRow(name) << text << prefix << suffix << repaired;
        };
        row("empty", "", 0, 0, "");
        row("ascii", "abc", 3, 0, "abc");
        row("zero byte", QByteArray("a\0b", 3), 3, 0, QByteArray("a\0b", 3));
        row("two bytes", "\xC3\xA9", 2, 0, "\xC3\xA9");
        row("three bytes", "\xE6\x97\xA5", 3, 0, "\xE6\x97\xA5");
        row("four bytes", "\xF0\x9F\x98\x80", 4, 0, "\xF0\x9F\x98\x80");
        row("last of Unicode", "\xF4\x8F\xBF\xBF", 4, 0, "\xF4\x8F\xBF\xBF");
        row("half of two", "a\xC3", 1, 1, "a" + bad);
        row("third of three", "a\xE6", 1, 1, "a" + bad);
        row("two thirds of three", "a\xE6\x97", 1, 2, "a" + bad);
        row("three quarters of four", "\xF0\x9F\x98", 0, 3, bad);
        row("half of four", "\xF0\x9F", 0, 2, bad);
        row("lone continuation", "\x80z", 0, 0, bad + "z");
        row("overlong two", "\xC0\xAF", 0, 0, bad + bad);
        row("overlong three", "\xE0\x80\xAF", 0, 0, bad + bad + bad);
        row("overlong four", "\xF0\x80\x80\xAF", 0, 0, bad + bad + bad + bad);
        row("surrogate", "\xED\xA0\x80", 0, 0, bad + bad + bad);
        row("beyond Unicode", "\xF4\x90\x80\x80", 0, 0, bad + bad + bad + bad);
        row("never a first byte", "x\xFFy", 1, 0, "x" + bad + "y");
        row("broken in the middle", "\xE6\x97z", 0, 0, bad + "z");
        row("broken, then whole", "\xF0\x9F\xC3\xA9", 0, 0, bad + "\xC3\xA9");
        row("whole, then half", "\xC3\xA9\xC3", 2, 1, "\xC3\xA9" + bad);
    }
    void prefixAndSuffix() {
        QFETCH(QByteArray, text);
        QFETCH(int, prefix);
        QFETCH(int, suffix);
        QFETCH(QByteArray, repaired);
        const std::string given = text.toStdString();
        QCOMPARE(int(validUtf8Prefix(given)), prefix);
        QCOMPARE(int(incompleteUtf8Suffix(given)), suffix);
        QCOMPARE(toValidUtf8(given), repaired.toStdString());
        QCOMPARE(validUtf8Prefix(toValidUtf8(given)), toValidUtf8(given).size());
    }
    void everyPairAgreesWithQt() {
        // Qt's decoder is the oracle for all one- and two-byte strings with a tail that makes some of them whole.
        for (int first = 0x80; first < 256; ++first) {
            for (int second = 0; second < 256; ++second) {
                const std::string text{char(first), char(second), '\xA5', 'x'};
                const bool valid = validUtf8Prefix(text) == text.size();
                QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
                [[maybe_unused]] const QString decoded = decoder(QByteArray::fromStdString(text));
                QVERIFY2(valid == !decoder.hasError(), qPrintable(QString("%1 %2").arg(first, 0, 16).arg(second, 0, 16)));
            }
        }
    }
    void truncates() {
        QCOMPARE(truncateUtf8("short", 10), std::string("short"));
        QCOMPARE(truncateUtf8("0123456789", 10), std::string("0123456789"));
        QCOMPARE(truncateUtf8("0123456789a", 10), std::string("0123456\xE2\x80\xA6"));
        QCOMPARE(truncateUtf8("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 6), std::string("\xC3\xA9\xE2\x80\xA6"));
        QCOMPARE(truncateUtf8("\xC3\xA9x", 2), std::string("\xC3\xA9"));
        QCOMPARE(truncateUtf8("\xC3\xA9x", 1), std::string(""));
        QCOMPARE(truncateUtf8("abc", 0), std::string(""));
    }
};

QTEST_APPLESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
