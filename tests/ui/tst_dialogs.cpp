// SPDX-License-Identifier: GPL-3.0-or-later
// Every dialog of the window walked as the pages are: names, Tab, mnemonics, room for text 40 % longer, and what Return
// does.
#include "tests/support/paths.h"
#include "tests/support/sample_set.h"
#include "tests/ui/chat_samples.h"
#include "tests/ui/window_fixture.h"
#include "tests/ui/window_walk.h"

#include "core/fragment/fragmenter.h"
#include "ui/chat/view/message_column.h"
#include "ui/fragments/set_dialogs.h"
#include "ui/inspector/tensor_picker.h"
#include "ui/model/link_dialog.h"
#include "ui/network/consent_dialog.h"
#include "ui/network/peer_dialogs.h"
#include "ui/validation/history_view.h"
#include "ui/widgets/about_dialog.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/shortcuts_dialog.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QDirIterator>

using namespace tessera;
using namespace tessera::test;

namespace {

/// The window with a set of fragments and a conversation, for all dialogs of a language.
struct Fixture : WindowFixture {
    QString model = copyModel();

    explicit Fixture(const QString& language) : WindowFixture(language) {
        [this] { fillChat(page(), model); }();
    }
    ui::ChatPage& page() const { return *static_cast<ui::ChatPage*>(window().page(QStringLiteral("chat"))); }
    void command(const char* id) const {
        window().openPage(QStringLiteral("chat"));
        window().commands().find(QLatin1String(id))->trigger();
    }
};

/// One dialog, opened over the window.
struct Case {
    const char* name;
    std::function<void(Fixture&)> open;
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
        {"cut", [](Fixture& fixture) { show(new ui::CutDialog(fixture.model, &fixture.window())); }},
        {"delete", [](Fixture& fixture) { show(new ui::DeleteDialog(QStringLiteral("model"), inPlacePlan(), &fixture.window())); }},
        {"comparison", [](Fixture& fixture) {
             ManifestComparison comparison;
             comparison.differences.push_back({});
             comparison.differences.back().name = "blk.0.attn_q.weight";
             ui::showComparison(QStringLiteral("first"), QStringLiteral("second"), comparison, &fixture.window());
         }},
        {"link", [](Fixture& fixture) { show(new ui::LinkDialog(QStringLiteral("https://example.org/m.gguf"), {}, fixture.application->jobs(), &fixture.window())); }},
        {"values and bytes", [](Fixture& fixture) {
             QVERIFY(fixture.openInFragments(fixture.model));
             fixture.window().openPage(QStringLiteral("fragments"));
             fixture.fragmentsPage().view().setCurrent(3);
             auto* viewer = fixture.fragmentsPage().findChild<QPushButton*>(QStringLiteral("viewer"));
             QTRY_VERIFY(viewer->isEnabled());  // the fragment is read
             viewer->click();
         }},
        {"edit a message", [](Fixture& fixture) { emit fixture.page().column().editRequested(fixture.page().controller().tree().leaf()); }},
        {"system prompt", [](Fixture& fixture) { fixture.command("chat.system"); }},
        {"sampling", [](Fixture& fixture) { fixture.command("chat.sampling"); }},
        {"two answers", [](Fixture& fixture) { fixture.command("chat.compare"); }},
        {"captured tensors", [](Fixture& fixture) {
             const std::vector<CapturableTensor> list{{"ffn_out", "MUL_MAT", {LayerIndex{0}, LayerIndex{1}}, {576}, 1}, {"result_norm", "MUL", {}, {576}, 1}};
             show(new ui::TensorPicker(list, 2, 1, &fixture.window()));
         }},
        {"compute with others", [](Fixture& fixture) {
             show(new ui::ConsentDialog({{QStringLiteral("attic"), QStringLiteral("3f2a9c01@192.168.1.7:7420"), QStringLiteral("0 – 14")}}, &fixture.window()));
         }},
        {"invite", [](Fixture& fixture) { fixture.window().commands().find(QStringLiteral("network.invite"))->trigger(); }},
        {"join", [](Fixture& fixture) { fixture.window().commands().find(QStringLiteral("network.join"))->trigger(); }},
        {"key", [](Fixture& fixture) { show(new ui::PeerDialog({}, &fixture.window())); }},
        {"about", [](Fixture& fixture) { ui::showAbout(&fixture.window()); }},
        {"shortcuts", [](Fixture& fixture) { ui::showShortcuts(fixture.window().commands(), &fixture.window()); }},
        // Messages and questions: those that hang on what core says are brought about, the others asked as their pages ask.
        {"cut fails", [](Fixture& fixture) {
             fixture.fragmentsPage().cut(fixture.folder.filePath(QStringLiteral("a model that is not there.gguf")), {}, limits::kMaxFragmentBytes);
             QTRY_VERIFY(QApplication::activeModalWidget());
         }},
        {"in use", [](Fixture& fixture) {
             ui::tell(&fixture.window(), ui::FragmentsPage::tr("Repair"), ui::FragmentsPage::tr("Unload the model first: repairing writes into what it computes with."));
         }},
        {"reports go", [](Fixture& fixture) {
             ui::ask(&fixture.window(), {ui::HistoryView::tr("Delete"), ui::HistoryView::tr("Delete %n report(s)?", nullptr, 3), {}, ui::HistoryView::tr("Delete"), ui::HistoryView::tr("Keep")}, [] {});
         }},
        {"quit", [](Fixture& fixture) {
             ui::ask(&fixture.window(), {ui::MainWindow::tr("Quit Tessera?"), ui::MainWindow::tr("This is still going on and will be stopped:"), QStringLiteral("• Cut model.gguf\n• Validate model"),
                                         ui::MainWindow::tr("Stop and quit"), ui::MainWindow::tr("Keep working")}, [] {});
         }},
        {"folder", [](Fixture& fixture) { fixture.command("chat.newFolder"); }},
        {"palette", [](Fixture& fixture) { ui::showCommandPalette(fixture.window().commands(), &fixture.window()); }},
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
        Fixture fixture(language);
        for (const Case& each : cases()) {
            fixture.window().activateWindow();
            each.open(fixture);
            QTest::qWait(20);
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
                    // Where something would be lost, Return loses nothing.
                    const bool loses = std::ranges::any_of(box->buttons(), [box](QAbstractButton* each) { return box->buttonRole(each) == QDialogButtonBox::DestructiveRole; });
                    if (push && box->buttons().size() > 1 && box->buttonRole(button) == QDialogButtonBox::RejectRole) QVERIFY2(push->isDefault() == loses, qPrintable(name));
                }
        });
    }

    void allMessagesAreMadeInOnePlace() {
        // What the cases above show is then every kind that there is.
        QStringList others;
        int files = 0;
        for (QDirIterator it(QString::fromStdString(sourceDir()) + QStringLiteral("/ui"), {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            ++files;
            const QByteArray text = file.readAll();
            if (!file.fileName().endsWith(QStringLiteral("/widgets/ask.cpp")) && (text.contains("QMessageBox") || text.contains("QInputDialog"))) others.append(file.fileName());
        }
        QVERIFY(files > 100);
        QVERIFY2(others.isEmpty(), qPrintable(others.join(QLatin1Char('\n'))));
    }

    void namesAreGivenAndQuestionsAnswered() {
        Fixture fixture(QStringLiteral("en"));
        QString given;
        ui::askName(&fixture.window(), QStringLiteral("New folder"), QStringLiteral("Old"), [&](const QString& name) { given = name; });
        QTRY_VERIFY(QApplication::activeModalWidget());
        auto* edit = QApplication::activeModalWidget()->findChild<QLineEdit*>();
        QCOMPARE(edit->text(), QStringLiteral("Old"));
        edit->setText(QStringLiteral("  Two  words "));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(given, QStringLiteral("Two words"));
        QTRY_VERIFY(!QApplication::activeModalWidget());
        int done = 0;
        for (const bool yes : {false, true}) {
            ui::ask(&fixture.window(), {QStringLiteral("Delete"), QStringLiteral("Delete it?"), {}, QStringLiteral("Delete"), QStringLiteral("Keep")}, [&] { ++done; });
            QTRY_VERIFY(QApplication::activeModalWidget());
            if (yes)
                for (auto* button : QApplication::activeModalWidget()->findChildren<QPushButton*>()) {
                    if (button->text() == QStringLiteral("Delete")) QTest::mouseClick(button, Qt::LeftButton);
                }
            else QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Return);
            QTRY_VERIFY(!QApplication::activeModalWidget());
            QCOMPARE(done, yes ? 1 : 0);
        }
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
