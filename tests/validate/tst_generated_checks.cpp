// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/generated_checks.h"

#include "core/generate/generated_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace tessera;

class GeneratedChecksTest : public QObject {
    Q_OBJECT
private slots:
    void equalModelsPass() {
        std::vector<std::string> told;
        std::uint64_t done = 0;
        const Operation operation{.progress = [&](const Progress& progress) { done = progress.done; }};
        const auto report = validateGenerated({.architectures = {"phi3", "qwen3"}, .types = {"f16", "q4_k_m"}, .threads = 1, .own_kernels = true}, operation,
                                              [&](const GeneratedCheck& check) { told.push_back(check.form); });
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QVERIFY2(report->passed(), reportMarkdown(*report).c_str());
        QCOMPARE(report->checks.size(), std::size_t{6});  // phi3 has two forms
        QCOMPARE(told.size(), report->checks.size());
        QCOMPARE(done, report->checks.size());
        for (const GeneratedCheck& check : report->checks) {
            QCOMPARE(check.ways.size(), std::size_t{4});
            QVERIFY(check.layers.size() >= 2);
            const GeneratedOwnKernels& own = check.own_kernels.value();
            QVERIFY2(own.passed(), reportMarkdown(*report).c_str());
            QCOMPARE(own.reference_perplexity, check.ways.front().reference_perplexity);
            QCOMPARE(own.difference.bit_identical, check.type == "f16");  // there we have no kernels of our own
            if (check.type == "f16") continue;
            QVERIFY(own.token_difference > 0 && own.spread_tokens > 0 && own.spread_kl > 0);
            QVERIFY(std::abs(std::log(own.perplexity / own.reference_perplexity)) <= own.token_difference + 1e-12);
            for (const GeneratedWay& way : check.ways) {
                QCOMPARE(way.difference.rows, std::size_t{104});
                QVERIFY(way.perplexity > 1 && std::isfinite(way.perplexity));
                QCOMPARE(way.perplexity, way.reference_perplexity);
            }
        }
        const std::string text = reportMarkdown(*report);
        QVERIFY2(text.starts_with("# Generated models against llama.cpp: 6 of 6 passed"), text.c_str());
        QVERIFY2(text.find("| phi3, long context | equal, 0.00 | equal, ") != std::string::npos, text.c_str());
        const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(reportJson(*report))).object();
        QVERIFY(json["passed"].toBool());
        QCOMPARE(json["checks"].toArray().size(), qsizetype{6});
        QVERIFY(json["checks"].toArray().last().toObject()["own_kernels"].toObject()["passed"].toBool());
    }

    void differentModelsFailWithALayer() {
        const QTemporaryDir folder;
        const auto right = std::filesystem::path(folder.path().toStdString()) / "right.gguf";
        const auto wrong = std::filesystem::path(folder.path().toStdString()) / "wrong.gguf";
        GeneratedModelOptions options;
        QVERIFY(writeGeneratedModel(right, options).has_value());
        options.keys["rope.freq_base"] = 500.0f;  // the embedding is the same, the first layer is not
        QVERIFY(writeGeneratedModel(wrong, options).has_value());
        auto check = checkGeneratedModel(right, wrong, 1, {});
        QVERIFY2(check.has_value(), check ? "" : check.error().message.c_str());
        QVERIFY(!check->passed());
        QVERIFY(!check->layers.front().bit_identical);
        for (GeneratedWay way : check->ways) {
            QVERIFY(way.difference.largest > 0);
            QVERIFY(way.perplexity != way.reference_perplexity);
            way.difference.bit_identical = true;  // the perplexity alone fails it, too
            QVERIFY(!way.isEqual());
        }
        check->form = "a form";
        check->type = "f16";
        const GeneratedReport report{{*check}, 1};
        QVERIFY(!report.passed());
        const std::string text = reportMarkdown(report);
        QVERIFY2(text.find("0 of 1 bit-identical") != std::string::npos && text.find("first in layer 0") != std::string::npos, text.c_str());
        const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(reportJson(report))).object();
        QVERIFY(!json["passed"].toBool());
        QCOMPARE(json["checks"].toArray().first().toObject()["first_different_layer"].toInt(), 0);
    }

    /// Another model is beyond any spread.
    void ownKernelsOfAnotherModelFail() {
        const QTemporaryDir folder;
        const auto right = std::filesystem::path(folder.path().toStdString()) / "right.gguf";
        const auto wrong = std::filesystem::path(folder.path().toStdString()) / "wrong.gguf";
        GeneratedModelOptions options;
        QVERIFY(writeGeneratedModel(right, options, "q4_k_m").has_value());
        options.keys["rope.freq_base"] = 500.0f;
        QVERIFY(writeGeneratedModel(wrong, options, "q4_k_m").has_value());
        const auto same = checkOwnKernels(right, right, 1, {});
        QVERIFY2(same.has_value(), same ? "" : same.error().message.c_str());
        QVERIFY(same->passed());
        const auto other = checkOwnKernels(right, wrong, 1, {});
        QVERIFY(other && !other->passed());
        QVERIFY(other->part() > 2);
        // Either measure alone fails it, and a difference where llama.cpp has none.
        GeneratedOwnKernels own{.difference = {}, .token_difference = 1.6, .spread_kl = 1, .spread_tokens = 1};
        QVERIFY(!own.passed());
        own.token_difference = 1.4;
        QVERIFY(own.passed());
        own.difference.mean_kl = 1.6;
        QVERIFY(!own.passed());
        own.difference.mean_kl = 1e-9;
        own.spread_kl = 0;
        QVERIFY(!own.passed());
        GeneratedCheck check{.form = "a form", .architecture = "llama", .type = "q4_k_m", .ways = {{.name = "whole", .difference = {}}}, .layers = {}, .own_kernels = {}};
        QVERIFY(check.passed());
        check.own_kernels = own;
        QVERIFY(!check.passed());
        QVERIFY(reportMarkdown(GeneratedReport{{check}, 1}).find("own kernels") != std::string::npos);
    }

    void wishesAreChecked() {
        QCOMPARE(validateGenerated({.architectures = {"nothing"}}, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(validateGenerated({.types = {"q99"}}, {}).error().kind, ErrorKind::Unsupported);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(validateGenerated({}, {.stop = stop.get_token()}).error().kind, ErrorKind::Cancelled);
        QVERIFY(!GeneratedReport{}.passed());
    }
};

QTEST_GUILESS_MAIN(GeneratedChecksTest)
#include "tst_generated_checks.moc"
