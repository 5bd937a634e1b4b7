// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/stop_strings.h"

#include <QTest>

using tessera::StopStrings;

class StopStringsTest : public QObject {
    Q_OBJECT

private slots:
    void endsTheTextBeforeTheFirst_data() {
        QTest::addColumn<QStringList>("stops");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<bool>("found");
        QTest::newRow("no stop strings") << QStringList{} << "abc"
                                         << "abc" << false;
        QTest::newRow("not there") << QStringList{"x"} << "abc"
                                   << "abc" << false;
        QTest::newRow("at the start") << QStringList{"ab"} << "abc"
                                      << "" << true;
        QTest::newRow("in the middle") << QStringList{"b"} << "abc"
                                       << "a" << true;
        QTest::newRow("at the end") << QStringList{"bc"} << "abc"
                                    << "a" << true;
        QTest::newRow("only its beginning") << QStringList{"bcd"} << "abc"
                                            << "abc" << false;
        QTest::newRow("its beginning twice") << QStringList{"aab"} << "aaaab!"
                                             << "aa" << true;
        QTest::newRow("the one complete first") << QStringList{"abcd", "bc"} << "xabcd"
                                                << "xa" << true;
        QTest::newRow("the longer of two that end together") << QStringList{"b", "ab"} << "xab"
                                                             << "x" << true;
        QTest::newRow("the first place") << QStringList{"\n"} << "a\nb\nc"
                                         << "a" << true;
        QTest::newRow("empty ones never match") << QStringList{"", "c"} << "abc"
                                                << "ab" << true;
        QTest::newRow("overlapping itself") << QStringList{"\n\nUser:"} << "Hi\n\n\nUser: x"
                                            << "Hi\n"
                                            << true;
        QTest::newRow("other scripts") << QStringList{"用户"} << "你好用户"
                                       << "你好" << true;
    }
    void endsTheTextBeforeTheFirst() {
        QFETCH(QStringList, stops);
        QFETCH(QString, text);
        QFETCH(QString, shown);
        QFETCH(bool, found);
        std::vector<std::string> strings;
        for (const QString& stop : stops) strings.push_back(stop.toStdString());
        const std::string whole = text.toStdString();
        // The result does not depend on the pieces, and what was shown is never taken back.
        for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
            StopStrings filter(strings);
            std::string out;
            for (std::size_t i = 0; i < whole.size(); i += piece) {
                out += filter.push(whole.substr(i, piece));
                QVERIFY2(shown.toStdString().starts_with(out), out.c_str());
            }
            out += filter.flush();
            QCOMPARE(QString::fromStdString(out), shown);
            QCOMPARE(filter.found(), found);
        }
    }

    void holdsBackNoMoreThanNeeded() {
        StopStrings filter({"###"});
        QCOMPARE(filter.push("abc"), std::string("abc"));
        QCOMPARE(filter.push("d#"), std::string("d"));
        QCOMPARE(filter.push("e"), std::string("#e"));
        QCOMPARE(filter.push("##"), std::string());
        QCOMPARE(filter.flush(), std::string("##"));
    }

    void nothingComesAfterAStop() {
        StopStrings filter({"x"});
        QCOMPARE(filter.push("ax"), std::string("a"));
        QCOMPARE(filter.push("bc"), std::string());
        QCOMPARE(filter.flush(), std::string());
    }
};

QTEST_GUILESS_MAIN(StopStringsTest)
#include "tst_stop_strings.moc"
