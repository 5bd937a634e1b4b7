// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/validation_page.h"

#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/validation/checklist_model.h"
#include "ui/validation/explanation_card.h"
#include "ui/validation/history_view.h"
#include "ui/validation/layer_plot.h"
#include "ui/validation/layer_table.h"
#include "ui/validation/report_history.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/page_parts.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("validation");
const QStringList kViews{QStringLiteral("checks"), QStringLiteral("history")};
constexpr std::uint32_t kQuickTokens = 8;

}  // namespace

ValidationPage::ValidationPage(const PageContext& context) : m_context(context), m_run(context.jobs) {
    m_empty = new EmptyState(Icon::Validation, tr("Hold the engine against plain mathematics and against llama.cpp, bit by bit."));
    m_empty->setPrimary(tr("Validate"), [this] { run(); });
    m_empty->setLink(tr("Check the operations only"), [this] {
        setScope(ValidationScope::Operations);
        run();
    });
    m_card = new ExplanationCard;
    connect(m_card, &ExplanationCard::layerAsked, this, &ValidationPage::goToLayer);
    connect(m_card, &ExplanationCard::fragmentsAsked, this, &ValidationPage::goToFragments);
    m_history = new HistoryView(context, historyFolder());
    connect(m_history, &HistoryView::openAsked, this, &ValidationPage::openReport);
    connect(m_history, &HistoryView::compareAsked, this, &ValidationPage::compareWith);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpace));
    column->setSpacing(px(kSpace));
    column->addWidget(makeHeader());
    m_banner = new Banner;
    column->addWidget(m_banner);
    column->addWidget(m_progress_row);
    m_tabs = new SegmentBar({tr("Checks"), tr("History")});
    connect(m_tabs, &SegmentBar::chosen, this, [this](int index) { showView(kViews[index]); });
    column->addWidget(m_tabs);
    m_body = new QStackedWidget;
    m_body->addWidget(m_empty);
    m_body->addWidget(makeChecks());
    m_views = new QStackedWidget;
    m_views->addWidget(m_body);
    m_views->addWidget(m_history);
    column->addWidget(m_views, 1);

    connect(&m_run, &ValidationRun::grew, this, [this](const ReportView& so_far) { showReport(so_far); });
    connect(&m_run, &ValidationRun::finished, this, [this](const ReportView& view, const QString&, const QString& save_error) {
        finish(view, QDateTime::currentDateTime());
        if (!save_error.isEmpty()) m_context.navigator.showStatus(tr("The report could not be kept: %1").arg(save_error));
        m_history->refresh();
        emit settled();
    });
    connect(&m_run, &ValidationRun::failed, this, [this](const QString& message) {
        ReportView stopped = m_checks->view();
        stopped.running = false;
        showReport(std::move(stopped));
        if (message.isEmpty()) m_banner->show(Banner::Information, tr("Stopped. What had run by then is shown; it is not kept."));
        else m_banner->show(Banner::Error, message);
        showSubject();
        emit settled();
    });
    connect(&context.model, &ModelHolder::stateChanged, this, &ValidationPage::showSubject);
    // The run shares the loaded model; whoever unloads it wants its memory back.
    connect(&context.model, &ModelHolder::aboutToUnload, &m_run, [this] { if (m_subject.isEmpty()) m_run.cancel(); });
    addCommands();
    showView(kViews.first());
    showSubject();
}

QWidget* ValidationPage::makeHeader() {
    m_subject_button = makeIconTextButton(Icon::Model, {});
    m_subject_button->setProperty("elides", true);
    m_subject_button->setMaximumWidth(px(260));
    m_subject_button->setMenu(new QMenu(m_subject_button));
    connect(m_subject_button->menu(), &QMenu::aboutToShow, this, &ValidationPage::fillSubjectMenu);
    m_scope = new QComboBox;
    m_scope->setAccessibleName(tr("How much is checked"));
    m_scope->addItem(tr("Thorough"));
    m_scope->addItem(tr("Quick"));
    m_scope->addItem(tr("Operations only"));
    m_scope->setItemData(0, tr("All operations; five texts under five conditions, and 32 tokens decoded after each"), Qt::ToolTipRole);
    m_scope->setItemData(1, tr("All operations; one short text under equal conditions, and 8 tokens decoded"), Qt::ToolTipRole);
    m_scope->setItemData(2, tr("Needs no model"), Qt::ToolTipRole);
    m_scope->setCurrentIndex(std::clamp(m_context.settings.number(kArea, QStringLiteral("scope"), 0), 0, 2));
    connect(m_scope, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_context.settings.set(kArea, QStringLiteral("scope"), index);
        showSubject();
    });
    m_start = makeButton(tr("Validate"));
    makePrimary(m_start);
    connect(m_start, &QPushButton::clicked, this, [this] { m_run.isRunning() ? stop() : static_cast<void>(run()); });
    m_facts = new ElidedLabel({}, Qt::ElideRight);
    setTextRole(m_facts, Role::Muted);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the validation"));
    m_progress_text = makeLabel({}, TextStyle::Caption, Role::Muted);
    m_progress_row = new QWidget;
    auto* progress = new QHBoxLayout(m_progress_row);
    progress->setContentsMargins(0, 0, 0, 0);
    progress->addWidget(m_progress, 1);
    progress->addWidget(m_progress_text);

    QPushButton* more = makeMoreButton([this](QMenu& menu) { fillMoreMenu(menu); });
    return makePageHeader(makeLabel(tr("Validation"), TextStyle::Title), {m_subject_button, m_scope, more, m_start}, m_facts);
}

void ValidationPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    // The names of checks are whole; what is allowed stands in the explanation too.
    const bool narrow = width() < px(1064);
    m_card->setNarrow(narrow);
    m_tree->setColumnHidden(ChecklistModel::Allowed, narrow);
    m_tree->setMinimumWidth(px(narrow ? 440 : 540));
}

QWidget* ValidationPage::makeChecks() {
    m_checks = new ChecklistModel(this);
    m_tree = new QTreeView;
    m_tree->setModel(m_checks);
    m_tree->setAccessibleName(tr("Checks"));
    m_tree->setUniformRowHeights(true);
    m_tree->setAnimated(false);
    m_tree->setIndentation(px(14));
    m_tree->setTextElideMode(Qt::ElideRight);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(ChecklistModel::Name, QHeaderView::Stretch);
    m_tree->header()->setMinimumSectionSize(px(60));
    m_tree->setColumnWidth(ChecklistModel::Found, px(96));
    m_tree->setColumnWidth(ChecklistModel::Allowed, px(96));
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) showCheck(m_checks->checkAt(current));
    });
    // Whoever touches the list wants to look at one check, not to follow the run.
    connect(m_tree, &QTreeView::clicked, this, [this] { m_follow = false; });
    auto* splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_tree);
    splitter->addWidget(makeLayers());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({px(600), px(340)});
    splitter->setHandleWidth(px(kSpaceWide));
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceLarge));
    row->addWidget(splitter, 1);
    row->addWidget(m_card);
    return box;
}

QWidget* ValidationPage::makeLayers() {
    m_layer_title = new ElidedLabel(tr("Error per layer"), Qt::ElideRight);
    m_as_table = makeIconButton(Icon::Table, tr("Show as table"));
    m_as_table->setCheckable(true);
    m_plot = new LayerPlot;
    m_layer_model = new LayerTable(this);
    m_layer_table = new QTableView;
    m_layer_table->setModel(m_layer_model);
    m_layer_table->setAccessibleName(tr("Difference of each layer"));
    setUpTable(*m_layer_table, m_context.settings, QStringLiteral("validation.layers"));
    for (int i = 0; i < LayerTable::kColumns; ++i) m_layer_table->setColumnWidth(i, px(i == 0 ? 56 : 88));
    m_layer_views = new QStackedWidget;
    m_layer_views->addWidget(m_plot);
    m_layer_views->addWidget(m_layer_table);
    connect(m_as_table, &QToolButton::toggled, m_layer_views, [this](bool on) { m_layer_views->setCurrentIndex(on ? 1 : 0); });
    connect(m_plot, &LayerPlot::currentChanged, this, &ValidationPage::showLayer);
    connect(m_plot, &LayerPlot::activated, this, [this](int row) { goToLayer(toInt(m_plot->layers()[static_cast<std::size_t>(row)].layer)); });
    connect(m_layer_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) m_plot->setCurrent(current.row());
    });
    auto* head = new QHBoxLayout;
    head->addWidget(m_layer_title, 1);
    head->addWidget(m_as_table);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(head);
    column->addWidget(m_layer_views, 1);
    return box;
}

const ReportView& ValidationPage::view() const { return m_checks->view(); }

void ValidationPage::open(const QVariant& target) {
    if (target.typeId() == QMetaType::QString) return setSubject(target.toString());
    const int layer = target.toMap().value(QStringLiteral("layer"), -1).toInt();
    for (std::size_t row = 0; row < m_plot->layers().size(); ++row)
        if (toInt(m_plot->layers()[row].layer) == layer) m_plot->setCurrent(static_cast<int>(row));
}

void ValidationPage::enter() {
    if (m_views->currentIndex() == 1) return m_history->table()->setFocus();
    m_body->currentIndex() == 0 ? m_start->setFocus() : m_tree->setFocus();
}

void ValidationPage::showView(const QString& name) {
    const int index = std::max(0, static_cast<int>(kViews.indexOf(name)));
    m_views->setCurrentIndex(index);
    m_tabs->choose(index);
    if (index == 1) m_history->refresh();  // another window or the command line may have written there
}

void ValidationPage::setScope(ValidationScope scope) { m_scope->setCurrentIndex(static_cast<int>(scope)); }

void ValidationPage::setSubject(const QString& path) {
    m_subject = path;
    showSubject();
}

void ValidationPage::setReference(const QString& path) {
    m_reference = path;
    showSubject();
}

bool ValidationPage::needsModel() const { return m_scope->currentIndex() != static_cast<int>(ValidationScope::Operations); }

QString ValidationPage::subjectTitle() const {
    if (!m_subject.isEmpty()) return setTitle(m_subject);
    return m_context.model.isReady() ? setTitle(m_context.model.path()) : QString();
}

std::optional<ValidationRequest> ValidationPage::makeRequest() const {
    ValidationRequest request;
    request.history = historyFolder();
    request.title = subjectTitle();
    request.options.units_only = !needsModel();
    if (request.options.units_only) return request;
    const ModelHolder& holder = m_context.model;
    if (holder.isReady() && (m_subject.isEmpty() || m_subject == holder.path())) {
        request.model = holder.model();
        request.set = fromUtf8(holder.path().toStdString());
    } else if (!m_subject.isEmpty()) {
        request.set = fromUtf8(m_subject.toStdString());
    } else {
        return std::nullopt;
    }
    // Checked is what is used: threads and cache as chosen on the Model tab.
    const ModelOptions options = request.model ? holder.options() : readModelOptions(m_context.settings);
    ComparisonOptions& comparison = request.options.comparison;
    comparison.threads = options.load.engine_options.threads;
    comparison.kv_type = options.session.kv_type;
    comparison.flash_attention = options.session.flash_attention;
    if (m_scope->currentIndex() == static_cast<int>(ValidationScope::Quick)) {
        comparison.prompts = {defaultComparisonPrompts().front()};
        comparison.decode_tokens = kQuickTokens;
        comparison.own_defaults = false;
    }
    request.options.reference = fromUtf8(m_reference.toStdString());
    return request;
}

Job* ValidationPage::run() {
    if (m_run.isRunning()) return nullptr;
    std::optional<ValidationRequest> request = makeRequest();
    if (!request) {
        askSubject();
        return nullptr;
    }
    m_report_set = QString::fromStdString(toUtf8(request->set));
    m_follow = true;
    m_at = {};
    m_banner->hide();
    Job* job = m_run.start(*std::move(request));
    connect(job, &Job::changed, this, &ValidationPage::showProgress);
    showReport({{}, true, !needsModel()});
    showView(kViews.first());
    showSubject();
    return job;
}

void ValidationPage::stop() { m_run.cancel(); }

void ValidationPage::showSubject() {
    const QString title = subjectTitle();
    const QString text = title.isEmpty() ? tr("Choose a model") : title;
    m_subject_button->setText(text);
    m_subject_button->setAccessibleName(tr("Under test: %1").arg(text));
    m_subject_button->setToolTip(m_subject.isEmpty() ? m_context.model.path() : m_subject);
    m_subject_button->setEnabled(needsModel());
    m_start->setText(m_run.isRunning() ? tr("Stop") : tr("Validate"));
    QStringList facts;
    if (m_has_report && !m_run.isRunning()) {
        const ValidationReport& report = view().report;
        facts << (report.model.empty() ? tr("Operations only") : QString::fromStdString(report.model));
        if (m_at.isValid()) facts << QLocale().toString(m_at, QLocale::ShortFormat);
        if (report.seconds > 0) facts << formatDuration(report.seconds);
    } else if (needsModel()) {
        facts << tr("The engine's logits must have the same bits as llama.cpp's under equal conditions.");
    }
    if (!m_reference.isEmpty()) facts << tr("llama.cpp runs %1").arg(QFileInfo(m_reference).fileName());
    m_facts->setFullText(facts.join(QStringLiteral(" · ")));
    showProgress();
}

void ValidationPage::showProgress() {
    const Job* job = m_run.job();
    m_progress_row->setVisible(job);
    if (!job) return;
    m_progress->setRange(0, static_cast<int>(job->total()));
    m_progress->setValue(static_cast<int>(job->done()));
    m_progress_text->setText(tr("%1 of %2").arg(formatCount(job->done()), formatCount(job->total())));
}

void ValidationPage::showReport(ReportView view) {
    const bool fresh = !m_checks->indexOf(CheckRef{CheckKind::Comparison}).isValid() || m_checks->rowCount() == 0;
    m_checks->setView(std::move(view));
    m_has_report = !m_checks->view().running && (!m_checks->view().report.unit_checks.empty() || m_checks->view().report.comparison);
    m_body->setCurrentIndex(m_has_report || m_checks->view().running ? 1 : 0);
    m_history->setComparable(m_has_report);
    const QModelIndex comparison = m_checks->indexOf(CheckRef{CheckKind::Comparison});
    if (fresh || m_checks->view().running) m_tree->expand(comparison);
    // While it runs, the newest condition is shown, unless somebody looks at something else.
    const auto& conditions = m_checks->view().report.comparison;
    if (m_follow && conditions) {
        for (std::size_t i = 0; i < conditions->conditions.size(); ++i)
            if (!conditions->conditions[i].verdict.empty() && m_condition != static_cast<int>(i)) showCondition(static_cast<int>(i));
    } else if (m_follow) {
        showCondition(-1);
    }
    if (const QModelIndex current = m_tree->currentIndex(); current.isValid()) showCheck(m_checks->checkAt(current));
    else m_card->clear();
}

void ValidationPage::finish(ReportView view, const QDateTime& at) {
    m_at = at;
    m_condition = -1;
    showReport(std::move(view));
    showVerdict();
    showSubject();
    const CheckCounts counts = countChecks(this->view());
    // What failed is in sight at once; otherwise the comparison with its layers.
    if (counts.first_failed) choose(*counts.first_failed);
    else if (const auto& comparison = this->view().report.comparison; comparison && !comparison->conditions.empty())
        choose({CheckKind::Condition, comparison->conditions.size() - 1, 0});
    else choose({CheckKind::Operations});
}

void ValidationPage::showVerdict() {
    m_banner->clearActions();
    const bool passed = view().report.passed();
    m_banner->show(passed ? Banner::Success : Banner::Error, verdictText(view()));
    if (passed) return;
    const CheckCounts counts = countChecks(view());
    if (counts.first_failed) m_banner->addAction(tr("Explain"), [this, check = *counts.first_failed] {
        showView(kViews.first());
        choose(check);
        m_tree->setFocus();
    });
}

void ValidationPage::choose(CheckRef check) {
    const QModelIndex index = m_checks->indexOf(check);
    if (!index.isValid()) return;
    m_tree->expand(index.parent());
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
    showCheck(check);
}

void ValidationPage::showCheck(CheckRef check) {
    m_card->setExplanation(explainCheck(view(), check));
    if (check.kind == CheckKind::Condition || check.kind == CheckKind::Prompt) showCondition(static_cast<int>(check.first));
}

void ValidationPage::showCondition(int condition) {
    m_condition = condition;
    std::vector<LayerDifference> layers;
    bool must_be_equal = true;
    QString title = tr("Error per layer");
    if (condition >= 0) {
        const ConditionComparison& shown = view().report.comparison->conditions.at(static_cast<std::size_t>(condition));
        must_be_equal = shown.equal_conditions;
        if (const PromptComparison* prompt = shown.inspected()) {
            layers = prompt->layers;
            title = tr("Error per layer: %1").arg(checkName(view(), {CheckKind::Condition, static_cast<std::size_t>(condition), 0}));
        }
    }
    m_layer_title->setFullText(title);
    m_layer_model->setLayers(layers);
    m_plot->setLayers(std::move(layers), must_be_equal);
}

void ValidationPage::showLayer(int row) {
    if (row < 0 || m_condition < 0) return;
    if (m_layer_table->currentIndex().row() != row) m_layer_table->setCurrentIndex(m_layer_model->index(row, 0));
    const ConditionComparison& condition = view().report.comparison->conditions.at(static_cast<std::size_t>(m_condition));
    m_card->setExplanation(explainLayer(condition, m_plot->layers()[static_cast<std::size_t>(row)]));
}

// The inspector runs the compared text, of which a report keeps the beginning.
void ValidationPage::goToLayer(int layer) {
    if (!m_context.navigator.hasPage(QStringLiteral("inspector"))) return;
    ModelHolder& holder = m_context.model;
    if (!m_report_set.isEmpty() && holder.path() != m_report_set) {
        if (holder.isReady()) return m_context.navigator.showStatus(tr("Another model is loaded. Load %1 to look inside it.").arg(setTitle(m_report_set)));
        holder.load(m_report_set, readModelOptions(m_context.settings));
    }
    QVariantMap target{{QStringLiteral("layer"), layer}};
    if (const auto& comparison = view().report.comparison; comparison && m_condition >= 0)
        if (const PromptComparison* prompt = comparison->conditions.at(static_cast<std::size_t>(m_condition)).inspected()) {
            QString text = QString::fromStdString(prompt->prompt);
            if (text.endsWith(QChar(0x2026))) text.chop(1);
            target.insert(QStringLiteral("prompt"), text);
        }
    m_context.navigator.openPage(QStringLiteral("inspector"), target);
}

void ValidationPage::goToFragments(int layer) {
    if (!m_context.navigator.hasPage(QStringLiteral("fragments"))) return;
    QVariantMap target{{QStringLiteral("layer"), layer}};
    if (!m_report_set.isEmpty()) target.insert(QStringLiteral("path"), m_report_set);
    m_context.navigator.openPage(QStringLiteral("fragments"), target);
}

}  // namespace tessera::ui
