// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/compare_view.h"

#include "core/base/platform/paths.h"
#include "ui/inspector/small_table.h"
#include "ui/inspector/token_label.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QHBoxLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera::ui {
namespace {

QString runName(const InspectedRun& run) {
    return CompareView::tr("“%1” · %2 · %3").arg(run.form.prompt.simplified(), setTitle(run.set), QString::fromStdString(run.seen.engine));
}

float meanOf(std::span<const float> row) { return row.empty() ? std::nanf("") : std::accumulate(row.begin(), row.end(), 0.0F) / static_cast<float>(row.size()); }

/// A model that can name tokens: the live one, or the set opened again without its weights.
Result<std::shared_ptr<const LoadedModel>> modelOf(const std::shared_ptr<LiveModel>& live, const QString& set, const Operation& operation) {
    if (live) return std::shared_ptr<const LoadedModel>(live->model());
    TESSERA_TRY(auto opened, openModel(fromUtf8(set.toStdString()), {.chat_template = false}, operation));
    return std::shared_ptr<const LoadedModel>(std::move(opened));
}

}  // namespace

void CompareGrid::set(std::shared_ptr<const InspectionComparison> comparison) {
    m_comparison = std::move(comparison);
    for (int column = 0; column < kColumns; ++column) {
        m_largest[column] = 0;
        for (int row = 0; row < rows(); ++row)
            if (const float here = number(row, column); !std::isnan(here)) m_largest[column] = std::max(m_largest[column], std::abs(here));
    }
    m_largest[Cosine] = 1;
}

float CompareGrid::number(int row, int column) const {
    const auto layer = static_cast<std::size_t>(row);
    switch (column) {
        case Cosine: return layer < m_comparison->layer_cosine.size() ? m_comparison->layer_cosine[layer] : std::nanf("");
        case Distance: return layer < m_comparison->layer_distance.size() ? m_comparison->layer_distance[layer] : std::nanf("");
        default: return m_comparison->residual_norm.empty() ? std::nanf("") : meanOf(m_comparison->residual_norm.row(layer));
    }
}

float CompareGrid::value(int row, int column) const { return m_largest[column] > 0 ? number(row, column) / m_largest[column] : 0; }

QString CompareGrid::text(int row, int column) const {
    const float here = number(row, column);
    return std::isnan(here) ? QString(QChar(0x2013)) : formatNumber(static_cast<double>(here), column == Norm ? 1 : 3);
}

QString CompareGrid::columnTitle(int column) const {
    switch (column) {
        case Cosine: return CompareView::tr("Cosine");
        case Distance: return CompareView::tr("Distance");
        default: return CompareView::tr("Norm, B − A");
    }
}

QString CompareGrid::describe(int row, int column) const { return CompareView::tr("Layer %1: %2 %3").arg(QString::number(row), columnTitle(column), text(row, column)); }

PlotTable CompareGrid::table() const {
    PlotTable table;
    table.columns = {CompareView::tr("Layer")};
    for (int column = 0; column < kColumns; ++column) table.columns.append(columnTitle(column));
    table.rows = rows();
    table.cell = [copy = *this](int row, int column) -> QVariant {
        if (column == 0) return row;
        const float here = copy.number(row, column - 1);
        return std::isnan(here) ? QVariant() : QVariant(static_cast<double>(here));
    };
    return table;
}

PlotArray CompareGrid::array() const {
    PlotArray array;
    array.shape = {rows(), kColumns};
    for (int row = 0; row < rows(); ++row)
        for (int column = 0; column < kColumns; ++column) array.values.push_back(number(row, column));
    return array;
}

CompareView::CompareView(const InspectorParts& parts) : InspectorView(parts), m_grid(new GridView(tr("How alike the runs are in every layer"))), m_next(new PlotTableModel(this)) {
    m_grid->setLook(GridLook::Bars, {.min_width = 90, .max_width = 500, .min_height = 14, .max_height = 22});
    m_frame = new PlotFrame(tr("How alike they are in every layer"), QStringLiteral("comparison"), m_grid, parts.context.settings, parts.context.jobs);
    m_frame->setTable([this] { return m_source.rows() > 0 ? m_source.table() : PlotTable{}; });
    m_frame->setArray([this] { return m_source.rows() > 0 ? m_source.array() : PlotArray{}; });
    m_banner = new Banner;
    m_first = new ElidedLabel({}, Qt::ElideMiddle);
    m_second = new ElidedLabel({}, Qt::ElideMiddle);
    m_keep = makeButton(tr("Keep the shown run as A"));
    connect(m_keep, &QPushButton::clicked, this, &CompareView::keepShown);
    auto* runs = new QVBoxLayout;
    runs->setSpacing(px(kSpaceTiny));
    runs->addWidget(m_first);
    runs->addWidget(m_second);
    auto* top = new QHBoxLayout;
    top->setSpacing(px(kSpaceSmall));
    top->addLayout(runs, 1);
    top->addWidget(m_keep);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addLayout(top);
    column->addWidget(m_banner);
    column->addWidget(m_frame, 1);
    m_nothing = new EmptyState(Icon::Compare, tr("Keep a run as A, then run another prompt, engine or model: the two are compared here."));
    column->addWidget(m_nothing, 1);
    setContent(content);
    showContent();
    connect(m_grid, &GridView::chosen, this, [this](int row, int) { selection().setLayer(row); });
    connect(m_grid, &GridView::hovered, this, [this](int row, int) { selection().preview(row, -1); });
    connect(&selection(), &InspectorSelection::layerChanged, this, [this](int layer) { m_grid->setCurrent(layer, std::max(0, m_grid->currentColumn())); });
    m_frame->hide();
    describeRuns();
}

QWidget* CompareView::focusTarget() { return m_keep; }

QWidget* CompareView::makeDetail() {
    m_facts = new FactList;
    m_next->setTable({.columns = {tr("Next token"), QStringLiteral("A"), QStringLiteral("B")}, .cell = {}, .percents = {1, 2}});
    QTableView* table = makeSmallTable(m_next, tr("Next tokens of both runs"), parts().context.settings, QStringLiteral("compare"), {116, 70});
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_facts);
    column->addWidget(makeLabel(tr("What both say next"), TextStyle::Strong));
    column->addWidget(table, 1);
    return box;
}

void CompareView::describeRuns() {
    m_first->setFullText(m_kept ? tr("A: %1").arg(runName(*m_kept)) : tr("A: none is kept yet"));
    m_second->setFullText(run() && m_kept ? tr("B: %1").arg(runName(*run())) : tr("B: the run that is shown"));
    m_keep->setEnabled(run() && session().run() != m_kept);
}

void CompareView::keepShown() {
    m_kept = session().run();
    m_kept_live = session().live();
    compare();
}

void CompareView::showRun() { compare(); }

void CompareView::compare() {
    describeRuns();
    m_banner->hide();
    if (m_job) m_job->cancel();
    ++m_request;
    if (!m_kept || !run() || m_kept == session().run()) {
        m_grid->setSource(nullptr);
        m_source.set(nullptr);
        m_next->clearRows();
        m_frame->hide();
        m_nothing->show();
        if (m_facts) m_facts->clear();
        return;
    }
    JobInfo info;
    info.title = tr("Compare two runs");
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [a = m_kept, live_a = m_kept_live.lock(), b = session().run(), live_b = session().live()](const Operation& operation) -> Result<std::shared_ptr<const InspectionComparison>> {
        TESSERA_TRY(const auto model_a, modelOf(live_a, a->set, operation));
        TESSERA_TRY(const auto model_b, modelOf(live_b, b->set, operation));
        return std::make_shared<const InspectionComparison>(compareInspections(a->seen, *model_a->tokenizer, b->seen, *model_b->tokenizer, kNextTokens));
    };
    m_job = session().jobs().start(std::move(info), work, this, [this, request = m_request](Result<std::shared_ptr<const InspectionComparison>> comparison) {
        if (request != m_request) return;
        if (!comparison) {
            if (comparison.error().kind != ErrorKind::Cancelled) m_banner->show(Banner::Error, errorText(comparison.error()));
            return;
        }
        m_source.set(std::move(*comparison));
        showComparison();
    });
}

void CompareView::showComparison() {
    const InspectionComparison& comparison = *m_source.comparison();
    m_frame->show();
    m_nothing->hide();
    m_grid->setSource(&m_source);
    m_grid->setCurrent(selection().layer(), 0);
    m_frame->setNote(tr("Mean over %n token(s) that both have", nullptr, static_cast<int>(comparison.tokens.size())));
    m_frame->refresh();
    if (m_facts) {
        m_facts->clear();
        if (comparison.change) m_facts->add(tr("Change (KL)"), tr("%1 nats").arg(QLocale().toString(comparison.change->kl, 'g', 3)));
        else m_facts->add(tr("Change (KL)"), tr("other vocabularies"));
        m_facts->add(tr("Tokens in common"), formatCount(comparison.tokens.size()));
    }
    struct Line {
        QString label;
        double a, b;
    };
    std::vector<Line> lines;
    const auto number = [](float probability) { return static_cast<double>(probability); };
    if (comparison.change) {
        for (const TokenChange& token : comparison.change->tokens) lines.push_back({tokenLabel(token.piece), number(token.before), number(token.after)});
    } else {
        // Other vocabularies: tokens with the same text stand in one line.
        for (const TokenChance& token : comparison.next_a) lines.push_back({tokenLabel(token.piece), number(token.probability), std::nan("")});
        for (const TokenChance& token : comparison.next_b) {
            const QString label = tokenLabel(token.piece);
            const auto same = std::find_if(lines.begin(), lines.end(), [&label](const Line& line) { return line.label == label; });
            if (same == lines.end()) lines.push_back({label, std::nan(""), number(token.probability)});
            else same->b = number(token.probability);
        }
    }
    PlotTable table = m_next->table();
    table.rows = static_cast<int>(lines.size());
    table.cell = [lines](int row, int column) -> QVariant {
        const Line& line = lines[static_cast<std::size_t>(row)];
        if (column == 0) return line.label;
        const double probability = column == 1 ? line.a : line.b;
        return std::isnan(probability) ? QVariant() : QVariant(probability);
    };
    m_next->setTable(std::move(table));
    emit compared();
}

}  // namespace tessera::ui
