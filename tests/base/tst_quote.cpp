// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quote.h"

#include <QtTest>

using namespace tessera;

class TestQuote : public QObject {
    Q_OBJECT
private slots:
    void oneLineEscapes() {
        QCOMPARE(oneLine("a\nb\tc\x1b[31m\x7f", 80), std::string("a\\nb\\tc\\x1b[31m\\x7f"));
        QCOMPARE(inQuotes("né 模"), std::string("'né 模'"));
        QVERIFY(oneLine(std::string(1000, 'x'), 80).size() <= 84);
    }
    void terminalsAreNotDriven_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("plain") << QByteArray("Größe, 模型 🙂\n\tnext") << QByteArray("Größe, 模型 🙂\n\tnext");
        QTest::newRow("window title") << QByteArray("\x1b]0;evil\x07") << QByteArray("\\x1b]0;evil\\x07");
        QTest::newRow("carriage return") << QByteArray("safe\rfake") << QByteArray("safe\\x0dfake");
        QTest::newRow("one-character CSI") << QByteArray("\xc2\x9b""31m") << QByteArray("\\u009b31m");
        QTest::newRow("no-break space stays") << QByteArray("\xc2\xa0") << QByteArray("\xc2\xa0");
        QTest::newRow("cut after a lead byte") << QByteArray("a\xc2") << QByteArray("a\xc2");
        QTest::newRow("zero byte") << QByteArray("a\0b", 3) << QByteArray("a\\x00b");
    }
    void terminalsAreNotDriven() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(printable(text.toStdString())), shown);
    }
};

QTEST_APPLESS_MAIN(TestQuote)
#include "tst_quote.moc"
