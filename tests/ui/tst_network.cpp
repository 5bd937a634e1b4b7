// SPDX-License-Identifier: GPL-3.0-or-later
// The Network tab: this machine as it is, its sets as they are on the disk, its log.
#include "tests/ui/window_fixture.h"

#include "core/base/platform/system.h"
#include "core/engine/processor_features.h"
#include "core/fragment/fragmenter.h"
#include "ui/network/interface_model.h"
#include "ui/network/machine_facts.h"
#include "ui/network/network_page.h"
#include "ui/network/node_model.h"
#include "ui/network/store_model.h"
#include "ui/widgets/log_model.h"

#include <QAbstractItemModelTester>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QNetworkInterface>
#include <QPushButton>
#include <QSysInfo>
#include <QTableView>

using namespace tessera;
using namespace tessera::test;

namespace {

ui::NetworkPage& pageOf(const WindowFixture& fixture) {
    fixture.window().openPage(QStringLiteral("network"));
    return *static_cast<ui::NetworkPage*>(fixture.window().page(QStringLiteral("network")));
}

int rowOf(const ui::StoreModel& model, const QString& path) {
    for (int row = 0; row < model.rowCount(); ++row)
        if (model.storeAt(row).path == path) return row;
    return -1;
}

}  // namespace

class TestNetwork : public QObject {
    Q_OBJECT
private slots:
    void theMachineIsTheRealOne() {
        WindowFixture fixture;
        ui::NetworkPage& page = pageOf(fixture);
        const QString text = page.machineText();
        QVERIFY2(text.contains(QSysInfo::machineHostName()), qPrintable(text));
        QVERIFY(text.contains(QString::number(processorCount())));
        for (const std::string& feature : processorFeatures()) QVERIFY(text.contains(QString::fromStdString(feature)));
        // Said in words, in sight: nothing leaves.
        QStringList words;
        for (const auto* label : page.findChildren<QLabel*>())
            if (label->isVisibleTo(&page)) words << label->text();
        QVERIFY(words.join(QLatin1Char(' ')).contains(QStringLiteral("nothing leaves it")));
    }

    void itsNameIsTheUsersOwn() {
        WindowFixture fixture;
        ui::NetworkPage& page = pageOf(fixture);
        const QModelIndex name = page.nodes().index(0, ui::NodeModel::Name);
        QCOMPARE(name.data().toString(), QSysInfo::machineHostName());
        page.nameEdit()->setText(QStringLiteral("  the   big one "));
        emit page.nameEdit()->editingFinished();
        QCOMPARE(name.data().toString(), QStringLiteral("the big one"));
        QVERIFY(page.machineText().startsWith(QStringLiteral("# the big one")));
        page.nameEdit()->clear();
        emit page.nameEdit()->editingFinished();
        QCOMPARE(name.data().toString(), QSysInfo::machineHostName());
    }

    /// The node row follows the loaded model.
    void theNodeHoldsTheLoadedModel() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        ui::NetworkPage& page = pageOf(fixture);
        QCOMPARE(page.nodes().rowCount(), 1);
        QCOMPARE(page.nodes().index(0, ui::NodeModel::Layers).data().toString(), QStringLiteral("–"));
        fixture.application->model().load(fixture.copyModel(), {});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.application->model().isReady(), 60000);
        QCOMPARE(page.nodes().index(0, ui::NodeModel::Layers).data().toString(), QStringLiteral("all 30"));
        QVERIFY(page.nodes().index(0, ui::NodeModel::State).data().toString().contains(QStringLiteral("SmolLM2")));
        fixture.application->model().unload();
        QCOMPARE(page.nodes().index(0, ui::NodeModel::State).data().toString(), QStringLiteral("no model is loaded"));
    }

    void nodesBecomeRows() {
        ui::NodeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.set({.id = QStringLiteral("this"), .name = QStringLiteral("here"), .state = {}});
        model.set({.id = QStringLiteral("b"), .name = QStringLiteral("there"), .kind = ui::NodeKind::Node, .first_layer = 10, .last_layer = 19, .layers = 30, .memory = 8000000000, .state = QStringLiteral("ready")});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, ui::NodeModel::Layers).data().toString(), QStringLiteral("10 to 19 of 30"));
        model.set({.id = QStringLiteral("b"), .name = QStringLiteral("there"), .kind = ui::NodeKind::Node, .state = QStringLiteral("gone: no answer for 10 s")});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, ui::NodeModel::State).data().toString(), QStringLiteral("gone: no answer for 10 s"));
        model.remove(QStringLiteral("b"));
        QCOMPARE(model.rowCount(), 1);
    }

    void interfacesAreThoseOfTheSystem() {
        WindowFixture fixture;
        ui::NetworkPage& page = pageOf(fixture);
        QStringList shown;
        for (int row = 0; row < page.interfaces().rowCount(); ++row) shown << page.interfaces().index(row, ui::InterfaceModel::Address).data().toString();
        for (const QHostAddress& address : QNetworkInterface::allAddresses()) QVERIFY2(shown.contains(address.toString()), qPrintable(address.toString()));
    }

    void reachIsToldFromTheAddress_data() {
        QTest::addColumn<QString>("address");
        QTest::addColumn<int>("reach");
        const auto row = [](const char* address, ui::AddressReach reach) { QTest::newRow(address) << QString::fromLatin1(address) << static_cast<int>(reach); };
        row("127.0.0.1", ui::AddressReach::ThisMachine);
        row("127.8.9.1", ui::AddressReach::ThisMachine);
        row("::1", ui::AddressReach::ThisMachine);
        row("10.1.2.3", ui::AddressReach::LocalNetwork);
        row("172.16.0.1", ui::AddressReach::LocalNetwork);
        row("172.32.0.1", ui::AddressReach::Internet);
        row("192.168.1.20", ui::AddressReach::LocalNetwork);
        row("100.64.0.1", ui::AddressReach::LocalNetwork);
        row("100.128.0.1", ui::AddressReach::Internet);
        row("169.254.7.7", ui::AddressReach::LocalNetwork);
        row("fe80::1", ui::AddressReach::LocalNetwork);
        row("fd00::1", ui::AddressReach::LocalNetwork);
        row("2001:db8::1", ui::AddressReach::Internet);
        row("8.8.8.8", ui::AddressReach::Internet);
    }
    void reachIsToldFromTheAddress() {
        QFETCH(QString, address);
        QFETCH(int, reach);
        QCOMPARE(static_cast<int>(ui::reachOf(QHostAddress(address))), reach);
    }

    void storesAreScannedAndVerified() {
        WindowFixture fixture;
        const QString model = fixture.copyModel();
        QVERIFY(fragmentInPlace(model.toStdString(), {}, {}).has_value());
        const QString pieces = fixture.folder.filePath(QStringLiteral("pieces"));
        QVERIFY(fragmentToDirectory(model.toStdString(), pieces.toStdString(), {}, {}).has_value());
        // One fragment is gone, one is wrong.
        QStringList files;
        for (QDirIterator each(pieces, {QStringLiteral("*.dat")}, QDir::Files, QDirIterator::Subdirectories); each.hasNext();) files.append(each.next());
        files.sort();
        QVERIFY(files.size() > 10);
        const quint64 gone = static_cast<quint64>(QFileInfo(files[3]).size());
        QVERIFY(QFile::remove(files[3]));
        damage(files[5], 10);
        fixture.application->settings().setList(QStringLiteral("general"), QStringLiteral("folders"), {fixture.folder.path()});

        ui::NetworkPage& page = pageOf(fixture);
        QAbstractItemModelTester tester(&page.stores(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QSignalSpy scanned(&page, &ui::NetworkPage::scanned);
        page.scan();
        QVERIFY(!scanned.isEmpty() || scanned.wait(30000));
        page.showView(QStringLiteral("stores"));
        const int row = rowOf(page.stores(), QFileInfo(pieces).canonicalFilePath());
        QVERIFY(row >= 0);
        QVERIFY(rowOf(page.stores(), QFileInfo(model).canonicalFilePath()) >= 0);
        QCOMPARE(page.stores().storeAt(row).kind, ui::StoreKind::Folder);
        QCOMPARE(page.stores().storeAt(row).missing, std::uint64_t{1});
        QCOMPARE(page.stores().storeAt(row).bytes - page.stores().storeAt(row).bytes_here, gone);
        QVERIFY(ui::storeSummary(page.stores().stores()).contains(QStringLiteral("1 missing")));

        page.storeTable()->selectRow(row);
        ui::Job* job = page.verifyChosen();
        QVERIFY(WindowFixture::waitFor(job));
        QVERIFY2(job->state() == ui::JobState::Done, qPrintable(job->error()));
        QTRY_COMPARE(page.stores().storeAt(row).bad, std::uint64_t{1});
        QCOMPARE(page.stores().storeAt(row).missing, std::uint64_t{1});
        QVERIFY(page.stores().index(row, ui::StoreModel::State).data().toString().startsWith(QStringLiteral("1 bad, 1 missing")));

        // The job's line stands in the log of stores; one about something else does not.
        {
            const ui::LogAreaScope scope(ui::LogArea::General);
            ui::LogRing::instance().add(LogLevel::Warning, QStringLiteral("a fragment of something else"));
        }
        ui::LogRing::instance().add(LogLevel::Info, QStringLiteral("the journal was replayed"));
        QStringList lines;
        QTRY_VERIFY((lines.clear(), [&] {
            for (int i = 0; i < page.log().rowCount(); ++i) lines << page.log().index(i, ui::LogModel::Text).data().toString();
            return lines.contains(QStringLiteral("the journal was replayed"));
        }()));
        QVERIFY(std::any_of(lines.begin(), lines.end(), [](const QString& line) { return line.startsWith(QStringLiteral("Verify pieces")); }));
        QVERIFY(!lines.contains(QStringLiteral("a fragment of something else")));

        for (auto* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Show its fragments")) button->click();
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("fragments"));
    }

    void aSetThatCannotBeReadIsARowWithItsReason() {
        WindowFixture fixture;
        const QString path = fixture.folder.filePath(QStringLiteral("broken.gguf"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("GGUFnothing") > 0);
        file.close();
        const ui::StoreInfo info = ui::inspectStore(path.toStdString(), {});
        QVERIFY(info.problem.contains(QStringLiteral("broken.gguf")));
        ui::StoreModel model;
        model.setStores({info});
        QCOMPARE(model.index(0, ui::StoreModel::State).data().toString(), info.problem);
    }
};

QTEST_MAIN(TestNetwork)
#include "tst_network.moc"
