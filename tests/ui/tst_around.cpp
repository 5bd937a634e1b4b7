// SPDX-License-Identifier: GPL-3.0-or-later
// What stands around the tabs: the mode selector, notifications, quitting, the log, About, files from outside, tables.
#include "tests/support/paths.h"
#include "tests/ui/window_fixture.h"

#include "ui/jobs/notifier.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/log_model.h"
#include "ui/widgets/table_menu.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QStandardItemModel>
#include <QTableView>
#include <QTimer>
#include <QTreeWidget>

#include <condition_variable>
#include <mutex>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A job that runs until it is told to end.
class Gate {
public:
    ui::Job* start(ui::JobRunner& jobs, QObject* receiver, const QString& title, bool quiet = false) {
        ui::JobInfo info;
        info.title = title;
        info.quiet = quiet;
        return jobs.start(std::move(info), [this](const Operation& operation) -> Result<void> {
            std::unique_lock lock(m_mutex);
            while (!m_open && !operation.stop.stop_requested()) m_changed.wait_for(lock, std::chrono::milliseconds(5));
            return operation.checkStop();
        }, receiver, [](Result<void>) {});
    }
    void open() {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

/// Answers the next message box by the button with this text and keeps what it said.
struct Answer {
    QString said;
    explicit Answer(const QString& button) {
        QTimer::singleShot(100, qApp, [this, button] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box) return;
            said = box->text() + QLatin1Char('\n') + box->informativeText();
            for (QAbstractButton* each : box->buttons())
                if (each->text() == button) return each->click();
            box->reject();
        });
    }
};

}  // namespace

class TestAround : public QObject {
    Q_OBJECT
private slots:
    void aModeThatIsMissingCannotBeChosen() {
        WindowFixture fixture;
        QPushButton* selector = nullptr;
        for (auto* button : fixture.window().findChildren<QPushButton*>())
            if (button->text().startsWith(QStringLiteral("Local"))) selector = button;
        QVERIFY(selector && selector->menu());
        QVERIFY(selector->text().contains(QStringLiteral("nothing leaves this machine")));
        const QList<QAction*> modes = selector->menu()->actions();
        QCOMPARE(modes.size(), 3);
        QVERIFY(modes[0]->isEnabled() && modes[0]->isChecked());
        QVERIFY(modes[1]->isEnabled() && !modes[1]->isChecked());  // Network: what it does, tests/ui/tst_network_mode.cpp
        QVERIFY(!modes[2]->isEnabled() && !modes[2]->isChecked());
        QVERIFY2(modes[2]->text().contains(QStringLiteral("not part of this version")), qPrintable(modes[2]->text()));
    }

    void quittingNamesWhatRuns() {
        WindowFixture fixture;
        QVERIFY(fixture.window().mayClose());  // nothing runs: no question
        Gate gate;
        gate.start(fixture.application->jobs(), this, QStringLiteral("A long cut"));
        gate.start(fixture.application->jobs(), this, QStringLiteral("small work"), true);
        Answer stay(QStringLiteral("Keep working"));
        QVERIFY(!fixture.window().mayClose());
        QVERIFY2(stay.said.contains(QStringLiteral("A long cut")), qPrintable(stay.said));
        QVERIFY(!stay.said.contains(QStringLiteral("small work")));
        Answer quit(QStringLiteral("Stop and quit"));
        QVERIFY(fixture.window().mayClose());
        gate.open();
    }

    void longWorkIsAnnouncedOnce_data() {
        QTest::addColumn<bool>("wanted");
        QTest::addColumn<bool>("cancelled");
        QTest::addColumn<int>("announced");
        QTest::newRow("done") << true << false << 1;
        QTest::newRow("switched off") << false << false << 0;
        QTest::newRow("stopped by the user") << true << true << 0;
    }
    void longWorkIsAnnouncedOnce() {
        QFETCH(bool, wanted);
        QFETCH(bool, cancelled);
        QFETCH(int, announced);
        QTemporaryDir folder;
        ui::Settings settings(folder.path());
        settings.set(QStringLiteral("general"), QStringLiteral("notify"), wanted);
        ui::JobRunner jobs;
        ui::Notifier notifier(jobs, settings, nullptr, 30);
        QSignalSpy notified(&notifier, &ui::Notifier::notified);
        QVERIFY(!QApplication::activeWindow());  // nobody looks
        Gate gate, at_once;
        at_once.open();
        QVERIFY(WindowFixture::waitFor(at_once.start(jobs, this, QStringLiteral("short"))));
        ui::Job* job = gate.start(jobs, this, QStringLiteral("Verify a model"));
        QTest::qWait(60);
        if (cancelled) job->cancel();
        gate.open();
        QVERIFY(WindowFixture::waitFor(job));
        QCoreApplication::processEvents();
        QCOMPARE(notified.size(), announced);
        if (announced) QCOMPARE(notified[0][0].toString(), QStringLiteral("Verify a model"));
    }

    /// From the beginning, not from when the log is first looked at.
    void theLogHasWhatHappenedBefore() {
        ui::LogRing::instance().clear();
        WindowFixture fixture;
        Gate gate;
        gate.open();
        QVERIFY(WindowFixture::waitFor(gate.start(fixture.application->jobs(), this, QStringLiteral("Early work"))));
        fixture.window().openPage(QStringLiteral("log"));
        const auto* table = fixture.window().page(QStringLiteral("log"))->findChild<QTableView*>();
        QStringList lines;
        QTRY_VERIFY((lines.clear(), [&] {
            for (int row = 0; row < table->model()->rowCount(); ++row) lines << table->model()->index(row, ui::LogModel::Text).data().toString();
            return lines.join(QLatin1Char('\n')).contains(QStringLiteral("Early work"));
        }()));
    }

    void logFiltersByLevelAndWords() {
        ui::LogRing::instance().clear();
        ui::LogRing::instance().add(LogLevel::Error, QStringLiteral("the disk is full"));
        ui::LogRing::instance().add(LogLevel::Debug, QStringLiteral("a small thing"));
        ui::LogModel model;
        model.setLevel(LogLevel::Debug);
        QCOMPARE(model.rowCount(), 2);
        model.setLevel(LogLevel::Warning);
        QCOMPARE(model.rowCount(), 1);
        model.setLevel(LogLevel::Debug);
        model.setFilter(QStringLiteral("SMALL"));
        QCOMPARE(model.rowCount(), 1);
        // A ring: the oldest go.
        for (std::size_t i = 0; i < ui::LogRing::kMaxLines + 10; ++i) ui::LogRing::instance().add(LogLevel::Info, QString::number(i));
        QCOMPARE(ui::LogRing::instance().lines().size(), ui::LogRing::kMaxLines);
        QCOMPARE(ui::LogRing::instance().lines().front().text, QStringLiteral("10"));
        ui::LogRing::instance().clear();
    }

    void aboutHasTheLicences() {
        WindowFixture fixture;
        fixture.window().commands().find(QStringLiteral("window.about"))->trigger();
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = fixture.window().findChild<QDialog*>()) != nullptr);
        const auto* licence = dialog->findChild<QPlainTextEdit*>();
        QVERIFY(licence && licence->toPlainText().contains(QStringLiteral("GNU GENERAL PUBLIC LICENSE")));
        // Every library and font that the documents name is named here, by its home.
        QStringList homes;
        for (const QTreeWidgetItem* item : dialog->findChild<QTreeWidget*>()->findItems(QString(), Qt::MatchContains)) homes.append(item->text(2));
        QFile documents(QString::fromStdString(sourceDir()) + QStringLiteral("/docs/DEPENDENCIES.md"));
        QVERIFY(documents.open(QIODevice::ReadOnly));
        const QString used = QString::fromUtf8(documents.readAll()).section(QStringLiteral("## Tests and tools only"), 0, 0);
        static const QRegularExpression row(QStringLiteral("^\\| \\[.+?\\]\\(https://(?:www\\.)?([^)]+)\\).*\\|$"), QRegularExpression::MultilineOption);
        int named = 0;
        for (auto match = row.globalMatch(used); match.hasNext();) {
            const QRegularExpressionMatch found = match.next();
            if (found.captured(0).contains(QStringLiteral("| `app` |"))) continue;  // the command line's alone
            QVERIFY2(homes.contains(found.captured(1)), qPrintable(found.captured(1)));
            ++named;
        }
        QVERIFY(named > 15);
        dialog->close();
    }

    void aFileFromOutsideIsOpened() {
        WindowFixture fixture;
        const QString model = fixture.copyModel(QStringLiteral("from outside.gguf"));
        fixture.window().openPage(QStringLiteral("settings"));
        fixture.application->openFiles({model});
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("model"));
        QTRY_COMPARE(fixture.application->model().path(), model);
    }

    void tablesCopyWhatIsShown() {
        QTemporaryDir folder;
        ui::Settings settings(folder.path());
        QStandardItemModel model(2, 3);
        for (int row = 0; row < 2; ++row)
            for (int column = 0; column < 3; ++column) model.setItem(row, column, new QStandardItem(QStringLiteral("%1%2").arg(row).arg(column)));
        model.setHorizontalHeaderLabels({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
        QTableView table;
        table.setModel(&model);
        ui::setUpTable(table, settings, QStringLiteral("test"));
        table.show();
        table.setColumnHidden(1, true);
        table.selectAll();
        table.setFocus();
        for (QAction* action : table.actions())
            if (action->shortcut() == QKeySequence(QKeySequence::Copy)) action->trigger();
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("a\tc\n00\t02\n10\t12\n"));
    }

    void headersAreKept() {
        QTemporaryDir folder;
        QStandardItemModel model(1, 2);
        {
            ui::Settings settings(folder.path());
            QTableView table;
            table.setModel(&model);
            ui::setUpTable(table, settings, QStringLiteral("test"));
            QCoreApplication::processEvents();
            table.setColumnWidth(0, 222);
        }
        ui::Settings settings(folder.path());
        QTableView table;
        table.setModel(&model);
        ui::setUpTable(table, settings, QStringLiteral("test"));
        table.setColumnWidth(0, 50);
        QTRY_COMPARE(table.columnWidth(0), 222);
    }
};

QTEST_MAIN(TestAround)
#include "tst_around.moc"
