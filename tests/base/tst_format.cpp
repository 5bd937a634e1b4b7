// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <QtTest>

using namespace tessera;

class TestFormat : public QObject {
    Q_OBJECT
private slots:
    void bytesForPeople() {
        QCOMPARE(formatBytes(0), std::string("0 bytes"));
        QCOMPARE(formatBytes(1), std::string("1 byte"));
        QCOMPARE(formatBytes(98'362'432), std::string("98.4 MB"));
        QCOMPARE(formatBytes(999'950), std::string("1.0 MB"));
    }
    void parsedSizes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("bytes");
        QTest::newRow("plain") << "65536" << qint64(65536);
        QTest::newRow("MiB") << "10MiB" << qint64(10485760);
        QTest::newRow("space and case") << "1.5 gb" << qint64(1'500'000'000);
        QTest::newRow("K is binary") << "64K" << qint64(65536);
        QTest::newRow("empty") << "" << qint64(-1);
        QTest::newRow("unit only") << "MiB" << qint64(-1);
        QTest::newRow("negative") << "-1" << qint64(-1);
        QTest::newRow("unknown unit") << "10 apples" << qint64(-1);
        QTest::newRow("too large") << "1e30" << qint64(-1);
        QTest::newRow("not a number") << "nan" << qint64(-1);
    }
    void parsedSizes() {
        QFETCH(QString, text);
        QFETCH(qint64, bytes);
        const auto parsed = parseBytes(text.toStdString());
        QCOMPARE(parsed.has_value(), bytes >= 0);
        if (parsed) QCOMPARE(static_cast<qint64>(*parsed), bytes);
    }
};

QTEST_APPLESS_MAIN(TestFormat)
#include "tst_format.moc"
