// SPDX-License-Identifier: GPL-3.0-or-later
// The command line's pieces that need no process.
#include "app/cli/command_tree.h"
#include "app/cli/help.h"
#include "app/cli/layer_spans.h"
#include "app/cli/nearest.h"
#include "app/cli/progress_bar.h"
#include "app/cli/sampling_options.h"
#include "app/cli/table.h"
#include "app/cli/tensor_statistics.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace tessera;
using namespace tessera::cli;

class TestCliParts : public QObject {
    Q_OBJECT
private slots:
    void nearestWord_data() {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QByteArray>("found");
        QTest::newRow("swapped letters") << QByteArray("--tmep") << QByteArray("--temp");
        QTest::newRow("missing letter") << QByteArray("--tmp") << QByteArray("--temp");
        QTest::newRow("beginning") << QByteArray("--flash") << QByteArray("--flash-attention");
        QTest::newRow("nothing close") << QByteArray("--zebra") << QByteArray("");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("a page") << QByteArray(5000, 'x') << QByteArray("");
    }
    void nearestWord() {
        QFETCH(QByteArray, word);
        QFETCH(QByteArray, found);
        const auto result = nearest(word.toStdString(), {"--temp", "--top-k", "--flash-attention", "--seed"});
        QCOMPARE(QByteArray::fromStdString(result.value_or("")), found);
    }

    void spans_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("count");
        QTest::newRow("one") << QByteArray("0-29") << 1;
        QTest::newRow("two") << QByteArray("0-14,15-29") << 2;
        QTest::newRow("single layers") << QByteArray("0-0,1-1,2-2") << 3;
        QTest::newRow("empty") << QByteArray("") << -1;
        QTest::newRow("not from 0") << QByteArray("1-29") << -1;
        QTest::newRow("gap") << QByteArray("0-14,16-29") << -1;
        QTest::newRow("overlap") << QByteArray("0-14,14-29") << -1;
        QTest::newRow("backwards") << QByteArray("0-14,15-10") << -1;
        QTest::newRow("words") << QByteArray("a-b") << -1;
        QTest::newRow("trailing comma") << QByteArray("0-14,") << -1;
        QTest::newRow("no end") << QByteArray("0-") << -1;
        QTest::newRow("negative") << QByteArray("0--5") << -1;
        QTest::newRow("too large") << QByteArray("0-99999999999") << -1;
    }
    void spans() {
        QFETCH(QByteArray, text);
        QFETCH(int, count);
        const auto parsed = parseSpans(text.toStdString());
        QCOMPARE(parsed.has_value() ? static_cast<int>(parsed->size()) : -1, count);
    }

    void logitBias_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        QTest::addColumn<float>("bias");
        QTest::newRow("plus") << QByteArray("42=+1.5") << true << 1.5f;
        QTest::newRow("minus") << QByteArray("42=-1.5") << true << -1.5f;
        QTest::newRow("never") << QByteArray("42=-inf") << true << -std::numeric_limits<float>::infinity();
        QTest::newRow("nan") << QByteArray("42=nan") << false << 0.0f;
        QTest::newRow("no number") << QByteArray("42=") << false << 0.0f;
        QTest::newRow("no id") << QByteArray("=1") << false << 0.0f;
        QTest::newRow("negative id") << QByteArray("-1=1") << false << 0.0f;
        QTest::newRow("rest") << QByteArray("42=1x") << false << 0.0f;
    }
    void logitBias() {
        QFETCH(QByteArray, text);
        QFETCH(bool, good);
        QFETCH(float, bias);
        const auto parsed = parseLogitBias(text.toStdString());
        QCOMPARE(parsed.has_value(), good);
        if (!parsed) return;
        QCOMPARE(toInt(parsed->first), 42);
        QVERIFY(parsed->second == bias);
    }

    void progressFitsTheTerminal() {
        const Progress half{50'000'000, 100'000'000, "hashing"};
        const std::string line = progressLine(half, ProgressUnit::Bytes, 10, 100, false);
        QVERIFY2(line.find("##") != std::string::npos && line.find("--") != std::string::npos, line.c_str());
        QVERIFY2(line.find("50 %  50.0 MB of 100.0 MB  5.0 MB/s  0:10 left") != std::string::npos, line.c_str());
        for (const int columns : {20, 40, 60, 80, 200}) {
            QVERIFY(progressLine(half, ProgressUnit::Bytes, 10, columns, false).size() < static_cast<std::size_t>(columns));
            QVERIFY(characterCount(progressLine(half, ProgressUnit::Bytes, 10, columns, true)) < static_cast<std::size_t>(columns));
        }
    }
    void progressWithoutTotalOrRate() {
        QCOMPARE(progressLine({0, 0, ""}, ProgressUnit::Tokens, 0, 80, false), std::string("working      0 tokens"));
        const std::string done = progressLine({7, 7, "unit checks"}, ProgressUnit::Steps, 3, 80, false);
        QVERIFY2(done.find("100 %  7 of 7") != std::string::npos, done.c_str());
        QVERIFY2(done.find("left") == std::string::npos, done.c_str());
    }
    void durations() {
        QCOMPARE(formatDuration(7), std::string("0:07"));
        QCOMPARE(formatDuration(3661), std::string("1:01:01"));
        QCOMPARE(formatDuration(std::numeric_limits<double>::infinity()), formatDuration(1e9));
    }

    void statisticsOfAllKindsOfValues() {
        TensorStatistics statistics;
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float infinite = std::numeric_limits<float>::infinity();
        statistics.add(std::vector<float>{1, 2, nan, 0});
        statistics.add(std::vector<float>{-3, infinite, -infinite, 0});
        QCOMPARE(statistics.count(), std::uint64_t(8));
        QCOMPARE(statistics.zeros(), std::uint64_t(2));
        QCOMPARE(statistics.nan(), std::uint64_t(1));
        QCOMPARE(statistics.infinite(), std::uint64_t(2));
        QCOMPARE(statistics.min(), -3.0);
        QCOMPARE(statistics.max(), 2.0);
        QCOMPARE(statistics.mean(), 0.0);
        QVERIFY(std::abs(statistics.standardDeviation() - std::sqrt(14.0 / 5)) < 1e-12);
    }
    void statisticsOfNothing() {
        TensorStatistics statistics;
        statistics.add(std::vector<float>{std::numeric_limits<float>::quiet_NaN()});
        QVERIFY(!statistics.hasFinite());
        QCOMPARE(statistics.standardDeviation(), 0.0);
    }

    void tablesAlignByCharacters() {
        Table table({{"name"}, {"n", true}});
        table.add({"Größe", "1"});
        table.add({"x", "100"});
        QCOMPARE(table.text(), std::string("name     n\nGröße    1\nx      100\n"));
    }

    void wrappedTextKeepsItsWords() {
        QCOMPARE(wrapText("one two three four five six seven", 4, 30), std::string("one two three four five\n    six seven"));
        QCOMPARE(wrapText("a\nb", 2, 80), std::string("a\n  b"));
        const std::string url(200, 'u');
        QCOMPARE(wrapText(url, 0, 60), url);  // never inside a word
    }

    void optionsTellWhatTheyTake() {
        OptionInfo option;
        option.names = {"-k", "--kind"};
        option.placeholder = "f16|f32";
        QCOMPARE(option.choices(), (std::vector<std::string>{"f16", "f32"}));
        QCOMPARE(option.synopsis(), std::string("-k, --kind f16|f32"));
        option.placeholder = "FILE.npy";
        QVERIFY(option.takesFile() && !option.takesFolder() && option.choices().empty());
        option = {};
        option.positional = true;
        option.placeholder = "SET";
        QVERIFY(option.takesFile() && option.takesFolder());
        QCOMPARE(option.synopsis(), std::string("[SET]"));
    }
};

QTEST_APPLESS_MAIN(TestCliParts)
#include "tst_cli_parts.moc"
