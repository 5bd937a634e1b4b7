// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/experts_view.h"

#include "ui/inspector/small_table.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace tessera::ui {
namespace {

QString percent(double part) { return ExpertsView::tr("%1 %").arg(formatNumber(100 * part, 1)); }

/// The experts of one layer, the busiest first.
PlotTable layerTable(const ExpertUse& use, std::size_t row) {
    PlotTable table{.columns = {ExpertsView::tr("Expert"), ExpertsView::tr("Times"), ExpertsView::tr("Share")}, .cell = {}, .percents = {2}};
    if (use.countsMemory()) table.columns.append(ExpertsView::tr("Misses"));
    std::vector<std::size_t> order(use.experts);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return use.at(row, a) > use.at(row, b); });
    table.rows = static_cast<int>(order.size());
    table.cell = [use, row, order](int line, int column) -> QVariant {
        const std::size_t expert = order[static_cast<std::size_t>(line)];
        switch (column) {
            case 0: return static_cast<int>(expert);
            case 1: return static_cast<int>(use.at(row, expert));
            case 2: return use.share(row, expert);
            default: return static_cast<int>(use.misses[row * use.experts + expert]);
        }
    };
    return table;
}

}  // namespace

void ExpertHeat::set(ExpertUse use) {
    m_use = std::move(use);
    setCounted(m_counted);
}

void ExpertHeat::setCounted(Counted counted) {
    m_counted = counted;
    m_largest = 0;
    for (int row = 0; row < rows(); ++row)
        for (int column = 0; column < columns(); ++column) m_largest = std::max(m_largest, number(row, column));
}

int ExpertHeat::rowOf(int layer) const {
    const auto found = std::ranges::find(m_use.layers, LayerIndex{layer});
    return found == m_use.layers.end() ? -1 : static_cast<int>(found - m_use.layers.begin());
}

double ExpertHeat::number(int row, int column) const {
    const auto r = static_cast<std::size_t>(row), expert = static_cast<std::size_t>(column);
    if (m_counted == Chosen) return m_use.share(r, expert);
    return m_use.countsMemory() ? static_cast<double>(m_use.misses[r * m_use.experts + expert]) : 0;
}

float ExpertHeat::value(int row, int column) const { return m_largest > 0 ? static_cast<float>(number(row, column) / m_largest) : 0; }

QString ExpertHeat::text(int row, int column) const {
    const double shown = m_counted == Chosen ? 100 * number(row, column) : number(row, column);
    return shown <= 0 ? QString() : shown < 0.5 ? QStringLiteral("<1") : formatNumber(shown, 0);
}

QString ExpertHeat::describe(int row, int column) const {
    const auto r = static_cast<std::size_t>(row), expert = static_cast<std::size_t>(column);
    const QString text = ExpertsView::tr("Layer %1, expert %2: chosen %3 times, %4 of the layer's choices")
                             .arg(rowTitle(row), columnTitle(column), formatCount(m_use.at(r, expert)), percent(m_use.share(r, expert)));
    if (!m_use.countsMemory()) return text;
    return ExpertsView::tr("%1; asked for before a step needed it %2 times, only then %3 times")
        .arg(text, formatCount(m_use.hits[r * m_use.experts + expert]), formatCount(m_use.misses[r * m_use.experts + expert]));
}

PlotTable ExpertHeat::table() const {
    PlotTable table{.columns = {ExpertsView::tr("Layer"), ExpertsView::tr("Expert"), ExpertsView::tr("Chosen"), ExpertsView::tr("Share")}, .cell = {}, .percents = {3}};
    if (m_use.countsMemory()) table.columns += {ExpertsView::tr("Hits"), ExpertsView::tr("Misses"), ExpertsView::tr("Bytes brought")};
    table.rows = rows() * columns();
    table.cell = [use = m_use](int line, int column) -> QVariant {
        const auto index = static_cast<std::size_t>(line);
        const std::size_t row = index / use.experts, expert = index % use.experts;
        switch (column) {
            case 0: return toInt(use.layers[row]);
            case 1: return static_cast<int>(expert);
            case 2: return static_cast<int>(use.uses[index]);
            case 3: return use.share(row, expert);
            case 4: return static_cast<int>(use.hits[index]);
            case 5: return static_cast<int>(use.misses[index]);
            default: return static_cast<double>(use.misses[index] * use.one_bytes[row]);
        }
    };
    return table;
}

PlotArray ExpertHeat::array() const {
    PlotArray array{.shape = {rows(), columns()}, .values = {}};
    for (int row = 0; row < rows(); ++row)
        for (int column = 0; column < columns(); ++column) array.values.push_back(static_cast<float>(number(row, column)));
    return array;
}

float ExpertChoices::value(int row, int column) const {
    const ExpertLayer& chosen = layer(row);
    return chosen.weights.empty() || chosen.used == 0 ? 0.3F : chosen.weights[static_cast<std::size_t>(column) * chosen.used];
}

QString ExpertChoices::text(int row, int column) const {
    const ExpertLayer& chosen = layer(row);
    QStringList names;
    for (std::size_t i = 0; i < chosen.used; ++i) names.append(QString::number(chosen.experts[static_cast<std::size_t>(column) * chosen.used + i]));
    return names.join(QLatin1Char(' '));
}

QString ExpertChoices::describe(int row, int column) const {
    return ExpertsView::tr("Layer %1, %2: experts %3").arg(rowTitle(row), describeToken(*m_run, column), text(row, column));
}

PlotTable ExpertChoices::table() const {
    PlotTable table{.columns = {ExpertsView::tr("Layer"), ExpertsView::tr("Position"), ExpertsView::tr("Token"), ExpertsView::tr("Experts")}, .cell = {}};
    table.rows = rows() * columns();
    table.cell = [copy = *this](int line, int column) -> QVariant {
        const int row = line / copy.columns(), token = line % copy.columns();
        switch (column) {
            case 0: return toInt(copy.layer(row).layer);
            case 1: return token;
            case 2: return copy.columnTitle(token);
            default: return copy.text(row, token);
        }
    };
    return table;
}

ExpertsView::ExpertsView(const InspectorParts& parts)
    : InspectorView(parts), m_scope(new QComboBox), m_counted(new QComboBox), m_heat_grid(new GridView(tr("Experts of every layer"))),
      m_choice_grid(new GridView(tr("Experts of every token"))), m_table(new PlotTableModel(this)) {
    m_scope->addItems({tr("This run"), tr("Since loading")});
    m_scope->setAccessibleName(tr("What is counted"));
    m_scope->setToolTip(tr("The tokens of this prompt, or everything that this model has computed, chats too"));
    m_counted->addItems({tr("By share"), tr("By misses")});
    m_counted->setAccessibleName(tr("Colour of the cells"));
    m_counted->setToolTip(tr("How often an expert was chosen, or how often a step had to bring it into memory"));
    m_heat_grid->setLook(GridLook::Cells, {.min_width = 0, .max_width = 64, .min_height = 8, .max_height = 24});
    m_heat_frame = new PlotFrame(tr("Experts by layer"), QStringLiteral("experts"), m_heat_grid, parts.context.settings, parts.context.jobs);
    m_heat_frame->addTool(m_counted);
    m_heat_frame->addTool(m_scope);
    m_heat_frame->setTable([this] { return m_heat.rows() > 0 ? m_heat.table() : PlotTable{}; });
    m_heat_frame->setArray([this] { return m_heat.rows() > 0 ? m_heat.array() : PlotArray{}; });
    m_choice_grid->setLook(GridLook::Cells, {.min_width = 44, .max_width = 80, .min_height = 18, .max_height = 24});
    m_choice_frame = new PlotFrame(tr("Experts by token, best first"), QStringLiteral("choices"), m_choice_grid, parts.context.settings, parts.context.jobs);
    m_choice_frame->setTable([this] { return m_choices.rows() > 0 ? m_choices.table() : PlotTable{}; });
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_heat_frame, 1);
    column->addWidget(m_choice_frame, 1);
    setContent(content);

    connect(m_scope, &QComboBox::currentIndexChanged, this, &ExpertsView::showUse);
    connect(m_counted, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_heat.setCounted(static_cast<ExpertHeat::Counted>(index));
        m_heat_grid->refresh();
        showNote();
    });
    const auto layer_of = [this](int row) { return row < 0 ? -1 : toInt(m_heat.use().layers[static_cast<std::size_t>(row)]); };
    connect(m_heat_grid, &GridView::chosen, this, [this, layer_of](int row, int) { selection().setLayer(layer_of(row)); });
    connect(m_heat_grid, &GridView::hovered, this, [this, layer_of](int row, int) { selection().preview(layer_of(row), -1); });
    connect(m_choice_grid, &GridView::chosen, this, [this](int row, int token) { selection().choose(toInt(run()->seen.experts[static_cast<std::size_t>(row)].layer), token); });
    connect(m_choice_grid, &GridView::hovered, this, [this](int row, int token) {
        selection().preview(row < 0 ? -1 : toInt(run()->seen.experts[static_cast<std::size_t>(row)].layer), token);
    });
    connect(&selection(), &InspectorSelection::changed, this, &ExpertsView::markPlace);
    connect(&selection(), &InspectorSelection::shownChanged, this, &ExpertsView::showPlace);
}

QWidget* ExpertsView::focusTarget() { return m_heat_grid; }

QWidget* ExpertsView::makeDetail() {
    m_layer_facts = new FactList;
    m_memory_facts = new FactList;
    m_table->setTable({.columns = {tr("Expert"), tr("Times"), tr("Share"), tr("Misses")}, .cell = {}, .percents = {2}});
    QTableView* table = makeSmallTable(m_table, tr("Experts of the layer"), parts().context.settings, QStringLiteral("experts"), {66, 52, 70});
    m_note = makeParagraph(tr("Which token chose which expert was not kept of this run: tick “Experts” above."), Role::Muted);
    QWidget* box = m_detail = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_layer_facts);
    column->addWidget(table, 1);
    column->addWidget(makeLabel(tr("Memory"), TextStyle::Strong));
    column->addWidget(m_memory_facts);
    column->addWidget(m_note);
    if (run() && !missingSentence().isEmpty()) box->hide();
    auto* scroll = new QScrollArea;  // small windows have no room for all of it
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Experts of the layer and memory"));
    setGroundRole(scroll->viewport(), Role::Raised);
    setGroundRole(box, Role::Raised);
    scroll->setWidget(box);
    return scroll;
}

ExpertsView::Scope ExpertsView::scope() const { return static_cast<Scope>(m_scope->currentIndex()); }
void ExpertsView::setScope(Scope scope) { m_scope->setCurrentIndex(scope); }
void ExpertsView::setCounted(ExpertHeat::Counted counted) { m_counted->setCurrentIndex(counted); }

/// Empty: there is something to show.
QString ExpertsView::missingSentence() const {
    if (run()->seen.facts.experts == 0) return tr("No experts: in this model every token passes through the whole feed-forward network.");
    if (!expertUse(run()->seen).empty()) return {};
    return run()->seen.engine == "nodes" ? tr("The nodes that compute this model's layers do not tell which experts they chose.")
                                         : tr("This run did not keep which experts were chosen.");
}

void ExpertsView::showRun() {
    m_heat_grid->setSource(nullptr);
    m_choice_grid->setSource(nullptr);
    m_choices.setRun(session().run());
    const QString missing = missingSentence();
    if (m_detail) m_detail->setVisible(missing.isEmpty());
    if (!missing.isEmpty()) {
        m_heat.set({});
        showPlace();
        return showMissing(missing, CapturePart::Experts, run()->seen.facts.experts > 0 && run()->seen.engine != "nodes");
    }
    const bool kept = m_choices.rows() > 0;
    if (kept) m_choice_grid->setSource(&m_choices);
    m_choice_frame->setVisible(kept);
    m_choice_frame->refresh();
    if (m_note) m_note->setVisible(!kept);
    showContent();
    showUse();
}

void ExpertsView::showEvent(QShowEvent* event) {
    InspectorView::showEvent(event);
    if (run() && scope() == SinceLoaded && missingSentence().isEmpty()) showUse();  // a chat may have gone on
}

/// Of the scope; those of the run once its model is gone.
ExpertStatistics ExpertsView::counts() const {
    return scope() == SinceLoaded && session().live() ? session().live()->engine().expertStatistics() : run()->seen.expert_counts;
}

void ExpertsView::showUse() {
    if (!run()) return;
    ExpertUse use = scope() == SinceLoaded && session().live() ? expertUse(counts()) : expertUse(run()->seen);
    if (use.empty()) use = expertUse(run()->seen);  // an engine that does not count
    m_counted->setVisible(use.countsMemory());
    if (!use.countsMemory()) setCounted(ExpertHeat::Chosen);
    m_heat_grid->setSource(nullptr);
    m_heat.set(std::move(use));
    m_heat_grid->setSource(&m_heat);
    showNote();
    m_heat_frame->refresh();
    markPlace();
    showPlace();
}

void ExpertsView::showNote() {
    if (m_heat.columns() == 0) return m_heat_frame->setNote({});
    m_heat_frame->setNote(m_counted->currentIndex() == ExpertHeat::Missed
                              ? tr("Times that a step had to bring the expert into memory")
                              : tr("Per cent of the layer's choices; equal shares would be %1").arg(percent(1.0 / m_heat.columns())));
}

/// Of the chosen layer and token, whether they were chosen here or elsewhere.
void ExpertsView::markPlace() {
    const int layer = selection().layer();
    if (const int row = m_heat.rowOf(layer); row >= 0) m_heat_grid->setCurrent(row, std::max(0, m_heat_grid->currentColumn()));
    if (m_choices.rows() == 0) return;
    const auto& kept = run()->seen.experts;
    const auto found = std::ranges::find(kept, LayerIndex{layer}, &ExpertLayer::layer);
    if (found != kept.end()) m_choice_grid->setCurrent(static_cast<int>(found - kept.begin()), selection().token());
}

void ExpertsView::showPlace() {
    if (!m_layer_facts || !run()) return;
    const int row = m_heat.rowOf(selection().shownLayer());
    const ExpertUse& use = m_heat.use();
    const auto at = static_cast<std::size_t>(std::max(0, row));
    if (row < 0) {
        m_layer_facts->set({});
        m_table->clearRows();
    } else {
        m_layer_facts->set({{tr("Chosen at all"), tr("%1 of %2 experts").arg(formatCount(use.used(at)), formatCount(use.experts))},
                            {tr("Busiest"), tr("expert %1 with %2").arg(QString::number(use.busiest(at)), percent(use.share(at, use.busiest(at))))},
                            {tr("Evenness"), percent(use.evenness(at))}});
        m_table->setTable(layerTable(use, at));
    }
    const ExpertStatistics memory = counts();
    if (memory.experts == 0) return m_memory_facts->set({});
    std::vector<std::pair<QString, QString>> facts;
    facts.emplace_back(tr("Experts"), formatSize(memory.expert_bytes));
    facts.emplace_back(tr("In memory"), formatSize(memory.resident_bytes));
    facts.emplace_back(tr("Limit"), memory.memory_bytes > 0 ? formatSize(memory.memory_bytes) : tr("none, they stay"));
    facts.emplace_back(tr("Brought"), tr("%1 times, %2").arg(formatCount(memory.loads), formatSize(memory.loaded_bytes)));
    facts.emplace_back(tr("Given back"), tr("%1 times").arg(formatCount(memory.evictions)));
    if (row >= 0 && use.countsMemory()) facts.emplace_back(tr("This layer"), tr("%1 waited for").arg(formatSize(use.missedBytes(at))));
    m_memory_facts->set(facts);
}

}  // namespace tessera::ui
