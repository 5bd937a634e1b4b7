// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_page.h"

#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
#include "ui/network/interface_model.h"
#include "ui/network/machine_facts.h"
#include "ui/network/network_services.h"
#include "ui/network/nodes_view.h"
#include "ui/network/peers_view.h"
#include "ui/network/services_view.h"
#include "ui/network/store_model.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/log_model.h"
#include "ui/widgets/page_parts.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStorageInfo>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QStringList kViews{QStringLiteral("machines"), QStringLiteral("peers"), QStringLiteral("services"), QStringLiteral("interfaces"), QStringLiteral("stores"), QStringLiteral("log")};
constexpr int kRefreshMs = 3000;
constexpr int kMachineWidth = 300;

std::filesystem::path pathOf(const QString& text) { return fromUtf8(text.toStdString()); }

}  // namespace

NetworkPage::NetworkPage(const PageContext& context)
    : m_context(context), m_interfaces(new InterfaceModel(this)), m_stores(new StoreModel(this)), m_log(new LogModel(this)) {
    m_log->setLevel(LogLevel::Debug);
    m_log->setAreas({LogArea::Store, LogArea::Network});
    m_mode = makeParagraph({}, Role::Muted);
    auto* copy = makeIconTextButton(Icon::Copy, tr("Copy facts"));
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(machineText());
        m_context.navigator.showStatus(tr("The facts of this machine are in the clipboard."));
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpace));
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(makePageHeader(makeLabel(tr("Network"), TextStyle::Title), {copy}, m_mode));
    column->addSpacing(px(kSpaceTiny));
    column->addWidget(makeViews(), 1);

    connect(&context.model, &ModelHolder::stateChanged, this, &NetworkPage::showMode);
    for (RunningService* service : std::initializer_list<RunningService*>{&context.network.sharing(), &context.network.api()})
        connect(service, &RunningService::changed, this, &NetworkPage::showMachine);
    connect(&context.settings, &Settings::changed, this, [this](const QString& area, const QString& key) {
        if (area == QLatin1String("general") && key == QLatin1String("machineName")) m_nodes_view->refresh();
        if (area == QLatin1String("model")) showMachine();
        if (area == QLatin1String("network") && key == QLatin1String("mode")) showMode();
    });
    auto* clock = new QTimer(this);
    connect(clock, &QTimer::timeout, this, [this] {
        if (isVisible()) refresh();
    });
    clock->start(kRefreshMs);
    addCommands();
    showView(context.settings.text(QStringLiteral("network"), QStringLiteral("view"), kViews.first()));
    refresh();
}

QWidget* NetworkPage::makeMachine() {
    auto* card = new Card(Role::Raised);
    m_name = new QLineEdit(machineName(m_context.settings));
    m_name->setAccessibleName(tr("Name of this machine"));
    m_name->setPlaceholderText(readMachineFacts(m_context.settings).host);
    m_name->setMaxLength(60);
    connect(m_name, &QLineEdit::editingFinished, this, [this] { setMachineName(m_context.settings, m_name->text()); });
    m_facts = new FactList;
    m_limits = new FactList;
    card->column()->addWidget(makeLabel(tr("This machine"), TextStyle::Strong));
    card->column()->addWidget(m_name);
    card->column()->addWidget(m_facts);
    card->column()->addSpacing(px(kSpaceSmall));
    card->column()->addWidget(makeLabel(tr("Limits in effect"), TextStyle::Strong));
    card->column()->addWidget(m_limits);
    card->column()->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("This machine"));
    setGroundRole(scroll->viewport(), Role::Surface);
    scroll->setWidget(card);
    scroll->setFixedWidth(px(kMachineWidth));
    connect(&Theme::instance(), &Theme::changed, scroll, [scroll] { scroll->setFixedWidth(px(kMachineWidth)); });
    return scroll;
}

QTableView* NetworkPage::makeTable(QAbstractItemModel* model, const QString& name, const QString& key, std::initializer_list<int> widths, std::function<void(QMenu&)> more) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setAccessibleName(name);
    setUpTable(*table, m_context.settings, QStringLiteral("network.") + key, std::move(more));
    int column = 0;
    for (const int width : widths) table->setColumnWidth(column++, px(width));
    return table;
}

QWidget* NetworkPage::makeStores() {
    const auto more = [this](QMenu& menu) {
        const QString path = chosenStore();
        if (path.isEmpty()) return;
        menu.addAction(m_show->icon(), m_show->text(), m_show, &QPushButton::click)->setEnabled(m_show->isEnabled());
        menu.addAction(m_verify->icon(), m_verify->text(), m_verify, &QPushButton::click)->setEnabled(m_verify->isEnabled());
        menu.addAction(icon(Icon::OpenOutside), tr("Show in the file manager"), this, [path] { revealInFileManager(path); });
    };
    m_store_table = makeTable(m_stores, tr("Fragment sets"), QStringLiteral("stores"), {180, 170, 148, 92, 100, 200}, more);
    m_store_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_store_summary = new ElidedLabel({}, Qt::ElideRight);
    setTextRole(m_store_summary, Role::Muted);
    m_scan = makeIconTextButton(Icon::Refresh, tr("Look again"));
    m_verify = makeIconTextButton(Icon::Validation, tr("Verify"));
    m_show = makeIconTextButton(Icon::Fragments, tr("Show its fragments"));
    connect(m_scan, &QPushButton::clicked, this, [this] { scan(); });
    connect(m_verify, &QPushButton::clicked, this, [this] { verifyChosen(); });
    connect(m_show, &QPushButton::clicked, this, [this] { m_context.navigator.openPage(QStringLiteral("fragments"), chosenStore()); });
    connect(m_store_table, &QTableView::activated, m_show, &QPushButton::click);
    connect(m_store_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &NetworkPage::updateStoreButtons);
    connect(m_stores, &QAbstractItemModel::modelReset, this, &NetworkPage::updateStoreButtons);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_show, m_verify, m_scan}) buttons->addWidget(button);
    buttons->addStretch(1);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_store_summary);
    column->addWidget(m_store_table, 1);
    column->addLayout(buttons);
    updateStoreButtons();
    return box;
}

QWidget* NetworkPage::makeViews() {
    m_views = new QStackedWidget;
    m_nodes_view = new NodesView(m_context);
    m_peers_view = new PeersView(m_context);
    m_services_view = new ServicesView(m_context);
    connect(m_nodes_view, &NodesView::joinWanted, m_peers_view, &PeersView::join);
    connect(m_nodes_view, &NodesView::inviteWanted, m_peers_view, &PeersView::invite);
    for (QWidget* view : std::initializer_list<QWidget*>{m_nodes_view, m_peers_view, m_services_view}) m_views->addWidget(view);
    m_interface_table = makeTable(m_interfaces, tr("Interfaces"), QStringLiteral("interfaces"), {100, 110, 220, 160, 110});
    auto* machine = new QWidget;
    auto* row = new QHBoxLayout(machine);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceLarge));
    row->addWidget(makeMachine());
    row->addWidget(m_interface_table, 1);
    m_views->addWidget(machine);
    m_views->addWidget(makeStores());
    m_log_table = makeTable(m_log, tr("Log of stores and transfers"), QStringLiteral("log"), {120, 130});
    m_views->addWidget(m_log_table);
    m_tabs = new SegmentBar({tr("Machines"), tr("Peers"), tr("Services"), tr("This machine"), tr("Stores"), tr("Log")});
    connect(m_tabs, &SegmentBar::chosen, this, [this](int index) { showView(kViews[index]); });
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_tabs);
    column->addWidget(m_views, 1);
    return box;
}

void NetworkPage::addCommands() {
    const QString section = tr("Network");
    m_context.commands.add(QStringLiteral("network.scan"), section, tr("Look for fragment sets again"), Icon::Refresh, [this] { scan(); });
    m_context.commands.add(QStringLiteral("network.join"), section, tr("Join a node…"), Icon::Link, [this] { m_peers_view->join(); });
    m_context.commands.add(QStringLiteral("network.invite"), section, tr("Invite a machine…"), Icon::Add, [this] { m_peers_view->invite(); });
    m_context.commands.add(QStringLiteral("network.services"), section, tr("Offer layers, or the local API…"), Icon::Upload, [this] { m_context.navigator.openPage(QStringLiteral("network"), QStringLiteral("services")); });
    m_context.commands.add(QStringLiteral("network.copy"), section, tr("Copy the facts of this machine"), Icon::Copy, [this] { QApplication::clipboard()->setText(machineText()); });
}

void NetworkPage::enter() {
    QWidget* const starts[] = {m_nodes_view, m_peers_view, m_services_view, m_interface_table, m_store_table, m_log_table};
    starts[m_views->currentIndex()]->setFocus();
}

void NetworkPage::open(const QVariant& target) {
    const bool join = target.toString() == QLatin1String("join");
    showView(join ? QStringLiteral("machines") : target.toString());
    if (join) m_peers_view->join();
}

NodeModel& NetworkPage::nodes() const { return m_nodes_view->model(); }

void NetworkPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    refresh();
    // Reading every manifest can wait until somebody looks.
    if (!std::exchange(m_scanned_once, true)) scan();
}

void NetworkPage::showView(const QString& name) {
    const int index = std::max(0, static_cast<int>(kViews.indexOf(name)));
    m_views->setCurrentIndex(index);
    m_tabs->choose(index);
    m_context.settings.set(QStringLiteral("network"), QStringLiteral("view"), kViews[index]);
}

void NetworkPage::refresh() {
    m_interfaces->setAddresses(readInterfaces());
    showMachine();
    showMode();
}

QString NetworkPage::openPorts() const {
    QStringList ports;
    LayerSharing& sharing = m_context.network.sharing();
    if (sharing.state() == ServiceState::On) ports.append(tr("%1 for layers").arg(QString::fromStdString(sharing.numbers().endpoint)));
    LocalApi& api = m_context.network.api();
    if (api.state() == ServiceState::On) ports.append(tr("%1 for the local API").arg(api.numbers().url.section(QStringLiteral("//"), 1)));
    return ports.isEmpty() ? tr("none") : ports.join(QStringLiteral(", "));
}

std::vector<std::pair<QString, QString>> NetworkPage::limitTexts() const {
    const int threads = readModelOptions(m_context.settings).load.engine_options.threads;
    const QString models = QString::fromStdString(toUtf8(dataFolder()));
    const QStorageInfo disk(models);
    std::vector<std::pair<QString, QString>> texts{
        {tr("Threads"), threads == 0 ? tr("all cores (Model page)") : tr("%1 (Model page)").arg(threads)},
        {tr("Accepts"), tr("fragments of up to %1").arg(formatSize(limits::kMaxFragmentBytes))},
        {tr("Open ports"), openPorts()},
    };
    if (disk.isValid()) texts.emplace_back(tr("Free disk"), formatSize(static_cast<quint64>(disk.bytesAvailable())));
    return texts;
}

void NetworkPage::showMachine() {
    m_facts->set(machineFactTexts(readMachineFacts(m_context.settings)));
    m_limits->set(limitTexts());
}

void NetworkPage::showMode() {
    if (m_context.model.rowNodes()) m_mode->setText(tr("Network mode: other machines multiply rows of the loaded model’s matrices. Each of them can reconstruct what you write and the answer."));
    else if (m_context.model.nodes()) m_mode->setText(tr("Network mode: other machines compute layers of the loaded model. Each of them can reconstruct what you write and the answer."));
    else if (isNetworkMode(m_context.settings)) m_mode->setText(tr("Network mode: the next model is loaded over the ticked machines. You are asked before anything is sent to them."));
    else m_mode->setText(tr("Local mode: this window computes on this machine alone, and nothing leaves it. Choose Network at the top to let the ticked machines compute."));
}

Job* NetworkPage::scan() {
    if (std::exchange(m_scanning, true)) return nullptr;
    m_scan->setEnabled(false);
    std::vector<std::filesystem::path> known, folders;
    for (const QString& path : m_context.settings.list(QStringLiteral("model"), QStringLiteral("recent"))) known.push_back(pathOf(path));
    for (const QString& path : m_context.settings.list(QStringLiteral("fragments"), QStringLiteral("recent"))) known.push_back(pathOf(path));
    for (const QString& path : m_context.settings.list(QStringLiteral("general"), QStringLiteral("folders"))) folders.push_back(pathOf(path));
    JobInfo info;
    info.title = tr("Look at the fragment sets");
    info.quiet = true;
    info.counts_bytes = false;
    const auto work = [known = std::move(known), folders = std::move(folders)](const Operation& operation) { return scanStores(findStores(known, folders), operation); };
    return m_context.jobs.start(std::move(info), work, this, [this](Result<std::vector<StoreInfo>> stores) {
        m_scanning = false;
        m_scan->setEnabled(true);
        if (!stores) return;
        m_stores->setStores(*std::move(stores));
        showStores();
        emit scanned();
    });
}

void NetworkPage::showStores() { m_store_summary->setFullText(storeSummary(m_stores->stores())); }

QString NetworkPage::chosenStore() const {
    const QModelIndexList rows = m_store_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : m_stores->storeAt(rows.first().row()).path;
}

void NetworkPage::updateStoreButtons() {
    const QModelIndexList rows = m_store_table->selectionModel()->selectedRows();
    const bool readable = !rows.isEmpty() && m_stores->storeAt(rows.first().row()).problem.isEmpty();
    m_show->setEnabled(readable && m_context.navigator.hasPage(QStringLiteral("fragments")));
    m_verify->setEnabled(readable && m_stores->storeAt(rows.first().row()).kind != StoreKind::PlainFile);
}

Job* NetworkPage::verifyChosen() {
    const QString path = chosenStore();
    if (path.isEmpty()) return nullptr;
    JobInfo info;
    info.title = tr("Verify %1").arg(setTitle(path));
    const auto work = [path = pathOf(path)](const Operation& operation) -> Result<StoreInfo> {
        TESSERA_TRY(const FragmentSet set, openFragmentSet(path, operation));
        TESSERA_CHECK(verifyStore(*set.store, operation));
        StoreInfo found = describeStore(set);
        found.path = QString::fromStdString(toUtf8(path));
        return found;
    };
    return m_context.jobs.start(std::move(info), work, this, [this](Result<StoreInfo> store) {
        if (!store) return m_context.navigator.showStatus(errorText(store.error()));
        m_stores->update(*store);
        showStores();
    });
}

QString NetworkPage::machineText() const {
    const MachineFacts facts = readMachineFacts(m_context.settings);
    QString text = QStringLiteral("# %1\n\n").arg(facts.name);
    for (const auto& [name, value] : machineFactTexts(facts)) text += tr("- %1: %2").arg(name, value) + QLatin1Char('\n');
    for (const auto& [name, value] : limitTexts()) text += tr("- %1: %2").arg(name, value) + QLatin1Char('\n');
    return text;
}

}  // namespace tessera::ui
