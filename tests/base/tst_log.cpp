// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <QtTest>

#include <string>

using namespace tessera;

class TestLog : public QObject {
    Q_OBJECT
private slots:
    void levelsNest() {
        QVERIFY(logEnabled(LogLevel::Warning));  // the start
        QVERIFY(!logEnabled(LogLevel::Info));
        setLogLevel(LogLevel::Debug);
        QVERIFY(logEnabled(LogLevel::Debug));
        setLogLevel(LogLevel::Error);
        QVERIFY(logEnabled(LogLevel::Error));
        QVERIFY(!logEnabled(LogLevel::Warning));
    }
    void linesDoNotDriveTheTerminal() {
        std::string heard;
        setLogLevel(LogLevel::Error);
        setLogListener([&](LogLevel, std::string_view message) { heard += message; });
        logWarning("below the level");
        logError("a\x1b[2Jb");
        setLogListener({});
        QCOMPARE(heard, std::string("a\\x1b[2Jb"));
    }
};

QTEST_APPLESS_MAIN(TestLog)
#include "tst_log.moc"
