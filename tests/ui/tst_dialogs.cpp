// SPDX-License-Identifier: GPL-3.0-or-later
// Every dialog of the window walked as the pages are: names, Tab, mnemonics, room for text 40 % longer, and what Return
// does.
#include "tests/support/sample_set.h"
#include "tests/ui/window_fixture.h"
#include "tests/ui/window_walk.h"

#include "core/fragment/fragmenter.h"
#include "ui/fragments/set_dialogs.h"
#include "ui/model/link_dialog.h"
#include "ui/widgets/about_dialog.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/shortcuts_dialog.h"

#include <QDialog>
#include <QDialogButtonBox>

using namespace tessera;
using namespace tessera::test;

namespace {

/// One dialog, opened over the window.
struct Case {
    const char* name;
    std::function<void(WindowFixture&)> open;
};

ui::DeletePlan inPlacePlan() {
    ui::DeletePlan plan;
    plan.in_place = true;
    plan.paths = {"/home/me/models/model.gguf.manifest.json"};
    plan.model_files = {"/home/me/models/model.gguf"};
    plan.bytes = 12345;
    plan.model_bytes = 98'000'000;
    return plan;
}

void show(QDialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

const std::vector<Case>& cases() {
    static const std::vector<Case> all{
        {"cut", [](WindowFixture& fixture) { show(new ui::CutDialog(fixture.copyModel(), &fixture.window())); }},
        {"delete", [](WindowFixture& fixture) { show(new ui::DeleteDialog(QStringLiteral("model"), inPlacePlan(), &fixture.window())); }},
        {"comparison", [](WindowFixture& fixture) {
             ManifestComparison comparison;
             comparison.differences.push_back({});
             comparison.differences.back().name = "blk.0.attn_q.weight";
             ui::showComparison(QStringLiteral("first"), QStringLiteral("second"), comparison, &fixture.window());
         }},
        {"link", [](WindowFixture& fixture) { show(new ui::LinkDialog(QStringLiteral("https://example.org/m.gguf"), {}, fixture.application->jobs(), &fixture.window())); }},
        {"values and bytes", [](WindowFixture& fixture) {
             QVERIFY(fixture.openInFragments(fixture.copyModel()));
             fixture.window().openPage(QStringLiteral("fragments"));
             fixture.fragmentsPage().view().setCurrent(3);
             auto* viewer = fixture.fragmentsPage().findChild<QPushButton*>(QStringLiteral("viewer"));
             QTRY_VERIFY(viewer->isEnabled());  // the fragment is read
             viewer->click();
         }},
        {"about", [](WindowFixture& fixture) { ui::showAbout(&fixture.window()); }},
        {"shortcuts", [](WindowFixture& fixture) { ui::showShortcuts(fixture.window().commands(), &fixture.window()); }},
        {"palette", [](WindowFixture& fixture) { ui::showCommandPalette(fixture.window().commands(), &fixture.window()); }},
    };
    return all;
}

QWidget* openedOver(const QWidget& window) {
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (widget != &window && widget->isVisible() && (widget->windowType() == Qt::Dialog || widget->windowType() == Qt::Popup || widget->windowType() == Qt::Tool)) return widget;
    return window.findChild<QDialog*>();
}

}  // namespace

class TestDialogs : public QObject {
    Q_OBJECT

private:
    /// Opens each in turn in a window of `language`.
    static void forEveryDialog(const QString& language, const std::function<void(QWidget&, const QString&)>& look) {
        for (const Case& each : cases()) {
            WindowFixture fixture(language);
            fixture.window().activateWindow();
            each.open(fixture);
            QTest::qWait(50);
            QWidget* dialog = openedOver(fixture.window());
            QVERIFY2(dialog, each.name);
            dialog->activateWindow();
            look(*dialog, QString::fromLatin1(each.name));
            dialog->close();
            QTest::qWait(10);
        }
    }
    static void require(const WalkReport& report, int least) {
        QVERIFY2(report.wrong.isEmpty(), qPrintable(QLatin1Char('\n') + report.wrong.join(QLatin1Char('\n'))));
        QVERIFY2(report.looked >= least, qPrintable(QString::number(report.looked)));
    }

private slots:
    void textHasRoom_data() {
        QTest::addColumn<QString>("language");
        for (const char* language : {"en", "fr", "pseudo"}) QTest::addRow("%s", language) << QString::fromLatin1(language);
    }
    void textHasRoom() {
        QFETCH(QString, language);
        WalkReport report;
        forEveryDialog(language, [&](QWidget& dialog, const QString& name) { lookForCutText(dialog, name, report); });
        require(report, 20);
    }

    void everythingHasNameAndRole() {
        WalkReport report;
        forEveryDialog(QStringLiteral("en"), [&](QWidget& dialog, const QString& name) { lookForNameless(dialog, name, report); });
        require(report, 20);
    }

    void tabReachesEverything() {
        WalkReport report;
        forEveryDialog(QStringLiteral("en"), [&](QWidget& dialog, const QString& name) { lookForUnreachable(dialog, name, report); });
        require(report, 20);
    }

    void mnemonicsAreUnique() {
        WalkReport report;
        forEveryDialog(QStringLiteral("en"), [&](QWidget& dialog, const QString& name) { lookForEqualMnemonics(dialog, name, report); });
        require(report, 1);
    }

    void returnDoesWhatTheDialogIsFor() {
        forEveryDialog(QStringLiteral("en"), [&](QWidget& dialog, const QString& name) {
            for (auto* box : dialog.findChildren<QDialogButtonBox*>())
                for (QAbstractButton* button : box->buttons()) {
                    const auto* push = qobject_cast<QPushButton*>(button);
                    const bool accepts = box->buttonRole(button) == QDialogButtonBox::AcceptRole;
                    if (push && accepts) QVERIFY2(push->isDefault(), qPrintable(name));
                    if (push && box->buttons().size() > 1 && box->buttonRole(button) == QDialogButtonBox::RejectRole) QVERIFY2(!push->isDefault(), qPrintable(name));
                }
        });
    }

    void escapeCloses() {
        forEveryDialog(QStringLiteral("en"), [&](QWidget& dialog, const QString& name) {
            QPointer<QWidget> guard(&dialog);
            QTest::keyClick(&dialog, Qt::Key_Escape);
            QVERIFY2(!guard || !guard->isVisible(), qPrintable(name));
        });
    }
};

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
