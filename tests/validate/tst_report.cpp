// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/report.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <limits>

using namespace tessera;

namespace {

UnitCheck passedCheck() {
    return {.name = "RMSNorm",
            .detail = "7 rows",
            .largest_error = 1.5e-8,
            .tolerance = 2e-6,
            .reason = "float sums",
            .failure = {}};
}

ValidationReport fullReport() {
    ValidationReport report{.model = "a | b\nc",
                            .facts = ModelFacts{},
                            .unit_checks = {passedCheck()},
                            .comparison = EngineComparison{},
                            .seconds = 12.25};
    report.facts->architecture = "llama";
    report.facts->layers = 30;
    report.facts->parameters = 134515008;
    report.facts->weight_bytes = 96000000;
    EngineComparison& comparison = *report.comparison;
    comparison.spread.threads = {
        .rows = 9, .bit_identical = false, .largest = 0.7, .mean = 0.1, .mean_kl = 2.5e-3, .top1_agreement = 0.99};
    comparison.spread.micro_batch = {.rows = 9, .bit_identical = true};
    PromptComparison prompt{
        .prompt = "What is | this?",
        .prompt_tokens = 7,
        .decoded_tokens = 2,
        .prefill = {.rows = 7},
        .decode = {.rows = 2,
                   .bit_identical = false,
                   .largest = std::numeric_limits<double>::infinity(),
                   .mean = 1,
                   .mean_kl = 2,
                   .top1_agreement = 0.5},
        .layers = {{.layer = LayerIndex{2}, .reference_rms = 3},
                   {.layer = LayerIndex{3}, .bit_identical = false, .largest = 0.5, .mean = 0.25, .reference_rms = 4, .token = 4, .channel = 17}}};
    comparison.conditions.push_back({.name = "2 threads",
                                     .equal_conditions = true,
                                     .threads = 2,
                                     .micro_batch = 512,
                                     .prompts = {prompt},
                                     .total = prompt.decode,
                                     .passed = false,
                                     .verdict = "not bit-identical"});
    comparison.conditions.push_back({.name = "own defaults", .equal_conditions = false, .prompts = {prompt}, .total = prompt.decode, .passed = true, .verdict = {}});
    return report;
}

}  // namespace

class ReportTest : public QObject {
    Q_OBJECT

private slots:
    void jsonRoundTrip() {
        const ValidationReport report = fullReport();
        const std::string json = reportJson(report);
        const auto parsed = parseReportJson(json);
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(reportJson(*parsed), json);
        QCOMPARE(parsed->model, report.model);
        QCOMPARE(parsed->facts->parameters, report.facts->parameters);
        QCOMPARE(parsed->unit_checks[0].largest_error, 1.5e-8);
        const auto& prompt = parsed->comparison->conditions[0].prompts[0];
        QVERIFY(std::isinf(prompt.decode.largest));
        QCOMPARE(prompt.layers.size(), std::size_t{2});
        QCOMPARE(prompt.firstDifference(), &prompt.layers[1]);
        QCOMPARE(prompt.layers[1].layer, LayerIndex{3});
        QCOMPARE(prompt.layers[1].channel, std::size_t{17});
        QCOMPARE(prompt.layers[1].mean, 0.25);
        QCOMPARE(parsed->comparison->conditions[0].threads, 2u);
        QCOMPARE(parsed->comparison->conditions[0].inspected(), &prompt);
        QCOMPARE(parsed->comparison->spread.threads.mean_kl, 2.5e-3);
        QCOMPARE(parsed->passed(), false);
    }

    void reportOfUnitChecksAlone() {
        const ValidationReport report{
            .model = {}, .facts = std::nullopt, .unit_checks = {passedCheck()}, .comparison = std::nullopt};
        QVERIFY(report.passed());
        const auto parsed = parseReportJson(reportJson(report));
        QVERIFY(!parsed->facts && !parsed->comparison);
        QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(reportJson(report, -1))).object()["passed"].toBool());
        QVERIFY(reportMarkdown(report).find("1 of 1 passed") != std::string::npos);
    }

    void oneFailureFailsTheReport() {
        ValidationReport report{.model = {},
                                .facts = std::nullopt,
                                .unit_checks = {passedCheck(), passedCheck()},
                                .comparison = std::nullopt};
        report.unit_checks[1].failure = "value 3 is 1, expected 2";
        QVERIFY(!report.passed());
        QVERIFY(reportMarkdown(report).find("**FAILED**: value 3 is 1, expected 2") != std::string::npos);
        report.unit_checks.pop_back();
        report.comparison = EngineComparison{
            .spread = {}, .conditions = {{.name = "x", .prompts = {}, .total = {}, .passed = false, .verdict = {}}}};
        QVERIFY(!report.passed());
    }

    void markdownKeepsItsTables() {
        const QString text = QString::fromStdString(reportMarkdown(fullReport()));
        QVERIFY(text.startsWith("# Validation of a \\| b c: **FAILED**"));
        QVERIFY(text.contains("What is \\| this?"));
        QVERIFY(text.contains("layer 3, by 0.5 at token 4, channel 17"));
        QVERIFY(text.contains("| 1 against 2 threads | 0.7 | 0.1 | 0.0025 | 99.00 % |"));
        QVERIFY(text.contains("| micro-batch 32 against 512 | 0 (bits equal) | 0 | 0 | 100 % |"));
        ValidationReport equal_only = fullReport();
        equal_only.comparison->conditions.pop_back();  // then nothing is held against the spread
        QVERIFY(!QString::fromStdString(reportMarkdown(equal_only)).contains("1 against 2 threads"));
        // Every row of a table has as many columns as its head.
        int columns = 0;
        for (QString line : text.split('\n')) {
            const int here = static_cast<int>(line.replace("\\|", "").count('|'));
            if (here == 0) columns = 0;
            if (here != 0 && columns == 0) columns = here;
            if (here != 0) QCOMPARE(here, columns);
        }
    }

    void badReports_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("message");
        QTest::newRow("not JSON") << "{"
                                  << "["
                                  << "not JSON";
        QTest::newRow("missing field") << "\"seconds\""
                                       << "\"secs\""
                                       << "'seconds' is missing";
        QTest::newRow("text for a number") << "12.25"
                                           << "\"x\""
                                           << "'seconds' must be a number";
        QTest::newRow("number for text") << "\"RMSNorm\""
                                         << "7"
                                         << "'unit_checks[0].name' must be text";
        QTest::newRow("negative count")
            << "\"prompt_tokens\": 7"
            << "\"prompt_tokens\": -7"
            << "'comparison.conditions[0].prompts[0].prompt_tokens' must be a number from 0 on";
        QTest::newRow("too large for its field") << "\"layers\": 30"
                                                 << "\"layers\": 5000000000"
                                                 << "'facts.layers' must be a smaller number";
        QTest::newRow("number for a truth") << "\"bit_identical\": true"
                                            << "\"bit_identical\": 1"
                                            << "must be true or false";
    }
    void badReports() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, message);
        QString json = QString::fromStdString(reportJson(fullReport()));
        QVERIFY(json.contains(from));
        const auto parsed = parseReportJson(json.replace(json.indexOf(from), from.size(), to).toStdString());
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().kind, ErrorKind::Corrupt);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(message), parsed.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(ReportTest)
#include "tst_report.moc"
