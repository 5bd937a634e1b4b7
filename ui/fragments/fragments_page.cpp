// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/fragments_page.h"

#include "ui/fragments/fragment_detail.h"
#include "ui/fragments/fragment_map.h"
#include "ui/fragments/fragment_table.h"
#include "ui/fragments/manifest_tree.h"
#include "ui/fragments/map_legend.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/page_parts.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include "core/base/platform/paths.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

namespace tessera::ui {
namespace {

constexpr int kPollMs = 250;
const QStringList kViews{QStringLiteral("map"), QStringLiteral("table"), QStringLiteral("manifest")};

}  // namespace

FragmentsPage::FragmentsPage(const PageContext& context) : m_context(context), m_poll(new QTimer(this)) {
    setAcceptDrops(true);
    m_empty = new EmptyState(Icon::Fragments, tr("A model in fragments can be verified, repaired and shared piece by piece."));
    m_empty->setPrimary(tr("Cut a model…"), [this] { askCut(); });
    m_empty->setLink(tr("Open a set…"), [this] {
        if (QAction* action = m_context.commands.find(QStringLiteral("fragments.open"))) action->trigger();
    });
    m_undo = m_empty->setLink(tr("Undo the deletion"), [this] { undoDelete(); });
    m_undo->hide();
    auto* filled = new QWidget;
    auto* column = new QVBoxLayout(filled);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpace));
    column->setSpacing(px(kSpace));
    column->addWidget(makeHeader());
    m_banner = new Banner;
    column->addWidget(m_banner);
    auto* body = new QHBoxLayout;
    body->setSpacing(px(kSpaceLarge));
    body->addWidget(makeViews(), 1);
    body->addWidget(new FragmentDetail(m_view, context.jobs));
    column->addLayout(body, 1);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(filled);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    connect(m_poll, &QTimer::timeout, &m_view, &FragmentView::refreshStates);
    connect(&m_view, &FragmentView::statesChanged, this, &FragmentsPage::showStates);
    connect(&context.model, &ModelHolder::stateChanged, this, &FragmentsPage::followModel);
    addCommands();
    showView(context.settings.text(QStringLiteral("fragments"), QStringLiteral("view"), kViews.first()));
    followModel();
}

QWidget* FragmentsPage::makeHeader() {
    m_title = new ElidedLabel;
    setTextStyle(m_title, TextStyle::Title);
    m_facts = new ElidedLabel({}, Qt::ElideRight);
    setTextRole(m_facts, Role::Muted);
    m_verify = makeButton(tr("Verify"));
    m_rebuild = makeButton(tr("Rebuild…"));
    m_compare = makeButton(tr("Compare…"));
    m_cut = makeButton(tr("Cut a model…"));
    makePrimary(m_cut);
    m_more = makeMoreButton([this](QMenu& menu) { fillMoreMenu(menu); });
    connect(m_verify, &QPushButton::clicked, this, [this] { verify(); });
    connect(m_rebuild, &QPushButton::clicked, this, &FragmentsPage::askRebuild);
    connect(m_compare, &QPushButton::clicked, this, &FragmentsPage::askCompare);
    connect(m_cut, &QPushButton::clicked, this, &FragmentsPage::askCut);
    return makePageHeader(m_title, {m_verify, m_rebuild, m_compare, m_more, m_cut}, m_facts);
}

QWidget* FragmentsPage::makeViews() {
    m_map = new FragmentMap(m_view);
    connect(m_map, &FragmentMap::activated, this, [this] { showView(QStringLiteral("table")); });
    m_views = new QStackedWidget;
    m_views->addWidget(m_map);
    m_views->addWidget(makeTable());
    m_views->addWidget(makeTree());
    m_tabs = new SegmentBar({tr("Map"), tr("Table"), tr("Manifest")});
    connect(m_tabs, &SegmentBar::chosen, this, [this](int index) { showView(kViews[index]); });
    m_legend = new MapLegend(m_view);
    m_tabs->addAtEnd(m_legend);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_tabs);
    column->addWidget(m_views, 1);
    return box;
}

QWidget* FragmentsPage::makeTable() {
    m_table_model = new FragmentTableModel(m_view, this);
    m_filter = new FragmentFilter(*m_table_model, this);
    m_table = new QTableView;
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Fragments"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    setUpTable(*m_table, m_context.settings, QStringLiteral("fragments"));
    const int widths[] = {76, 220, 72, 72, 76, 84, 100, 128, 130, 160};
    for (int i = 0; i < FragmentTableModel::kColumns; ++i) m_table->setColumnWidth(i, px(widths[i]));
    m_table->sortByColumn(FragmentTableModel::Number, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    m_filter_edit = new QLineEdit;
    m_filter_edit->setPlaceholderText(tr("ffn_up layer:7 >1MB"));
    m_filter_edit->setAccessibleName(tr("Filter the fragments"));
    m_filter_edit->setClearButtonEnabled(true);
    m_filter_state = new QComboBox;
    m_filter_state->setAccessibleName(tr("State"));
    m_filter_state->addItem(tr("Any state"), -1);
    for (const CellState state : {CellState::Verified, CellState::Present, CellState::Missing, CellState::Bad})
        m_filter_state->addItem(cellStateName(state), static_cast<int>(state));
    m_hits = makeLabel({}, TextStyle::Caption, Role::Muted);
    auto* delay = new QTimer(this);
    delay->setSingleShot(true);
    delay->setInterval(150);
    connect(m_filter_edit, &QLineEdit::textChanged, delay, qOverload<>(&QTimer::start));
    const auto count = [this] { m_hits->setText(tr("%1 of %2").arg(formatCount(static_cast<quint64>(m_filter->rowCount())), formatCount(m_view.count()))); };
    connect(delay, &QTimer::timeout, this, [this, count] {
        m_filter->setWords(m_filter_edit->text());
        count();
    });
    connect(m_filter_state, &QComboBox::currentIndexChanged, this, [this, count] {
        m_filter->setState(m_filter_state->currentData().toInt());
        count();
    });
    connect(&m_view, &FragmentView::setChanged, this, [this, count] {
        const auto has_expert = [](const Fragment& fragment) { return fragment.expert_index.has_value(); };
        if (!m_view.isEmpty())
            m_table->setColumnHidden(FragmentTableModel::Expert, std::none_of(m_view.manifest().fragments.begin(), m_view.manifest().fragments.end(), has_expert));
        count();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) m_view.setCurrent(m_filter->mapToSource(current).row());
    });
    connect(&m_view, &FragmentView::currentChanged, this, [this](int fragment) {
        if (fragment < 0) return;
        const QModelIndex row = m_filter->mapFromSource(m_table_model->index(fragment, 0));
        if (row.isValid() && m_table->currentIndex().row() != row.row()) m_table->setCurrentIndex(row);
    });
    auto* filters = new QHBoxLayout;
    filters->addWidget(m_filter_edit, 1);
    filters->addWidget(m_filter_state);
    filters->addWidget(m_hits);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(filters);
    column->addWidget(m_table, 1);
    return box;
}

QWidget* FragmentsPage::makeTree() {
    m_tree_model = new ManifestTreeModel(this);
    m_tree = new QTreeView;
    m_tree->setModel(m_tree_model);
    m_tree->setAccessibleName(tr("Manifest"));
    m_tree->setUniformRowHeights(true);
    m_tree->header()->resizeSection(0, px(280));
    m_tree_edit = new QLineEdit;
    m_tree_edit->setPlaceholderText(tr("Search names and values"));
    m_tree_edit->setAccessibleName(tr("Search the manifest"));
    m_tree_edit->setClearButtonEnabled(true);
    auto* delay = new QTimer(this);
    delay->setSingleShot(true);
    delay->setInterval(300);
    connect(m_tree_edit, &QLineEdit::textChanged, delay, qOverload<>(&QTimer::start));
    connect(delay, &QTimer::timeout, this, [this] {
        m_tree_model->setFilter(m_tree_edit->text());
        if (!m_tree_edit->text().isEmpty()) m_tree->expandToDepth(1);
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        const int fragment = current.data(ManifestTreeModel::FragmentRole).toInt();
        if (current.isValid() && fragment >= 0) m_view.setCurrent(fragment);
    });
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tree_edit);
    column->addWidget(m_tree, 1);
    return box;
}

void FragmentsPage::showView(const QString& name) {
    const int index = std::max(0, static_cast<int>(kViews.indexOf(name)));
    m_views->setCurrentIndex(index);
    m_tabs->choose(index);
    m_legend->setVisible(index == 0);
    m_context.settings.set(QStringLiteral("fragments"), QStringLiteral("view"), kViews[index]);
    if (index != 2 || m_tree_built || m_view.isEmpty()) return;
    m_tree_built = true;
    JobInfo info;
    info.title = tr("Read the manifest");
    info.quiet = true;
    const auto work = [set = m_view.set()](const Operation& operation) { return buildManifestTree(*set, operation); };
    m_context.jobs.start(std::move(info), work, this, [this, request = m_request](Result<std::shared_ptr<TreeNode>> root) {
        if (request != m_request || !root) return;
        m_tree_model->setRoot(std::move(*root));
        m_tree->expandToDepth(0);
    });
}

void FragmentsPage::open(const QVariant& target) {
    if (target.typeId() == QMetaType::QString) return load(target.toString());
    if (target.typeId() == QMetaType::QVariantMap) {
        const QVariantMap wanted = target.toMap();
        const QString path = wanted.value(QStringLiteral("path")).toString();
        m_wanted_layer = wanted.value(QStringLiteral("layer"), -1).toInt();
        m_problem = wanted.value(QStringLiteral("problem")).toString();
        const bool is_open = path.isEmpty() || (path == m_path && !m_view.isEmpty());
        return is_open && m_problem.isEmpty() ? goToWantedLayer() : load(path.isEmpty() ? m_path : path);
    }
    if (!m_view.isEmpty() && target.canConvert<int>()) m_view.setCurrent(target.toInt());
}

void FragmentsPage::goToWantedLayer() {
    const int layer = std::exchange(m_wanted_layer, -1);
    if (layer < 0 || m_view.isEmpty()) return;
    const std::vector<Fragment>& fragments = m_view.manifest().fragments;
    const auto first = std::find_if(fragments.begin(), fragments.end(), [&](const Fragment& fragment) { return toInt(fragment.layer) == layer; });
    if (first != fragments.end()) m_view.setCurrent(static_cast<int>(first - fragments.begin()));
}

void FragmentsPage::enter() {
    QWidget* current = m_stack->currentIndex() == 0 ? static_cast<QWidget*>(m_empty) : m_views->currentIndex() == 0 ? static_cast<QWidget*>(m_map) : m_views->currentIndex() == 1 ? static_cast<QWidget*>(m_table) : m_tree;
    current->setFocus();
}

// The loaded model's set is looked at through the model's own store, so its states are the ones the engine sees.
void FragmentsPage::followModel() {
    const ModelHolder& holder = m_context.model;
    if (holder.state() == ModelState::Failed && m_view.isEmpty()) return load(holder.path());
    if (!holder.isReady()) {
        // Let go of the store of a model that is being unloaded.
        if (holder.state() == ModelState::Empty && !m_view.isEmpty() && !m_path.isEmpty()) load(m_path);
        return;
    }
    if (!m_view.isEmpty() && m_busy) return;
    ++m_request;
    const std::shared_ptr<LoadedModel> model = holder.model();
    auto set = std::make_shared<OpenSet>();
    set->owner = std::shared_ptr<const void>(model, model.get());
    set->store = model->set.store.get();
    set->path = model->set.path;
    set->gguf = model->set.gguf;
    set->verifiable = model->set.verifiable;
    m_path = holder.path();
    m_view.setSet(std::move(set));
    showSet();
}

void FragmentsPage::load(const QString& path) {
    m_path = path;
    m_undo->hide();
    m_view.setSet(nullptr);
    showSet();
    JobInfo info;
    info.title = tr("Open %1").arg(setTitle(path));
    info.quiet = true;
    const auto work = [file = fromUtf8(path.toStdString())](const Operation& operation) { return openSet(file, operation); };
    m_context.jobs.start(std::move(info), work, this, [this, request = ++m_request](Result<std::shared_ptr<OpenSet>> set) {
        if (request != m_request) return;
        if (set) {
            m_view.setSet(std::move(*set));
            m_context.settings.remember(QStringLiteral("fragments"), QStringLiteral("recent"), m_path);
        } else {
            m_empty->setSentence(tr("%1 could not be opened: %2").arg(setTitle(m_path), errorText(set.error())));
            m_path.clear();
        }
        showSet();
        goToWantedLayer();
        goToNamed(std::exchange(m_problem, {}));
        emit opened();
    });
}

QString FragmentsPage::title() const { return setTitle(m_path); }

void FragmentsPage::showSet() {
    m_tree_built = false;
    m_tree_model->setRoot(nullptr);
    m_stack->setCurrentIndex(m_view.isEmpty() ? 0 : 1);
    if (m_view.isEmpty()) return;
    m_title->setFullText(title());
    showView(kViews[m_views->currentIndex()]);
    showStates();
}

void FragmentsPage::showStates() {
    if (m_view.isEmpty()) return;
    QStringList facts{tr("%n fragment(s)", nullptr, static_cast<int>(m_view.count())), formatSize(m_view.manifest().totalBytes())};
    if (const int bad = static_cast<int>(m_view.stateCount(CellState::Bad))) facts.append(tr("%n bad", nullptr, bad));
    if (const int missing = static_cast<int>(m_view.stateCount(CellState::Missing))) facts.append(tr("%n missing", nullptr, missing));
    facts.append(!m_view.set()->verifiable ? tr("a plain GGUF: cut it to have hashes")
                 : m_view.set()->gguf.empty() ? tr("in a folder of its own") : tr("in place beside the file"));
    m_facts->setFullText(facts.join(QStringLiteral(" · ")));
    const bool free = !m_busy;
    m_verify->setEnabled(free && m_view.set()->verifiable);
    m_rebuild->setEnabled(m_view.set()->verifiable);
    m_compare->setEnabled(m_view.set()->verifiable);
    showProblems();
}

void FragmentsPage::showProblems() {
    const int bad = static_cast<int>(m_view.stateCount(CellState::Bad)), missing = static_cast<int>(m_view.stateCount(CellState::Missing));
    m_banner->clearActions();
    if (bad + missing == 0) return m_banner->hide();
    const int first = m_view.nextProblem(true);
    QString text;
    if (bad == 1) {
        for (std::uint32_t i = 0; i < m_view.count(); ++i)
            if (m_view.state(i) == CellState::Bad) text = tr("1 fragment does not match its hash: %1.").arg(m_view.describe(i));
    } else if (bad > 1) {
        text = tr("%n fragment(s) do not match their hashes.", nullptr, bad);
    } else {
        text = tr("%n fragment(s) are missing.", nullptr, missing);
    }
    m_banner->show(bad > 0 ? Banner::Error : Banner::Warning, text);
    if (first >= 0) m_banner->addAction(tr("Show"), [this] { goToProblem(true); });
    m_banner->addAction(tr("Repair from a model file…"), [this] { askRepair(); })->setEnabled(!m_busy);
}

void FragmentsPage::goToProblem(bool forward) {
    if (m_view.isEmpty()) return;
    const int next = m_view.nextProblem(forward);
    if (next < 0) return m_context.navigator.showStatus(tr("No fragment is bad or missing."));
    m_view.setCurrent(next);
}

// Messages of core name a fragment as "… (fragment ID)…".
void FragmentsPage::goToNamed(const QString& problem) {
    if (m_view.isEmpty() || problem.isEmpty()) return;
    const auto& fragments = m_view.manifest().fragments;
    for (std::size_t i = 0; i < fragments.size(); ++i)
        if (problem.contains(QLatin1String("(fragment ") + QString::fromStdString(fragments[i].id) + QLatin1Char(')'))) m_view.setCurrent(static_cast<int>(i));
    verify();
}

void FragmentsPage::watch(Job* job) {
    m_busy = job;
    m_poll->start(kPollMs);
    connect(job, &Job::finished, this, [this, job] {
        if (m_busy != job) return;
        m_busy = nullptr;
        m_poll->stop();
        m_view.refreshStates();
        showStates();
    });
    showStates();
}

void FragmentsPage::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile()) event->acceptProposedAction();
}

void FragmentsPage::dropEvent(QDropEvent* event) { load(event->mimeData()->urls().first().toLocalFile()); }

}  // namespace tessera::ui
