// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/nodes_view.h"

#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
#include "ui/network/layer_span_delegate.h"
#include "ui/network/layer_strip.h"
#include "ui/network/machine_facts.h"
#include "ui/network/network_services.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("network");
const QString kLeftOut = QStringLiteral("leftOut");
constexpr int kAskMs = 4000, kLookMs = 100;
constexpr int kDetailHeight = 116;

}  // namespace

NodesView::NodesView(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context), m_model(new NodeModel(this)) {
    m_strip = new LayerStrip;
    m_sentence = makeParagraph({}, Role::Muted);
    m_reload = new Banner;
    m_reload->hide();
    m_table = new QTableView;
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Machines"));
    m_table->setItemDelegateForColumn(NodeModel::Layers, new LayerSpanDelegate(m_table));
    setUpTable(*m_table, context.settings, QStringLiteral("network.machines"));
    const int widths[] = {140, 115, 204, 138, 72, 78};  // with the memory they fit into the smallest window
    for (int i = 0; i < static_cast<int>(std::size(widths)); ++i) m_table->setColumnWidth(i, px(widths[i]));
    for (const int column : {NodeModel::Class, NodeModel::Address}) m_table->setColumnHidden(column, true);  // below the table for the chosen machine
    m_detail = new FactList;
    auto* detail_card = new Card(Role::Raised);
    detail_card->column()->addWidget(m_detail);
    detail_card->column()->addStretch(1);
    auto* detail = new QScrollArea;
    detail->setFrameShape(QFrame::NoFrame);
    detail->setWidgetResizable(true);
    detail->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    detail->setAccessibleName(tr("The chosen machine"));
    setGroundRole(detail->viewport(), Role::Surface);
    detail->setWidget(detail_card);
    detail->setFixedHeight(px(kDetailHeight));
    connect(&Theme::instance(), &Theme::changed, detail, [detail] { detail->setFixedHeight(px(kDetailHeight)); });

    auto* join = makeIconTextButton(Icon::Link, tr("Join a node…"));
    auto* invite = makeIconTextButton(Icon::Add, tr("Invite a machine…"));
    auto* ask = makeIconTextButton(Icon::Refresh, tr("Ask again"));
    connect(join, &QPushButton::clicked, this, &NodesView::joinWanted);
    connect(invite, &QPushButton::clicked, this, &NodesView::inviteWanted);
    connect(ask, &QPushButton::clicked, this, [this] { m_context.network.watch().refresh(); });
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {join, invite, ask}) buttons->addWidget(button);
    buttons->addStretch(1);
    auto* choice = new QHBoxLayout;
    m_work = new QComboBox;
    m_work->addItems({tr("whole layers"), tr("rows of matrices")});
    m_work->setAccessibleName(tr("What nodes compute"));
    m_work->setToolTip(tr("Whole layers suit every network. Rows of all matrices are multiplied by all machines at once: for networks whose round trip is far below a millisecond."));
    m_work->setCurrentIndex(nodesMultiplyRows(context.settings) ? 1 : 0);
    choice->addWidget(makeLabel(tr("Nodes compute"), TextStyle::Interface, Role::Muted));
    choice->addWidget(m_work);
    choice->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_strip);
    column->addWidget(m_sentence);
    column->addWidget(m_reload);
    column->addWidget(m_table, 1);
    column->addWidget(detail);
    column->addLayout(choice);
    column->addLayout(buttons);
    setFocusProxy(m_table);

    connect(m_model, &NodeModel::used, this, &NodesView::setUsed);
    connect(m_work, &QComboBox::currentIndexChanged, this, &NodesView::setWork);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &NodesView::showDetail);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {  // Return ticks
        const QModelIndex tick = index.siblingAtColumn(NodeModel::Name);
        if (!(tick.flags() & Qt::ItemIsUserCheckable)) return;
        m_model->setData(tick, tick.data(Qt::CheckStateRole).toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    });
    connect(&context.network.watch(), &NodeWatch::changed, this, &NodesView::rebuild);
    connect(&context.model, &ModelHolder::stateChanged, this, [this] {
        m_reload->hide();
        rebuild();
    });
    auto* clock = new QTimer(this);
    connect(clock, &QTimer::timeout, this, [this] {
        if (isVisible()) m_context.network.watch().refresh();
    });
    clock->start(kAskMs);
    auto* look = new QTimer(this);
    connect(look, &QTimer::timeout, this, &NodesView::followAnswer);
    look->start(kLookMs);
    rebuild();
}

void NodesView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void NodesView::refresh() {
    m_context.network.watch().refresh();
    rebuild();
}

NodeInfo NodesView::thisMachine() const {
    const MachineFacts facts = readMachineFacts(m_context.settings);
    const ModelHolder& holder = m_context.model;
    NodeInfo node;
    node.id = QStringLiteral("this");
    node.name = facts.name;
    node.memory = facts.memory;
    node.state = holder.state() == ModelState::Loading ? tr("loading a model") : tr("no model is loaded");
    if (const std::shared_ptr<LoadedModel> model = holder.model(); model && model->engine) {
        node.layers = static_cast<int>(model->engine->facts().layers);
        if (const NodesEngine* nodes = holder.nodes()) {
            node.numerics = QString::fromStdString(nodes->numericsClass());
            const auto here = layersPresent(*model->set.store, node.layers);
            for (const LayerSpan& span : here)
                if (span.layers() > node.last_layer - node.first_layer + (node.first_layer < 0 ? 0 : 1)) {
                    node.first_layer = span.first;
                    node.last_layer = span.last;
                }
            return node;
        }
        node.first_layer = 0;
        node.last_layer = node.layers - 1;
        if (const RowNodes* rows = holder.rowNodes()) {
            node.numerics = QString::fromStdString(rows->numericsClass());
            return node;
        }
        node.computes = {{0, node.last_layer}};
        node.standing = NodeStanding::Computes;
        node.state = tr("holds and computes every layer of %1").arg(setTitle(holder.path()));
    }
    return node;
}

std::optional<ModelOnNodes> NodesView::modelOnNodes() const {
    const std::shared_ptr<LoadedModel> model = m_context.model.model();
    if (!model || !model->engine) return std::nullopt;
    ModelOnNodes on;
    on.layers = static_cast<int>(model->engine->facts().layers);
    on.set_id = model->set.store->manifest().set_id;
    if (const NodesEngine* nodes = m_context.model.nodes()) {
        on.over_nodes = true;
        if (auto plan = nodes->plan()) on.plan = *std::move(plan);
        on.nodes = nodes->nodes();
        on.activity = nodes->activity();
    }
    if (const RowNodes* rows = m_context.model.rowNodes()) {
        on.over_nodes = true;
        on.parts = rows->parts();
    }
    return on;
}

void NodesView::rebuild() {
    m_this_machine = thisMachine();
    m_loaded = modelOnNodes();
    const NodeWatch& watch = m_context.network.watch();
    const std::vector<std::string> failovers = m_context.model.failovers();
    QString sentence;
    if (!watch.problem().isEmpty()) sentence = watch.problem();
    else if (watch.hasHeard() && !watch.hasNodes()) sentence = tr("No other machine yet. Join a node by an invitation from its owner, then choose Network at the top.");
    else if (!failovers.empty()) sentence = tr("%n time(s) another machine took over: %1", nullptr, static_cast<int>(failovers.size())).arg(coreText(failovers.back()));
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    showRows();
}

void NodesView::showRows() {
    const auto rows = nodeRows(m_this_machine, m_context.network.watch().peers(), m_loaded, m_context.settings.list(kArea, kLeftOut));
    m_model->setNodes(rows);
    m_strip->setNodes(rows, m_loaded ? m_loaded->layers : 0);
    showDetail();
}

/// Ten times a second while an answer may be on its way; nothing is asked of anybody.
void NodesView::followAnswer() {
    if (!isVisible() || !m_loaded) return;
    if (const RowNodes* rows = m_context.model.rowNodes()) {
        auto parts = rows->parts();
        const auto same = [](const RowPart& a, const RowPart& b) { return a.rows == b.rows && a.busy == b.busy && a.replaced == b.replaced; };
        const bool changed = !std::ranges::equal(parts, m_loaded->parts, same);
        m_loaded->parts = std::move(parts);
        if (changed) showRows();
        return;
    }
    const NodesEngine* nodes = m_context.model.nodes();
    if (!nodes) return;
    auto activity = nodes->activity();
    const auto same = [](const SpanActivity& a, const SpanActivity& b) { return a.rows == b.rows && a.steps == b.steps; };
    if (std::ranges::equal(activity, m_loaded->activity, same)) return;
    m_loaded->activity = std::move(activity);
    showRows();
}

void NodesView::showDetail() {
    const QModelIndexList chosen = m_table->selectionModel()->selectedRows();
    const std::size_t row = chosen.isEmpty() ? 0 : static_cast<std::size_t>(chosen.first().row());
    if (row >= m_model->nodes().size()) return;
    const NodeInfo& node = m_model->nodes()[row];
    std::vector<std::pair<QString, QString>> facts{{tr("Machine"), node.address.isEmpty() ? node.name : tr("%1, at %2").arg(node.name, node.address)}};
    if (!node.why.isEmpty()) facts.emplace_back(tr("Why"), node.why);
    if (node.rows > 0) facts.emplace_back(tr("For us"), tr("%1 rows computed since the model was loaded").arg(formatCount(node.rows)));
    if (!node.numerics.isEmpty()) facts.emplace_back(tr("Numerics class"), node.numerics);
    if (node.kind == NodeKind::Node) facts.emplace_back(tr("Key"), node.id);
    m_detail->set(facts);
}

void NodesView::setUsed(const QString& id, bool used) {
    QStringList left_out = m_context.settings.list(kArea, kLeftOut);
    left_out.removeAll(id);
    if (!used) left_out.append(id);
    m_context.settings.setList(kArea, kLeftOut, left_out);
    // Queued: the model that tells this is in the middle of a change.
    QMetaObject::invokeMethod(this, &NodesView::rebuild, Qt::QueuedConnection);
    offerToLoadAgain(tr("The loaded model goes on with the nodes it has."));
}

void NodesView::setWork(int index) {
    setNodesMultiplyRows(m_context.settings, index == 1);
    offerToLoadAgain(index == 1 ? tr("The loaded model’s nodes go on with whole layers.") : tr("The loaded model’s nodes go on with rows of matrices."));
}

void NodesView::offerToLoadAgain(const QString& why) {
    if (!m_context.model.usesOtherMachines()) return;
    m_reload->clearActions();
    m_reload->show(Banner::Information, why);
    m_reload->addAction(tr("Load it again"), [this] { m_context.model.load(m_context.model.path(), readModelOptions(m_context.settings)); });
}

}  // namespace tessera::ui
