// SPDX-License-Identifier: GPL-3.0-or-later
// The real window: every tab walked for names, keys and room for its text.
#include "tests/ui/window_fixture.h"
#include "tests/ui/window_walk.h"

#include "ui/network/network_page.h"

#include "core/fragment/fragmenter.h"
#include "ui/widgets/commands.h"

#include <QTableView>

#include <set>

using namespace tessera;
using namespace tessera::test;

class TestWindow : public QObject {
    Q_OBJECT
private:
    /// A cut, verified model with one damaged fragment on the Fragments tab, its facts on the Model tab.
    static void fill(WindowFixture& fixture) {
        const QString model = fixture.copyModel();
        const auto manifest = fragmentInPlace(model.toStdString(), {}, {});
        QVERIFY(manifest.has_value());
        const auto parsed = readManifest(*manifest);
        damage(model, parsed->fragments.back().offset);
        QVERIFY(fixture.openInFragments(model));
        QVERIFY(WindowFixture::waitFor(fixture.fragmentsPage().verify()));
        fixture.fragmentsPage().view().setCurrent(fixture.fragmentsPage().view().nextProblem(true));
        QVERIFY(fixture.chooseInModel(model));
        QTest::qWait(300);
    }

    static void require(const WalkReport& report, int least) {
        QVERIFY2(report.wrong.isEmpty(), qPrintable(QLatin1Char('\n') + report.wrong.join(QLatin1Char('\n'))));
        QVERIFY2(report.looked > least, qPrintable(QString::number(report.looked)));
    }

    static void forEveryPage(WindowFixture& fixture, const std::function<void(const QString&)>& look) {
        for (const QString& id : fixture.window().pageIds()) {
            fixture.window().openPage(id);
            if (id == QLatin1String("fragments")) {
                for (const char* view : {"map", "table", "manifest"}) {
                    fixture.fragmentsPage().showView(QString::fromLatin1(view));
                    QTest::qWait(50);
                    look(id + QLatin1Char(' ') + QString::fromLatin1(view));
                }
                continue;
            }
            // What can be unfolded is.
            for (auto* fold : fixture.window().page(id)->findChildren<QPushButton*>(QStringLiteral("fold"))) fold->setChecked(true);
            if (id == QLatin1String("network")) {
                auto& network = *static_cast<ui::NetworkPage*>(fixture.window().page(id));
                for (const char* view : {"peers", "services", "machines"}) {
                    network.showView(QString::fromLatin1(view));
                    QTest::qWait(50);
                    look(id + QLatin1Char(' ') + QString::fromLatin1(view));
                }
                continue;
            }
            QTest::qWait(20);
            look(id);
        }
    }

private slots:
    void textHasRoom_data() {
        QTest::addColumn<QString>("language");
        for (const char* language : {"en", "fr", "pseudo"}) QTest::addRow("%s", language) << QString::fromLatin1(language);
    }
    void textHasRoom() {
        QFETCH(QString, language);
        WindowFixture fixture(language);
        fixture.window().resize(fixture.window().minimumSize());
        fill(fixture);
        QCOMPARE(fixture.window().size(), QSize(1024, 640));
        WalkReport report;
        forEveryPage(fixture, [&](const QString& page) { lookForCutText(fixture.window(), page, report); });
        const auto* jobs = fixture.window().page(QStringLiteral("jobs"))->findChild<QTableView*>();
        QVERIFY(jobs->model()->rowCount() > 0);
        QCOMPARE(jobs->horizontalScrollBar()->maximum(), 0);  // all columns are in sight
        require(report, 60);
    }

    void everythingHasNameAndRole() {
        WindowFixture fixture;
        fill(fixture);
        WalkReport report;
        forEveryPage(fixture, [&](const QString& page) { lookForNameless(fixture.window(), page, report); });
        require(report, 30);
    }

    void tabReachesEverything() {
        WindowFixture fixture;
        fill(fixture);
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        WalkReport report;
        forEveryPage(fixture, [&](const QString& page) { lookForUnreachable(fixture.window(), page, report); });
        require(report, 30);
    }

    void mnemonicsAreUnique() {
        WindowFixture fixture;
        WalkReport report;
        forEveryPage(fixture, [&](const QString& page) { lookForEqualMnemonics(fixture.window(), page, report); });
        require(report, 5);
    }

    void shortcutsDoNotClash() {
        WindowFixture fixture;
        std::map<QString, QString> taken;
        for (const ui::Command& command : fixture.window().commands().all()) {
            const bool everywhere = command.action->shortcutContext() == Qt::WindowShortcut;
            for (const QKeySequence& key : command.action->shortcuts()) {
                // Keys of pages may meet those of other pages, not those of the window.
                const QString scope = everywhere ? QString() : command.section;
                QVERIFY2(!taken.contains(scope + key.toString()), qPrintable(command.id + QStringLiteral(" and ") + taken[scope + key.toString()]));
                QVERIFY2(everywhere || !taken.contains(key.toString()), qPrintable(command.id));
                taken[scope + key.toString()] = command.id;
            }
        }
        QVERIFY(taken.size() > 15);
    }

    void keysGoToPages() {
        WindowFixture fixture;
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        QTest::keyClick(&fixture.window(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(fixture.window().currentPageId(), fixture.window().pageIds().at(1));
        QTest::keyClick(&fixture.window(), Qt::Key_Comma, Qt::ControlModifier);
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("settings"));
    }

    void stateIsKept() {
        QTemporaryDir folder;
        {
            ui::Application application(folder.path(), WindowFixture::refuse());
            application.start({});
            application.window().resize(1100, 700);
            application.window().openPage(QStringLiteral("settings"));
            application.window().close();
        }
        ui::Application application(folder.path(), WindowFixture::refuse());
        application.start({});
        QCOMPARE(application.window().currentPageId(), QStringLiteral("settings"));
        QCOMPARE(application.window().size(), QSize(1100, 700));
    }

    void languageChangesAtOnce() {
        WindowFixture fixture;
        fixture.window().openPage(QStringLiteral("settings"));
        const QWidget* before = &fixture.window();
        fixture.application->settings().set(QStringLiteral("appearance"), QStringLiteral("language"), QStringLiteral("fr"));
        QTRY_VERIFY(&fixture.window() != before || fixture.window().windowTitle().contains(QStringLiteral("Paramètres")));
        QTRY_COMPARE(fixture.window().windowTitle(), QStringLiteral("Paramètres – Tessera"));
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
