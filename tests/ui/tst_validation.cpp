// SPDX-License-Identifier: GPL-3.0-or-later
// The Validation tab: the default model against llama.cpp through the real widgets, words for what failed, the history.
#include "tests/ui/window_fixture.h"

#include "core/base/platform/paths.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/inspector_page.h"
#include "ui/settings/language.h"
#include "ui/validation/checklist_model.h"
#include "ui/validation/explanation_card.h"
#include "ui/validation/history_model.h"
#include "ui/validation/history_view.h"
#include "ui/validation/layer_plot.h"
#include "ui/validation/report_history.h"
#include "ui/validation/validation_page.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QDialog>
#include <QPushButton>
#include <QTableView>
#include <QTreeView>

#include <limits>

using namespace tessera;
using namespace tessera::test;
using ui::CheckKind;
using ui::CheckRef;
using ui::CheckState;

namespace {

UnitCheck operation(const char* name, const char* failure = "") {
    return {.name = name, .detail = "7 rows of 576, epsilon 1e-5", .largest_error = *failure ? 4e-5 : 1e-8, .tolerance = 2e-6, .reason = "a float sum of squares and three roundings", .failure = failure};
}

ConditionComparison condition(bool equal, std::uint32_t micro_batch, int first_wrong_layer) {
    const bool passed = first_wrong_layer < 0;
    ConditionComparison made{.name = "made", .equal_conditions = equal, .threads = 2, .micro_batch = micro_batch, .prompts = {}, .total = {}, .passed = passed, .verdict = "judged"};
    PromptComparison prompt{.prompt = "What is the capital of France?", .prompt_tokens = 8, .decoded_tokens = 2, .prefill = {.rows = 8}, .decode = {.rows = 2}, .layers = {}};
    if (!passed) prompt.prefill = {.rows = 8, .bit_identical = false, .largest = 2.5, .mean = 0.1, .mean_kl = 0.02, .top1_agreement = 0.75};
    for (int i = 0; i < 12; ++i) {
        const bool wrong = !passed && i >= first_wrong_layer;
        prompt.layers.push_back({.layer = LayerIndex{i}, .bit_identical = !wrong, .largest = wrong ? 0.5 * i : 0, .mean = wrong ? 0.01 : 0, .reference_rms = 4, .token = 3, .channel = 17});
    }
    made.total = prompt.prefill.joinedWith(prompt.decode);
    made.prompts = {prompt};
    return made;
}

/// An operation and the comparison fail, from layer 7 on.
ValidationReport failingReport() {
    ValidationReport report{.model = "damaged.gguf", .facts = std::nullopt, .unit_checks = {operation("softmax"), operation("RMSNorm", "value 3 is 1, expected 2")}, .comparison = EngineComparison{}, .seconds = 3};
    report.comparison->spread.threads = {.rows = 9, .bit_identical = false, .largest = 0.1, .mean = 0.1, .mean_kl = 1e-3, .top1_agreement = 1};
    report.comparison->spread.micro_batch = report.comparison->spread.threads;
    report.comparison->conditions = {condition(true, 512, 7), condition(true, 32, 7), condition(false, 512, -1)};
    return report;
}

ValidationReport passingReport() {
    ValidationReport report = failingReport();
    report.unit_checks = {operation("softmax"), operation("RMSNorm")};
    report.comparison->conditions = {condition(true, 512, -1), condition(true, 32, -1), condition(false, 512, -1)};
    return report;
}

ui::ValidationPage& pageOf(const WindowFixture& fixture) {
    fixture.window().openPage(QStringLiteral("validation"));
    return *static_cast<ui::ValidationPage*>(fixture.window().page(QStringLiteral("validation")));
}

/// Writes a report as a file that is no part of the history.
QString reportFile(const WindowFixture& fixture, const ValidationReport& report, const char* name) {
    const QString file = fixture.folder.filePath(QString::fromLatin1(name));
    QFile out(file);
    if (out.open(QIODevice::WriteOnly)) out.write(QByteArray::fromStdString(reportJson(report)));
    return file;
}

bool openReport(ui::ValidationPage& page, const QString& file) {
    QSignalSpy settled(&page, &ui::ValidationPage::settled);
    page.openReport(file);
    return settled.wait(10000);
}

}  // namespace

class TestValidation : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { ui::installLanguage(QStringLiteral("en")); }

    /// Everything through the window: a short text under all conditions, watched, kept, saved, copied.
    void defaultModelIsGreen() {
        WindowFixture fixture;
        ui::ValidationPage& page = pageOf(fixture);
        page.setSubject(fixture.copyModel());
        page.setScope(ui::ValidationScope::Quick);
        fixture.application->settings().set(QStringLiteral("model"), QStringLiteral("threads"), 1);  // other tests run beside this one
        QSignalSpy settled(&page, &ui::ValidationPage::settled), rows(&page.checks(), &QAbstractItemModel::rowsInserted);
        ui::Job* job = page.run();
        QVERIFY(job && page.isRunning());
        QCOMPARE(page.run(), nullptr);  // one at a time
        QVERIFY(settled.wait(250000));
        QVERIFY2(job->state() == ui::JobState::Done, qPrintable(job->error()));

        // The list grew while it ran, rather than at the end.
        QVERIFY(rows.count() > 5);
        const ui::ReportView& view = page.view();
        QVERIFY2(view.report.passed(), reportMarkdown(view.report).c_str());
        QVERIFY(view.report.unit_checks.size() > 30);
        QCOMPARE(view.report.comparison->conditions.size(), std::size_t{3});  // one thread: equal threads are no condition of their own
        auto* banner = page.findChild<ui::Banner*>();
        QVERIFY2(banner->isVisibleTo(&page) && banner->text().contains(QStringLiteral("bit for bit")), qPrintable(banner->text()));

        // The layers of the first condition: all equal, and so drawn and told.
        page.choose({CheckKind::Condition, 0});
        QCOMPARE(page.layerPlot().layers().size(), std::size_t{30});
        QCOMPARE(view.report.comparison->conditions[0].threads, 1u);
        for (const LayerDifference& layer : page.layerPlot().layers()) QVERIFY(layer.bit_identical && layer.reference_rms > 0);
        page.layerPlot().setFocus();
        QTest::keyClick(&page.layerPlot(), Qt::Key_End);
        QCOMPARE(page.layerPlot().current(), 29);
        QVERIFY(page.explanation().text().contains(QStringLiteral("same bits in both engines")));

        // Kept, saved and copied: the same report each time.
        QTRY_COMPARE(page.history().model().rowCount(), 1);
        const Result<ValidationReport> kept = ui::readReport(fromUtf8(page.history().model().entryAt(0).file.toStdString()));
        QVERIFY(kept.has_value());
        QCOMPARE(reportJson(*kept), reportJson(view.report));
        const QString json = fixture.folder.filePath(QStringLiteral("saved.json")), markdown = fixture.folder.filePath(QStringLiteral("saved.md"));
        QVERIFY(WindowFixture::waitFor(page.saveAs(json)));
        QVERIFY(WindowFixture::waitFor(page.saveAs(markdown)));
        QCOMPARE(reportJson(ui::readReport(fromUtf8(json.toStdString())).value()), reportJson(view.report));
        fixture.window().commands().find(QStringLiteral("validation.copy"))->trigger();
        QFile text(markdown);
        QVERIFY(text.open(QIODevice::ReadOnly));
        QCOMPARE(QApplication::clipboard()->text(), QString::fromUtf8(text.readAll()));
    }

    void stoppingKeepsWhatRan() {
        WindowFixture fixture;
        ui::ValidationPage& page = pageOf(fixture);
        page.setSubject(fixture.copyModel());
        page.setScope(ui::ValidationScope::Thorough);
        QSignalSpy settled(&page, &ui::ValidationPage::settled);
        ui::Job* job = page.run();
        QTRY_VERIFY_WITH_TIMEOUT(page.view().report.comparison.has_value(), 60000);
        page.stop();
        QVERIFY(settled.count() || settled.wait(10000));
        QCOMPARE(job->state(), ui::JobState::Cancelled);
        QVERIFY(!page.isRunning());
        QVERIFY(page.view().report.unit_checks.size() > 30);
        const CheckRef last{CheckKind::Condition, page.view().report.comparison->conditions.size() - 1};
        QCOMPARE(ui::checkState(page.view(), last), CheckState::Waiting);
        QCOMPARE(ui::listReports(ui::historyFolder(), {})->size(), std::size_t{0});
    }

    void aModelThatCannotBeOpenedIsNamed() {
        WindowFixture fixture;
        ui::ValidationPage& page = pageOf(fixture);
        page.setSubject(fixture.folder.filePath(QStringLiteral("missing.gguf")));
        page.setScope(ui::ValidationScope::Quick);
        QSignalSpy settled(&page, &ui::ValidationPage::settled);
        page.run();
        QVERIFY(settled.wait(60000));
        QVERIFY(page.findChild<ui::Banner*>()->text().contains(QStringLiteral("missing.gguf")));
    }

    void failuresAreExplained() {
        WindowFixture fixture;
        ui::ValidationPage& page = pageOf(fixture);
        QVERIFY(openReport(page, reportFile(fixture, failingReport(), "failed.json")));
        const QString banner = page.findChild<ui::Banner*>()->text();
        QVERIFY2(banner.contains(QStringLiteral("3 checks failed")) && banner.contains(QStringLiteral("RMSNorm")), qPrintable(banner));

        // The first failure is chosen by itself.
        QString words = page.explanation().text();
        QVERIFY2(words.contains(QStringLiteral("20.0 times what rounding explains")), qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("value 3 is 1, expected 2")));
        QVERIFY(words.contains(QStringLiteral("scripts/deps")));

        page.choose({CheckKind::Condition, 0});
        words = page.explanation().text();
        QVERIFY2(words.contains(QStringLiteral("Layer 7 is the first that differs, by up to 3.5 at token 3, channel 17")), qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("fails under every condition")));
        QVERIFY(words.contains(QStringLiteral("Verify the set on the Fragments tab")));
        QCOMPARE(page.layerPlot().layers().size(), std::size_t{12});

        fixture.window().openPage(QStringLiteral("validation"), QVariantMap{{QStringLiteral("layer"), 9}});
        QCOMPARE(page.layerPlot().current(), 9);
        QVERIFY(page.explanation().text().startsWith(QStringLiteral("Layer 9")));

        page.choose({CheckKind::Condition, 2});
        QVERIFY(page.explanation().text().contains(QStringLiteral("llama.cpp's own spread")));
    }

    void theFailedLayerIsOneClickAway() {
        WindowFixture fixture;
        ui::ValidationPage& page = pageOf(fixture);
        QVERIFY(fixture.openInFragments(fixture.copyModel()));
        QVERIFY(openReport(page, reportFile(fixture, failingReport(), "failed.json")));
        fixture.window().openPage(QStringLiteral("validation"));
        page.choose({CheckKind::Condition, 0});
        const auto press = [&](const char* text) {
            for (auto* button : page.explanation().findChildren<QPushButton*>())
                if (button->text() == QLatin1String(text)) button->click();
        };
        press("Show layer 7");
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("inspector"));
        QCOMPARE(static_cast<ui::InspectorPage*>(fixture.window().page(QStringLiteral("inspector")))->form()->form().prompt, QStringLiteral("What is the capital of France?"));
        fixture.window().openPage(QStringLiteral("validation"));
        press("Its fragments");
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("fragments"));
        const ui::FragmentView& fragments = fixture.fragmentsPage().view();
        QCOMPARE(toInt(fragments.manifest().fragments.at(static_cast<std::size_t>(fragments.current())).layer), 7);
    }

    /// Also in the smallest window, in both languages. Prompts are as long as they are.
    void namesOfChecksAreWhole_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<int>("width");
        for (const char* language : {"en", "fr"})
            for (const int width : {1024, 1128, 1280}) QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(QString::fromLatin1(language)).arg(width))) << QString::fromLatin1(language) << width;
    }
    void namesOfChecksAreWhole() {
        QFETCH(QString, language);
        QFETCH(int, width);
        WindowFixture fixture(language);
        fixture.window().resize(width, 640);
        ui::ValidationPage& page = pageOf(fixture);
        ValidationReport report = passingReport();
        report.comparison->conditions[0].repacked = true;
        QVERIFY(openReport(page, reportFile(fixture, report, "passing.json")));
        QTreeView& tree = *page.checklist();
        tree.expandAll();
        QTest::qWait(50);
        int looked = 0;
        for (QModelIndex at = page.checks().index(0, 0); at.isValid(); at = tree.indexBelow(at)) {
            if (page.checks().checkAt(at).kind == CheckKind::Prompt) continue;
            for (int column = 0; column < ui::ChecklistModel::kColumns; ++column) {
                if (tree.isColumnHidden(column)) continue;
                ++looked;
                const QModelIndex cell = at.siblingAtColumn(column);
                QVERIFY2(tree.sizeHintForIndex(cell).width() <= tree.visualRect(cell).width(),
                         qPrintable(QStringLiteral("%1 needs %2, has %3").arg(cell.data().toString()).arg(tree.sizeHintForIndex(cell).width()).arg(tree.visualRect(cell).width())));
            }
        }
        QVERIFY(looked >= 10);
    }

    void wordsFitWhatFailed_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        QTest::newRow("not numbers") << 0 << QStringLiteral("not numbers");
        QTest::newRow("other weights") << 1 << QStringLiteral("hardly the same weights");
        QTest::newRow("output matrix") << 2 << QStringLiteral("behind the last one");
        QTest::newRow("repacked only") << 3 << QStringLiteral("Only repacked weights differ");
        QTest::newRow("small batches only") << 4 << QStringLiteral("Only small batches differ");
        QTest::newRow("first layer") << 5 << QStringLiteral("Already the first layer differs");
        QTest::newRow("beyond the spread") << 6 << QStringLiteral("2.0 times what is allowed");
    }
    void wordsFitWhatFailed() {
        QFETCH(int, kind);
        QFETCH(QString, words);
        ui::ReportView view{passingReport(), false, false};
        auto& conditions = view.report.comparison->conditions;
        std::size_t looked = 0;
        if (kind == 0 || kind == 1) {
            conditions[0] = condition(true, 512, 3);
            (kind == 0 ? conditions[0].total.largest : conditions[0].total.top1_agreement) = kind == 0 ? std::numeric_limits<double>::infinity() : 0.1;
        }
        if (kind == 2) {
            conditions[0].passed = false;
            conditions[0].total.bit_identical = false;
        }
        if (kind == 3) {
            conditions[0] = condition(true, 512, 0);
            conditions[0].repacked = true;
        }
        if (kind == 4) {
            looked = 1;
            conditions[1] = condition(true, 32, 4);
        }
        if (kind == 5) conditions[0] = condition(true, 512, 0);
        if (kind == 6) {
            looked = 2;
            conditions[2] = condition(false, 512, 2);
            conditions[2].total.mean_kl = 2 * kAllowedSpread * view.report.comparison->spread.meanKl();
        }
        const ui::Explanation explained = ui::explainCheck(view, {CheckKind::Condition, looked});
        QCOMPARE(*explained.state, CheckState::Failed);
        QVERIFY2(explained.meaning.join(QLatin1Char('\n')).contains(words), qPrintable(explained.meaning.join(QLatin1Char('\n'))));
        QVERIFY(!explained.advice.isEmpty());
    }

    void checklistGrowsWithItsReport() {
        ui::ChecklistModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        ui::ReportView view;
        view.running = true;
        model.setView(view);
        QCOMPARE(model.rowCount(), 2);
        const QPersistentModelIndex operations = model.index(0, 0);
        view.report.unit_checks.push_back(operation("softmax"));
        model.setView(view);
        QVERIFY(operations.isValid());
        QCOMPARE(model.rowCount(operations), 1);
        QCOMPARE(ui::checkState(view, {CheckKind::Operations}), CheckState::Running);
        QCOMPARE(ui::checkState(view, {CheckKind::Comparison}), CheckState::Waiting);

        // The plan of the comparison, then its first prompt.
        view.report = passingReport();
        for (ConditionComparison& each : view.report.comparison->conditions) {
            each.verdict.clear();
            each.prompts[0].prefill = each.prompts[0].decode = each.total = {};
        }
        const ReferenceSpread spread = std::exchange(view.report.comparison->spread, {});
        model.setView(view);
        QCOMPARE(ui::checkState(view, {CheckKind::Operations}), CheckState::Passed);
        QCOMPARE(ui::checkState(view, {CheckKind::Spread}), CheckState::Running);
        QCOMPARE(ui::checkState(view, {CheckKind::Condition, 0}), CheckState::Waiting);
        view.report.comparison->spread = spread;
        model.setView(view);
        QCOMPARE(ui::checkState(view, {CheckKind::Condition, 0}), CheckState::Running);
        QCOMPARE(ui::checkState(view, {CheckKind::Prompt, 0, 0}), CheckState::Running);
        QCOMPARE(ui::checkState(view, {CheckKind::Condition, 1}), CheckState::Waiting);
        const QModelIndex condition_row = model.indexOf({CheckKind::Condition, 2});
        QVERIFY(condition_row.isValid());
        QCOMPARE(model.rowCount(condition_row), 1);

        // Another report altogether.
        model.setView({{.model = {}, .facts = {}, .unit_checks = {operation("softmax")}, .comparison = {}}, false, true});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(ui::checkFound(model.view(), {CheckKind::Operations}), QStringLiteral("1 of 1"));
    }

    void historyListsComparesAndDeletes() {
        WindowFixture fixture;
        const std::filesystem::path folder = ui::historyFolder();
        const QDateTime now = QDateTime::currentDateTime();
        const auto first = ui::saveReport(folder, failingReport(), now.addDays(-1));
        const auto second = ui::saveReport(folder, passingReport(), now);
        const auto third = ui::saveReport(folder, passingReport(), now);  // of the same millisecond
        QVERIFY(first && second && third);
        QVERIFY(*second != *third);
        QFile broken(QString::fromStdString(toUtf8(folder / "2020-01-01T00-00-00-000.json"))), other(QString::fromStdString(toUtf8(folder / "notes.json")));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("{\"passed\": tr") > 0);
        QVERIFY(other.open(QIODevice::WriteOnly));
        broken.close();
        other.close();

        ui::ValidationPage& page = pageOf(fixture);
        ui::HistoryView& history = page.history();
        page.showView(QStringLiteral("history"));
        QTRY_COMPARE(history.model().rowCount(), 4);  // newest first, the broken one last
        QCOMPARE(history.model().entryAt(0).file, QString::fromStdString(toUtf8(*third)));
        QVERIFY(!history.model().entryAt(3).readable);
        QCOMPARE(history.model().entryAt(2).failed, std::size_t{3});
        QCOMPARE(history.model().index(2, ui::HistoryModel::Verdict).data().toString(), QStringLiteral("3 of 5 failed"));

        QVERIFY(openReport(page, history.model().entryAt(2).file));
        QVERIFY(!page.view().report.passed());
        page.compareWith(QString::fromStdString(toUtf8(*second)));
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = page.findChild<QDialog*>()) != nullptr);
        const auto* table = dialog->findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 6);  // two operations, the spread, three conditions
        QVERIFY(table->model()->index(0, ui::ChangesModel::Before).data().toString().startsWith(QStringLiteral("passed")));
        QVERIFY(table->model()->index(0, ui::ChangesModel::After).data().toString().startsWith(QStringLiteral("failed")));
        dialog->close();

        page.showView(QStringLiteral("history"));
        QTRY_COMPARE(history.model().rowCount(), 4);
        history.table()->selectRow(3);
        history.removeChosen();
        QTRY_COMPARE(history.model().rowCount(), 3);
        QVERIFY(!broken.exists());
        QVERIFY(other.exists());
    }
};

QTEST_MAIN(TestValidation)
#include "tst_validation.moc"
