// SPDX-License-Identifier: GPL-3.0-or-later
// The window's Network mode with real nodes on loopback: invitations and rights, a model computed by others, layers
// offered, the local API.
#include "tests/support/generated_model.h"
#include "tests/support/raw_http.h"
#include "tests/ui/chat_fixture.h"

#include "core/compute/joining.h"
#include "core/compute/remote_node.h"
#include "core/fragment/fragmenter.h"
#include "core/model/layer_offer.h"
#include "ui/header_bar.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/inspector_page.h"
#include "ui/inspector/live_model.h"
#include "ui/model/model_options.h"
#include "ui/network/consent_dialog.h"
#include "ui/network/layer_strip.h"
#include "ui/network/network_page.h"
#include "ui/network/network_services.h"
#include "ui/network/nodes_view.h"
#include "ui/network/peer_dialogs.h"
#include "ui/network/peers_view.h"
#include "ui/network/services_view.h"
#include "ui/widgets/elements.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTcpServer>
#include <QTextDocument>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

template <class T>
T require(Result<T> result) {
    if (!result) qFatal("%s", result.error().message.c_str());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::filesystem::path folderOf(const WindowFixture& fixture, const char* name) { return std::filesystem::path(fixture.folder.path().toStdString()) / name; }

/// A model of six layers with its manifest.
QString tinyModel(const WindowFixture& fixture) {
    GeneratedModelOptions options;
    options.layers = 6;
    const QString path = fixture.folder.filePath(QStringLiteral("tiny.gguf"));
    require(writeGeneratedModel(path.toStdString(), options, "q8_0"));
    require(fragmentInPlace(path.toStdString(), {}, {}));
    return path;
}

/// A node with an identity of its own, in this process.
std::unique_ptr<LayerOffer> nodeOf(const WindowFixture& fixture, const QString& model, LayerSpan layers, const char* name) {
    OfferOptions options;
    options.layers = layers;
    options.load.engine_options.threads = 1;
    options.node.listen = "127.0.0.1:0";
    options.identity = folderOf(fixture, name);
    return require(offerLayers(model.toStdString(), options, {}));
}

/// The window's machine may compute there, and knows where it is.
void introduce(const WindowFixture& fixture, const LayerOffer& node, const char* name) {
    const auto line = require(makeInvitation(folderOf(fixture, name), node.address().endpoint, static_cast<Rights>(Right::Compute), 60s));
    const auto joined = require(joinNode(identityFolder(), line, "window", 5s));
    require(PeerList(identityFolder()).allow({joined.address.id, name, 0, joined.address.endpoint}));
}

ui::NetworkPage& networkOf(const WindowFixture& fixture) {
    fixture.window().openPage(QStringLiteral("network"));
    return *static_cast<ui::NetworkPage*>(fixture.window().page(QStringLiteral("network")));
}

template <class Dialog>
Dialog* dialogOf(const QWidget& parent) {
    Dialog* found = nullptr;
    const auto look = [&] {
        for (auto* dialog : parent.findChildren<Dialog*>())
            if (dialog->isVisible()) found = dialog;
        return found != nullptr;
    };
    [&] { QTRY_VERIFY_WITH_TIMEOUT(look(), 30000); }();
    return found;
}

QPushButton* buttonOf(const QWidget& parent, const QString& text) {
    for (auto* button : parent.findChildren<QPushButton*>())
        if (button->text() == text) return button;
    return nullptr;
}

QString stateOf(const ui::NodeModel& model, const QString& name) {
    for (const ui::NodeInfo& node : model.nodes())
        if (node.name == name) return node.state;
    return {};
}

/// The views of the tab as they are now, in every look, at the smallest and the usual size.
void shootNetwork(const WindowFixture& fixture) {
    const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS", QStringLiteral("screenshots"));
    QVERIFY(QDir().mkpath(folder));
    for (const char* language : {"en", "fr"})
        for (const char* scheme : {"light", "dark"}) {
            ui::Settings& settings = fixture.application->settings();
            settings.set(QStringLiteral("appearance"), QStringLiteral("scheme"), QString::fromLatin1(scheme));
            if (settings.text(QStringLiteral("appearance"), QStringLiteral("language")) != QString::fromLatin1(language)) {
                const QPointer<ui::MainWindow> before = &fixture.window();
                settings.set(QStringLiteral("appearance"), QStringLiteral("language"), QString::fromLatin1(language));
                QTRY_VERIFY(!before);
            }
            ui::NetworkPage& page = networkOf(fixture);
            for (const char* view : {"machines", "peers", "services"})
                for (const QSize& size : {QSize(1024, 640), QSize(1280, 800)}) {
                    page.showView(QString::fromLatin1(view));
                    fixture.window().resize(size);
                    QCoreApplication::processEvents();  // the new size comes first
                    if (QByteArrayView(view) == "machines") QTRY_COMPARE(page.nodesView().findChild<QTableView*>()->horizontalScrollBar()->maximum(), 0);
                    const QString name = QStringLiteral("network-mode-%1-%2-%3-%4.png").arg(QString::fromLatin1(view), QString::fromLatin1(scheme), QString::fromLatin1(language)).arg(size.width());
                    QVERIFY(fixture.window().grab().save(QDir(folder).filePath(name), "PNG", 80));
                }
        }
}

/// The window as it is, at the usual size.
void shoot(const WindowFixture& fixture, const char* name) {
    const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS", QStringLiteral("screenshots"));
    QVERIFY(QDir().mkpath(folder));
    fixture.window().resize(1280, 800);
    QTest::qWait(80);
    QVERIFY(fixture.window().grab().save(QDir(folder).filePath(QString::fromLatin1(name) + QStringLiteral(".png")), "PNG", 80));
}

QByteArray question(int tokens) {
    const QJsonObject body{{QStringLiteral("messages"), QJsonArray{QJsonObject{{QStringLiteral("role"), QStringLiteral("user")}, {QStringLiteral("content"), QStringLiteral("Tell me the capital of France.")}}}},
                           {QStringLiteral("max_tokens"), tokens},
                           {QStringLiteral("temperature"), 0}};
    return QJsonDocument(body).toJson(QJsonDocument::Compact);
}

}  // namespace

class TestNetworkMode : public QObject {
    Q_OBJECT

private slots:
    void anInvitationIsUsed() {
        WindowFixture fixture;
        const QString model = tinyModel(fixture);
        const auto node = nodeOf(fixture, model, {0, 2}, "attic");
        ui::NetworkPage& page = networkOf(fixture);
        QAbstractItemModelTester tester(&page.nodes(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        const auto line = require(makeInvitation(folderOf(fixture, "attic"), node->address().endpoint, static_cast<Rights>(Right::Compute), 60s));

        // Copied, it is in the dialog already.
        QGuiApplication::clipboard()->setText(QString::fromStdString(line));
        page.peersView().join();
        auto* dialog = dialogOf<ui::JoinDialog>(page);
        const auto edits = dialog->findChildren<QLineEdit*>();
        QCOMPARE(edits[0]->text(), QString::fromStdString(line));
        edits[1]->setText(QStringLiteral("Attic"));
        QPointer<QDialog> open(dialog);
        QTest::keyClick(edits[0], Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!open || !open->isVisible(), 20000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("Attic")), QStringLiteral("ready"), 20000);
        QCOMPARE(page.nodes().index(1, ui::NodeModel::Layers).data().toString(), QStringLiteral("0 to 2"));
        QVERIFY(!page.nodes().index(1, ui::NodeModel::Latency).data().toString().isEmpty());
        QCOMPARE(page.nodes().index(1, ui::NodeModel::Address).data().toString(), QString::fromStdString(node->address().endpoint));
        QCOMPARE(page.peersView().model().rowCount(), 1);

        // Used once, it is good no more, and the dialog says so and stays.
        page.peersView().join();
        dialog = dialogOf<ui::JoinDialog>(page);
        QTest::keyClick(dialog, Qt::Key_Return);
        auto* banner = dialog->findChild<ui::Banner*>();
        QTRY_VERIFY_WITH_TIMEOUT(banner->text().contains(QStringLiteral("invitation")), 20000);
        QVERIFY(dialog->isVisible());
        dialog->reject();
    }

    void whoIsInvitedComesAndGoes() {
        WindowFixture fixture;
        fixture.application->settings().set(QStringLiteral("network"), QStringLiteral("sharingSet"), tinyModel(fixture));
        fixture.application->settings().set(QStringLiteral("network"), QStringLiteral("sharingPort"), 0);
        ui::NetworkServices& services = fixture.application->network();
        services.startSharing();
        QCOMPARE(services.sharing().state(), ui::ServiceState::Starting);
        QTRY_COMPARE_WITH_TIMEOUT(services.sharing().state(), ui::ServiceState::On, 60000);
        QCOMPARE(services.sharing().numbers().span.last, 5);
        QCOMPARE(fixture.application->jobs().activeJobs().size(), std::size_t{1});  // quitting names it
        QVERIFY(fixture.application->jobs().activeJobs().front()->info().title.contains(QStringLiteral("tiny")));

        ui::NetworkPage& page = networkOf(fixture);
        page.showView(QStringLiteral("peers"));
        page.peersView().invite();
        auto* dialog = dialogOf<ui::InviteDialog>(page);
        QVERIFY(dialog->invitation().isEmpty());
        QTest::keyClick(dialog, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->invitation().isEmpty(), 10000);
        QGuiApplication::clipboard()->clear();
        buttonOf(*dialog, QStringLiteral("Copy"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), dialog->invitation());
        const std::string line = dialog->invitation().toStdString();
        dialog->reject();
        // Another one is withdrawn before anybody has used it.
        QTRY_COMPARE(page.peersView().invitations().rowCount(), 1);
        const auto regretted = require(makeInvitation(identityFolder(), services.sharing().numbers().endpoint, static_cast<Rights>(Right::Compute), 60s));
        services.watch().refresh();
        QTRY_COMPARE(page.peersView().invitations().rowCount(), 2);
        page.peersView().invitationTable()->selectRow(1);
        page.peersView().withdrawChosen();
        QTRY_COMPARE(page.peersView().invitations().rowCount(), 1);
        QCOMPARE(joinNode(folderOf(fixture, "late"), regretted, "Late", 5s).error().kind, ErrorKind::Refused);

        const auto guest = require(loadOrCreateIdentity(folderOf(fixture, "guest")));
        const auto joined = require(joinNode(folderOf(fixture, "guest"), line, "Guest", 5s));
        QCOMPARE(joined.rights, static_cast<Rights>(Right::Compute));
        const auto remote = RemoteNode::create(guest, joined.address);
        QVERIFY(remote->describe(5s).has_value());
        services.watch().refresh();
        QTRY_COMPARE_WITH_TIMEOUT(page.peersView().model().rowCount(), 1, 10000);
        QCOMPARE(page.peersView().invitations().rowCount(), 0);  // it was used
        QCOMPARE(page.peersView().model().index(0, ui::PeerModel::Name).data().toString(), QStringLiteral("Guest"));
        QCOMPARE(page.peersView().model().index(0, ui::PeerModel::Rights).data().toString(), QStringLiteral("compute"));

        // Revoked only after the question.
        page.peersView().table()->selectRow(0);
        page.peersView().revokeChosen();
        dialogOf<QMessageBox>(page)->reject();
        QTest::qWait(50);
        QVERIFY(remote->describe(5s).has_value());
        page.peersView().revokeChosen();
        buttonOf(*dialogOf<QMessageBox>(page), QStringLiteral("Revoke"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(page.peersView().model().rowCount(), 0, 10000);
        QCOMPARE(remote->describe(5s).error().kind, ErrorKind::Refused);

        services.sharing().stop();
        QTRY_COMPARE_WITH_TIMEOUT(services.sharing().state(), ui::ServiceState::Off, 10000);
        QVERIFY(services.sharing().error().isEmpty());
        QCOMPARE(remote->describe(2s).error().kind, ErrorKind::Network);
    }

    void aKeyIsAddedByHand() {
        WindowFixture fixture;
        ui::NetworkPage& page = networkOf(fixture);
        page.peersView().addKey();
        auto* dialog = dialogOf<ui::PeerDialog>(page);
        const auto edits = dialog->findChildren<QLineEdit*>();
        QPushButton* add = buttonOf(*dialog, QStringLiteral("Add"));
        edits[0]->setText(QStringLiteral("12ab"));
        QVERIFY(!add->isEnabled());
        edits[0]->setText(QString(64, QLatin1Char('a')));
        edits[1]->setText(QStringLiteral("Laptop"));
        QVERIFY(add->isEnabled());
        QTest::keyClick(edits[1], Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(page.peersView().model().rowCount(), 1, 10000);
        const auto peers = require(PeerList(identityFolder()).peers());
        QCOMPARE(peers.front().name, std::string("Laptop"));
        QCOMPARE(peers.front().rights, static_cast<Rights>(Right::Compute));
    }

    void aRefusedKeyIsNotADeadNode() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        const QString model = tinyModel(fixture);
        const auto node = nodeOf(fixture, model, {0, 5}, "attic");
        // On the list here, but it does not know this machine; the other one has gone.
        PeerList list(identityFolder());
        require(list.allow({node->address().id, "Attic", 0, node->address().endpoint}));
        NodeId dead{};
        dead.fill(std::byte{7});
        require(list.allow({dead, "Cellar", 0, "127.0.0.1:1"}));
        ui::NetworkPage& page = networkOf(fixture);
        fixture.application->network().watch().refresh();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("Attic")), QStringLiteral("refuses this machine"), 20000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("Cellar")), QStringLiteral("no answer"), 20000);
        QVERIFY(page.nodes().nodes()[1].why.contains(QStringLiteral("has no right to compute")));

        // Without fragments of the layers nobody is left, and it is said why of each.
        const QString bare = fixture.folder.filePath(QStringLiteral("bare"));
        require(fragmentToDirectory(model.toStdString(), bare.toStdString(), {}, {}));
        for (const Fragment& fragment : require(readManifest(std::filesystem::path(bare.toStdString()) / "manifest.json")).fragments)
            if (toInt(fragment.layer) >= 3) QVERIFY(std::filesystem::remove(std::filesystem::path(bare.toStdString()) / "fragments" / (fragment.id + ".dat")));
        ui::setNetworkMode(fixture.application->settings(), true);
        ui::ModelHolder& holder = fixture.application->model();
        holder.load(bare, ui::readModelOptions(fixture.application->settings()));
        QTRY_COMPARE_WITH_TIMEOUT(holder.state(), ui::ModelState::Failed, 60000);
        const QString why = QString::fromStdString(holder.error().message);
        QVERIFY2(why.contains(QStringLiteral("layers 3–5")) && why.contains(QStringLiteral("has no right")) && why.contains(QStringLiteral("left out")), qPrintable(why));

        // Nothing ticked is another reason.
        for (int row = 1; row <= 2; ++row) page.nodes().setData(page.nodes().index(row, ui::NodeModel::Name), Qt::Unchecked, Qt::CheckStateRole);
        QTRY_COMPARE(stateOf(page.nodes(), QStringLiteral("Attic")), QStringLiteral("not used: unticked"));
        holder.load(bare, ui::readModelOptions(fixture.application->settings()));
        QTRY_COMPARE_WITH_TIMEOUT(holder.state(), ui::ModelState::Failed, 60000);
        QVERIFY(QString::fromStdString(holder.error().message).contains(QStringLiteral("left out")));
    }

    /// Names and messages come from other machines.
    void whatNodesSayIsNoHtml() {
        ui::NodeModel model;
        model.set({.id = QStringLiteral("a"), .name = QStringLiteral("<img src='/etc/hostname'>"), .kind = ui::NodeKind::Node, .why = QStringLiteral("<b>gone</b>")});
        for (int column = 0; column < model.columnCount(); ++column) QVERIFY(!model.index(0, column).data(Qt::ToolTipRole).toString().contains(QLatin1Char('<')));  // escaped where it would be one
        QCOMPARE(model.index(0, ui::NodeModel::Name).data().toString(), QStringLiteral("<img src='/etc/hostname'>"));
    }

    void kernelsOfNodesAreAChoiceOfTheirOwn() {
        WindowFixture fixture;
        ui::Settings& settings = fixture.application->settings();
        const auto kernels = [&] { return ui::readModelOptions(settings).load.engine_options.kernels; };
        ui::ModelOptions options = ui::readModelOptions(settings);
        options.load.engine_options.kernels = KernelPolicy::Own;
        ui::writeModelOptions(settings, options);
        QCOMPARE(kernels(), KernelPolicy::Own);
        ui::setNetworkMode(settings, true);
        QCOMPARE(kernels(), KernelPolicy::Ggml);
        ui::writeModelOptions(settings, options);
        QCOMPARE(kernels(), KernelPolicy::Own);
        ui::setNodesMultiplyRows(settings, true);
        QCOMPARE(kernels(), KernelPolicy::Ggml);
    }

    void theModeIsChosenAtTheTop() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        auto* header = fixture.window().findChild<ui::HeaderBar*>();
        QVERIFY(header->modePicker()->text().startsWith(QStringLiteral("Local")));
        QTRY_VERIFY(fixture.application->network().watch().hasHeard());
        // Without a node the way leads to the page where one is joined.
        const auto choose = [header](const QString& begin) {
            QMenu* menu = header->modePicker()->menu();
            emit menu->aboutToShow();
            for (QAction* action : menu->actions())
                if (action->text().startsWith(begin) && action->isEnabled()) return action->trigger();
            QFAIL(qPrintable(begin));
        };
        choose(QStringLiteral("Network"));
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("network"));
        dialogOf<ui::JoinDialog>(fixture.window())->reject();
        QVERIFY(!ui::isNetworkMode(fixture.application->settings()));

        const QString model = tinyModel(fixture);
        const auto node = nodeOf(fixture, model, {0, 5}, "attic");
        introduce(fixture, *node, "attic");
        fixture.application->network().watch().refresh();
        QTRY_VERIFY(fixture.application->network().watch().hasNodes());
        ui::ModelHolder& holder = fixture.application->model();
        holder.load(model, ui::readModelOptions(fixture.application->settings()));
        QTRY_VERIFY_WITH_TIMEOUT(holder.isReady(), 60000);
        QVERIFY(!holder.nodes());

        // The loaded model is loaded again; nobody is asked for anything before the user agrees.
        choose(QStringLiteral("Network"));
        QCOMPARE(holder.state(), ui::ModelState::Loading);
        auto* dialog = dialogOf<ui::ConsentDialog>(fixture.window());
        QVERIFY(header->modePicker()->text().startsWith(QStringLiteral("Network")));
        QVERIFY(!holder.isReady());
        QStringList words;
        for (const QLabel* label : dialog->findChildren<QLabel*>()) words << label->text();
        QVERIFY2(words.join(QLatin1Char(' ')).contains(QStringLiteral("can reconstruct what you write")), qPrintable(words.join(QLatin1Char('|'))));
        QVERIFY(words.contains(QStringLiteral("attic")));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_COMPARE(holder.state(), ui::ModelState::Empty);
        QCOMPARE(node->status().rows, std::uint64_t{0});

        // Agreed to for good, it is not asked again.
        holder.load(model, ui::readModelOptions(fixture.application->settings()));
        dialog = dialogOf<ui::ConsentDialog>(fixture.window());
        dialog->findChild<QCheckBox*>()->setChecked(true);
        QTest::keyClick(dialog, Qt::Key_Return);
        QTRY_VERIFY(holder.isReady());
        QVERIFY(holder.nodes());
        holder.load(model, ui::readModelOptions(fixture.application->settings()));
        QTRY_VERIFY_WITH_TIMEOUT(holder.isReady(), 60000);

        choose(QStringLiteral("Local"));
        QTRY_VERIFY_WITH_TIMEOUT(holder.isReady(), 60000);
        QVERIFY(!holder.nodes());
        QVERIFY(header->modePicker()->text().startsWith(QStringLiteral("Local")));
    }

    void theAnswerIsTheSame() {
        ChatFixture fixture;
        require(fragmentInPlace(fixture.model.toStdString(), {}, {}));
        fixture.type(QStringLiteral("What is the capital of France?"));
        QVERIFY(fixture.waitForAnswer());
        const QString here = fixture.shown().back().text;
        QVERIFY2(here.contains(QStringLiteral("Paris")), qPrintable(here));

        const auto low = nodeOf(fixture, fixture.model, {0, 14}, "attic");
        const auto high = nodeOf(fixture, fixture.model, {15, 27}, "cellar");  // the last layers are this machine's
        introduce(fixture, *low, "attic");
        introduce(fixture, *high, "cellar");
        ui::NetworkPage& page = networkOf(fixture);
        fixture.application->network().watch().refresh();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("cellar")), QStringLiteral("ready for this model"), 20000);
        fixture.application->model().unload();
        ui::setNetworkMode(fixture.application->settings(), true);

        // The question loads the model, the user agrees, the answer comes.
        fixture.window().openPage(QStringLiteral("chat"));
        fixture.chat().openNew();
        fixture.prepare();
        fixture.type(QStringLiteral("What is the capital of France?"));
        QTest::keyClick(dialogOf<ui::ConsentDialog>(fixture.window()), Qt::Key_Return);
        QVERIFY(fixture.waitForAnswer());
        QCOMPARE(fixture.shown().back().text, here);
        QVERIFY(low->status().rows > 0 && high->status().rows > 0);

        // What went where is told on the Model page, in the table and in the strip.
        const auto* banner = fixture.modelPage().findChild<ui::Banner*>();
        QVERIFY2(banner->text().contains(QStringLiteral("layers 0 to 14: attic")) && banner->text().contains(QStringLiteral("layers 28 to 29: this machine")), qPrintable(banner->text()));
        fixture.window().openPage(QStringLiteral("network"));
        QTRY_COMPARE(stateOf(page.nodes(), QStringLiteral("attic")), QStringLiteral("computes layers 0 to 14"));
        QCOMPARE(stateOf(page.nodes(), QStringLiteral("cellar")), QStringLiteral("computes layers 15 to 27"));
        const ui::LayerStrip& strip = *page.nodesView().strip();
        QVERIFY(strip.isVisible());
        QCOMPARE(strip.cellRows(), 3);
        QCOMPARE(strip.cellColumns(), 30);
        QCOMPARE(strip.cellName(1, 3), QStringLiteral("Layer 3: attic computes it"));
        QCOMPARE(strip.cellName(1, 20), QStringLiteral("Layer 20: not on attic"));
        QVERIFY(strip.cellName(0, 28).endsWith(QStringLiteral("computes it")));
        QVERIFY(strip.cellName(0, 3).contains(QStringLiteral("in reserve")));
        for (const ui::NodeInfo& node : page.nodes().nodes()) QVERIFY2(node.rows > 0 && !node.busy, qPrintable(node.name));

        // One that refuses, one that is away, and both services, for the pictures.
        const auto stranger = nodeOf(fixture, fixture.model, {0, 29}, "stranger");
        require(PeerList(identityFolder()).allow({stranger->address().id, "Study", static_cast<Rights>(Right::Compute), stranger->address().endpoint}));
        NodeId away{};
        away.fill(std::byte{0x3f});
        require(PeerList(identityFolder()).allow({away, "Laptop", static_cast<Rights>(Right::Compute), "127.0.0.1:1"}));
        require(makeInvitation(identityFolder(), "192.168.1.7:7420", static_cast<Rights>(Right::Compute), 3600s));
        ui::Settings& settings = fixture.application->settings();
        for (const char* port : {"apiPort", "sharingPort"}) settings.set(QStringLiteral("network"), QString::fromLatin1(port), 0);
        settings.set(QStringLiteral("network"), QStringLiteral("apiKey"), true);
        fixture.application->network().startApi();
        fixture.application->network().startSharing();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->network().api().state(), ui::ServiceState::On, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->network().sharing().state(), ui::ServiceState::On, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("Study")), QStringLiteral("refuses this machine"), 20000);
        shootNetwork(fixture);
    }

    void rowsOfMatrices() {
        ChatFixture fixture;
        require(fragmentInPlace(fixture.model.toStdString(), {}, {}));
        auto attic = nodeOf(fixture, fixture.model, {0, -1}, "attic");
        const auto cellar = nodeOf(fixture, fixture.model, {0, 3}, "cellar");  // with layers it multiplies rows as well
        introduce(fixture, *attic, "attic");
        introduce(fixture, *cellar, "cellar");
        ui::NetworkPage& page = networkOf(fixture);
        fixture.application->network().watch().refresh();
        QTRY_COMPARE_WITH_TIMEOUT(page.nodes().rowCount(), 3, 20000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(page.nodes(), QStringLiteral("cellar")), QStringLiteral("ready"), 20000);
        for (const ui::NodeInfo& node : page.nodes().nodes())
            if (node.name == QStringLiteral("attic")) QCOMPARE(ui::layersText(node), QStringLiteral("rows only"));
        ui::setNetworkMode(fixture.application->settings(), true);
        page.nodesView().work()->setCurrentIndex(1);
        QVERIFY(ui::readModelOptions(fixture.application->settings()).rows);

        fixture.window().openPage(QStringLiteral("chat"));
        fixture.prepare();
        fixture.type(QStringLiteral("What is the capital of France?"));
        auto* dialog = dialogOf<ui::ConsentDialog>(fixture.window());
        QStringList words;
        for (const QLabel* label : dialog->findChildren<QLabel*>()) words << label->text();
        QVERIFY2(words.join(QLatin1Char('|')).contains(QStringLiteral("every matrix’s rows")), qPrintable(words.join(QLatin1Char('|'))));
        QTest::keyClick(dialog, Qt::Key_Return);
        QVERIFY(fixture.waitForAnswer());
        const QString answer = fixture.shown().back().text;
        QVERIFY2(answer.contains(QStringLiteral("Paris")), qPrintable(answer));
        QVERIFY(attic->status().rows > 0 && cellar->status().rows > 0);
        QVERIFY(fixture.window().findChild<ui::HeaderBar*>()->modePicker()->text().startsWith(QStringLiteral("Network")));

        const auto* banner = fixture.modelPage().findChild<ui::Banner*>();
        QVERIFY2(banner->text().contains(QStringLiteral("by attic, cellar")) || banner->text().contains(QStringLiteral("by cellar, attic")), qPrintable(banner->text()));
        fixture.window().openPage(QStringLiteral("network"));
        const auto parts = fixture.application->model().rowNodes()->parts();
        const int atticPart = parts[0].node == attic->address() ? 2 : 3;
        QTRY_COMPARE(stateOf(page.nodes(), QStringLiteral("attic")), QStringLiteral("multiplies part %1 of 3").arg(atticPart));
        QCOMPARE(page.nodes().nodes().front().state, QStringLiteral("multiplies part 1 of 3"));
        const ui::LayerStrip& strip = *page.nodesView().strip();
        QCOMPARE(strip.cellRows(), 3);
        QCOMPARE(strip.cellName(0, 4), QStringLiteral("Layer 4: %1 multiplies part 1 of 3 of its rows").arg(page.nodes().nodes().front().name));
        for (const ui::NodeInfo& node : page.nodes().nodes()) QVERIFY2(node.kind == ui::NodeKind::ThisMachine || node.rows > 0, qPrintable(node.name));
        shoot(fixture, "network-rows");

        // A machine that is gone is replaced, and the table says by whom.
        attic.reset();
        fixture.window().openPage(QStringLiteral("chat"));
        fixture.chat().openNew();
        fixture.prepare();
        fixture.type(QStringLiteral("What is the capital of France?"));
        QVERIFY(fixture.waitForAnswer());
        QCOMPARE(fixture.shown().back().text, answer);
        fixture.window().openPage(QStringLiteral("network"));
        QTRY_COMPARE(page.nodes().nodes().front().state, QStringLiteral("multiplies parts 1, %1 of 3").arg(atticPart));
        page.nodesView().work()->setCurrentIndex(0);
        QVERIFY(!ui::readModelOptions(fixture.application->settings()).rows);
    }

    /// With the nodes' help only where this machine lacks layers.
    void layersOnNodesAreLookedInto() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        const QString model = tinyModel(fixture);
        const auto node = nodeOf(fixture, model, {3, 5}, "attic");
        introduce(fixture, *node, "attic");
        const QString part = fixture.folder.filePath(QStringLiteral("part"));
        require(fragmentToDirectory(model.toStdString(), part.toStdString(), {}, {}));
        for (const Fragment& fragment : require(readManifest(std::filesystem::path(part.toStdString()) / "manifest.json")).fragments)
            if (toInt(fragment.layer) >= 3) QVERIFY(std::filesystem::remove(std::filesystem::path(part.toStdString()) / "fragments" / (fragment.id + ".dat")));
        ui::setNetworkMode(fixture.application->settings(), true);
        ui::ModelHolder& holder = fixture.application->model();
        InspectRequest request;
        request.lens = true;
        for (const int token : {5, 9, 200, 7}) request.tokens.push_back(TokenId{token});
        std::vector<std::vector<float>> residual;
        for (const QString& set : {model, part}) {
            holder.load(set, ui::readModelOptions(fixture.application->settings()));
            if (residual.empty()) {
                dialogOf<ui::ConsentDialog>(fixture.window())->findChild<QCheckBox*>()->setChecked(true);
                QTest::keyClick(dialogOf<ui::ConsentDialog>(fixture.window()), Qt::Key_Return);
            }
            QTRY_VERIFY_WITH_TIMEOUT(holder.isReady(), 60000);
            const auto live = require(ui::LiveModel::make(holder.model(), EngineKind::Fragments, holder.options().load.engine_options, {}));
            QCOMPARE(QString::fromStdString(std::string(live->engine().kind())), set == part ? QStringLiteral("nodes") : QStringLiteral("fragments"));
            residual.push_back(require(inspect(live->engine(), live->tokenizer(), request, {})).residual.values);
        }
        QVERIFY(!residual[0].empty());
        QCOMPARE(residual[1], residual[0]);

        // The tab offers what nodes show, says why not the rest, and runs.
        fixture.window().openPage(QStringLiteral("inspector"));
        auto& page = *static_cast<ui::InspectorPage*>(fixture.window().page(QStringLiteral("inspector")));
        QVERIFY(page.form()->keeps(ui::CapturePart::Norms) && page.form()->keeps(ui::CapturePart::Lens));
        for (const auto inside : {ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors}) {
            page.form()->setKeeps(inside, true);
            QVERIFY(!page.form()->keeps(inside));
            QVERIFY(page.form()->whyNot(inside).contains(QStringLiteral("norms and the lens")));
        }
        page.form()->setPrompt(QStringLiteral("abc"), PromptKind::Raw);
        QTRY_VERIFY(page.form()->estimate().tokens > 0);
        ui::Job* job = page.run();
        QVERIFY(WindowFixture::waitFor(job));
        QVERIFY2(page.session().run() != nullptr, qPrintable(page.findChild<ui::Banner*>()->text()));
        QCOMPARE(page.session().run()->seen.engine, std::string("nodes"));
        shoot(fixture, "inspector-nodes");
        page.form()->setEngine(EngineKind::Llama);  // which has the whole model or nothing
        QVERIFY(page.form()->keeps(ui::CapturePart::Attention));
    }

    void anAnswerIsSeenOnItsWay() {
        ChatFixture fixture;
        require(fragmentInPlace(fixture.model.toStdString(), {}, {}));
        const auto node = nodeOf(fixture, fixture.model, {0, 29}, "attic");
        introduce(fixture, *node, "attic");
        ui::setNetworkMode(fixture.application->settings(), true);
        fixture.prepare(200);
        fixture.type(QStringLiteral("Write a long story."));
        QTest::keyClick(dialogOf<ui::ConsentDialog>(fixture.window()), Qt::Key_Return);
        ui::NetworkPage& page = networkOf(fixture);
        QTRY_VERIFY_WITH_TIMEOUT(page.nodes().rowCount() == 2 && page.nodes().nodes()[1].busy, 60000);
        QVERIFY(page.nodes().index(1, ui::NodeModel::State).data().toString().contains(QStringLiteral("at work")));
        QVERIFY(page.nodesView().strip()->cellName(1, 0).contains(QStringLiteral("at work now")));
        fixture.chat().stop();
        QVERIFY(fixture.waitForAnswer());
        QTRY_VERIFY(!page.nodes().nodes()[1].busy);
    }

    void theLocalApiAnswers() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        const QString model = fixture.copyModel();
        fixture.application->settings().set(QStringLiteral("network"), QStringLiteral("apiPort"), 0);
        ui::NetworkPage& page = networkOf(fixture);
        page.showView(QStringLiteral("services"));
        ui::ApiCard& card = page.servicesView().api();
        QVERIFY(!card.startButton()->isEnabled());  // there is no model
        fixture.application->model().load(model, {});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.application->model().isReady(), 60000);
        QTRY_VERIFY(card.startButton()->isEnabled());
        QCOMPARE(fixture.application->network().api().state(), ui::ServiceState::Off);  // never by itself
        card.startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->network().api().state(), ui::ServiceState::On, 20000);
        QVERIFY2(card.address().startsWith(QStringLiteral("http://127.0.0.1:")) && card.address().endsWith(QStringLiteral("/v1")), qPrintable(card.address()));
        QCOMPARE(fixture.application->jobs().activeJobs().size(), std::size_t{1});

        const auto port = static_cast<quint16>(QUrl(card.address()).port());
        RawClient client(port);
        const RawAnswer answer = client.ask("POST", "/v1/chat/completions", {}, question(12));
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.body.contains("Paris"), answer.body.constData());
        QCOMPARE(client.ask("POST", "/v1/chat/completions", {}, "{\"messages\": 7}").status, 400);
        QTRY_COMPARE(fixture.application->network().api().failures().size(), std::size_t{1});
        auto* failures = card.findChild<QTableView*>();
        QVERIFY(failures->isVisible());
        QCOMPARE(failures->model()->index(0, 1).data().toString(), QStringLiteral("400"));
        QCOMPARE(failures->model()->index(0, 2).data().toString(), QStringLiteral("POST /v1/chat/completions"));
        QTRY_COMPARE(fixture.application->network().api().numbers().counts.requests, std::uint64_t{2});

        card.startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->network().api().state(), ui::ServiceState::Off, 20000);
        QCOMPARE(RawClient(port).ask("GET", "/v1/models").status, 0);
        QVERIFY(fixture.application->jobs().activeJobs().empty());
    }

    void itsKeyIsMaskedAndAskedFor() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), loadModel);
        ui::Settings& settings = fixture.application->settings();
        settings.set(QStringLiteral("network"), QStringLiteral("apiPort"), 0);
        settings.set(QStringLiteral("network"), QStringLiteral("apiKey"), true);
        settings.set(QStringLiteral("network"), QStringLiteral("apiSet"), tinyModel(fixture));
        ui::NetworkServices& services = fixture.application->network();
        services.startChosen();
        QCOMPARE(services.api().state(), ui::ServiceState::Off);  // the user has not ticked it
        settings.set(QStringLiteral("network"), QStringLiteral("apiAtStart"), true);
        services.startChosen();
        QTRY_COMPARE_WITH_TIMEOUT(services.api().state(), ui::ServiceState::On, 20000);
        ui::NetworkPage& page = networkOf(fixture);
        page.showView(QStringLiteral("services"));
        QLineEdit* key = nullptr;
        for (auto* edit : page.servicesView().api().findChildren<QLineEdit*>())
            if (edit->accessibleName().startsWith(QStringLiteral("Key"))) key = edit;
        QVERIFY(key && key->isVisible());
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        QCOMPARE(key->text().size(), 48);
        const auto port = static_cast<quint16>(QUrl(services.api().numbers().url).port());
        QCOMPARE(RawClient(port).ask("GET", "/v1/models").status, 401);
        QCOMPARE(RawClient(port).ask("GET", "/v1/models", "Authorization: Bearer " + key->text().toUtf8() + "\r\n").status, 200);
        // Neither settings nor log know it.
        settings.flush();
        QFile file(settings.folder() + QStringLiteral("/network.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains(key->text().toUtf8()));

        // A new one ends the old one's use.
        const QString old = key->text();
        for (auto* button : page.servicesView().api().findChildren<QToolButton*>())
            if (button->accessibleName().startsWith(QStringLiteral("Make a new key"))) button->click();
        QTRY_VERIFY_WITH_TIMEOUT(services.api().state() == ui::ServiceState::On && key->text() != old && !key->text().isEmpty(), 20000);
        const auto again = static_cast<quint16>(QUrl(services.api().numbers().url).port());
        QCOMPARE(RawClient(again).ask("GET", "/v1/models", "Authorization: Bearer " + old.toUtf8() + "\r\n").status, 401);
    }

    void aPortInUseIsSaid() {
        WindowFixture fixture;
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        ui::Settings& settings = fixture.application->settings();
        settings.set(QStringLiteral("network"), QStringLiteral("apiPort"), taken.serverPort());
        settings.set(QStringLiteral("network"), QStringLiteral("apiSet"), tinyModel(fixture));
        fixture.application->network().startApi();
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.application->network().api().error().isEmpty(), 20000);
        QCOMPARE(fixture.application->network().api().state(), ui::ServiceState::Off);
        ui::NetworkPage& page = networkOf(fixture);
        page.showView(QStringLiteral("services"));
        QVERIFY(page.servicesView().api().findChild<ui::Banner*>()->isVisible());
    }
};

QTEST_MAIN(TestNetworkMode)
#include "tst_network_mode.moc"
