// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/glob.h"

#include <QtTest>

using namespace tessera;

class TestGlob : public QObject {
    Q_OBJECT
private slots:
    void patterns_data() {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char* pattern, const char* text, bool matches) {
            QTest::addRow("%s on %s", pattern, text) << QByteArray(pattern) << QByteArray(text) << matches;
        };
        row("", "", true);
        row("", "a", false);
        row("*", "", true);
        row("*", "blk.0.attn_q.weight", true);
        row("*.attn_?.weight", "blk.0.attn_q.weight", true);
        row("*.attn_?.weight", "blk.0.attn_output.weight", false);
        row("blk.[0-2].*", "blk.2.ffn_up.weight", true);
        row("blk.[0-2].*", "blk.3.ffn_up.weight", false);
        row("blk.[!0-2].*", "blk.3.ffn_up.weight", true);
        row("[]x]", "]", true);
        row("[abc", "[abc", true);
        row("[abc", "a", false);
        row("\\*", "*", true);
        row("\\*", "x", false);
        row("a**b", "ab", true);
        row("*a*b", "xaxbxab", true);
        row("*a*b", "xaxbxa", false);
        row("größe*", "größer", true);
    }
    void patterns() {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, text);
        QFETCH(bool, matches);
        QCOMPARE(globMatches(pattern.toStdString(), text.toStdString()), matches);
    }
    void manyStarsStayFast() {
        std::string pattern;
        for (int i = 0; i < 200; ++i) pattern += "*a";
        QVERIFY(!globMatches(pattern + "b", std::string(20'000, 'a')));
    }
};

QTEST_APPLESS_MAIN(TestGlob)
#include "tst_glob.moc"
