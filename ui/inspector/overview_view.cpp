// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/overview_view.h"

#include "ui/inspector/small_table.h"
#include "ui/inspector/token_label.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QFormLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

const LayerGrid& gridOf(const LayerNorms& norms, int column) {
    switch (column) {
        case NormsSource::Residual: return norms.residual;
        case NormsSource::Attention: return norms.attention;
        case NormsSource::FeedForward: return norms.feed_forward;
        default: return norms.cosine;
    }
}

QString columnName(int column) {
    switch (column) {
        case NormsSource::Residual: return OverviewView::tr("Residual norm");
        case NormsSource::Attention: return OverviewView::tr("Attention adds");
        case NormsSource::FeedForward: return OverviewView::tr("FFN adds");
        default: return OverviewView::tr("Cosine to the end");
    }
}

}  // namespace

void NormsSource::setRun(std::shared_ptr<const InspectedRun> run) {
    m_run = std::move(run);
    m_token = 0;
    setToken(0);
}

void NormsSource::setToken(int token) {
    m_token = token;
    for (int column = 0; column < kColumns; ++column) {
        m_largest[column] = 0;
        for (int row = 0; row < rows(); ++row) m_largest[column] = std::max(m_largest[column], std::abs(number(row, column)));
    }
    m_largest[Cosine] = 1;
}

int NormsSource::rows() const { return m_run ? static_cast<int>(m_run->seen.norms.residual.layers) : 0; }

float NormsSource::number(int row, int column) const {
    const LayerGrid& grid = gridOf(m_run->seen.norms, column);
    return m_token < 0 || static_cast<std::size_t>(m_token) >= grid.tokens ? std::nanf("") : grid.at(static_cast<std::size_t>(row), static_cast<std::size_t>(m_token));
}

float NormsSource::value(int row, int column) const { return m_largest[column] > 0 ? number(row, column) / m_largest[column] : 0; }

QString NormsSource::text(int row, int column) const {
    const double number_here = static_cast<double>(number(row, column));
    return formatNumber(number_here, column == Cosine || std::abs(number_here) < 10 ? 2 : std::abs(number_here) < 1000 ? 1 : 0);
}

QString NormsSource::columnTitle(int column) const { return columnName(column); }

QString NormsSource::describe(int row, int column) const {
    return OverviewView::tr("Layer %1, %2: %3 = %4").arg(QString::number(row), describeToken(*m_run, m_token), columnTitle(column), text(row, column));
}

PlotTable NormsSource::table() const {
    PlotTable table;
    table.columns = {OverviewView::tr("Layer")};
    for (int column = 0; column < kColumns; ++column) table.columns.append(columnTitle(column));
    table.rows = rows();
    table.cell = [copy = *this](int row, int column) -> QVariant {
        return column == 0 ? QVariant(row) : QVariant(static_cast<double>(copy.number(row, column - 1)));
    };
    return table;
}

PlotArray NormsSource::array() const {
    const LayerNorms& norms = m_run->seen.norms;
    PlotArray array;
    array.shape = {kColumns, static_cast<std::int64_t>(norms.residual.layers), static_cast<std::int64_t>(norms.residual.tokens)};
    for (int column = 0; column < kColumns; ++column) {
        const auto& values = gridOf(norms, column).values;
        array.values.insert(array.values.end(), values.begin(), values.end());
    }
    return array;
}

PlotTable nextTokenTable(const std::vector<TokenChance>& next) {
    PlotTable table;
    table.columns = {OverviewView::tr("Next token"), OverviewView::tr("Probability")};
    table.percents = {1};
    table.rows = static_cast<int>(next.size());
    table.cell = [next](int row, int column) -> QVariant {
        const TokenChance& chance = next[static_cast<std::size_t>(row)];
        return column == 0 ? QVariant(tokenLabel(chance.piece)) : QVariant(static_cast<double>(chance.probability));
    };
    return table;
}

OverviewView::OverviewView(const InspectorParts& parts) : InspectorView(parts), m_grid(new GridView(tr("Norms of every layer"))), m_next(new PlotTableModel(this)) {
    m_grid->setLook(GridLook::Bars, {.min_width = 84, .max_width = 600, .min_height = 14, .max_height = 22});
    m_frame = new PlotFrame(tr("What each layer does to the token"), QStringLiteral("norms"), m_grid, parts.context.settings, parts.context.jobs);
    m_frame->setTable([this] { return run() ? m_source.table() : PlotTable{}; });
    m_frame->setArray([this] { return run() ? m_source.array() : PlotArray{}; });
    setContent(m_frame);
    connect(m_grid, &GridView::chosen, this, [this](int row, int) { selection().setLayer(row); });
    connect(m_grid, &GridView::hovered, this, [this](int row, int) { selection().preview(row, -1); });
    connect(&selection(), &InspectorSelection::layerChanged, this, [this](int layer) { m_grid->setCurrent(layer, std::max(0, m_grid->currentColumn())); });
    connect(&selection(), &InspectorSelection::tokenChanged, this, &OverviewView::showToken);
    connect(&selection(), &InspectorSelection::shownChanged, this, &OverviewView::showPlace);
}

QWidget* OverviewView::focusTarget() { return m_grid; }

QWidget* OverviewView::makeDetail() {
    auto* form = new QFormLayout;
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(px(kSpaceSmall));
    form->setVerticalSpacing(px(kSpaceTiny));
    for (int column = 0; column < NormsSource::kColumns; ++column) {
        m_numbers[column] = makeLabel({});
        m_numbers[column]->setTextInteractionFlags(Qt::TextSelectableByMouse);
        form->addRow(makeLabel(columnName(column), TextStyle::Interface, Role::Muted), m_numbers[column]);
    }
    m_next->setTable(nextTokenTable({}));
    QTableView* table = makeSmallTable(m_next, tr("What the model says next"), parts().context.settings, QStringLiteral("next"), {140});
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addLayout(form);
    column->addWidget(makeLabel(tr("What the model says next"), TextStyle::Strong));
    column->addWidget(table, 1);
    return box;
}

void OverviewView::showRun() {
    m_source.setRun(session().run());
    m_next->setTable(nextTokenTable(run()->next));
    if (run()->seen.norms.residual.empty()) {
        m_grid->setSource(nullptr);
        return showMissing(tr("This run did not keep the norms of its layers."), CapturePart::Norms);
    }
    showContent();
    m_source.setToken(selection().token());
    m_grid->setSource(&m_source);
    m_grid->setCurrent(selection().layer(), std::max(0, m_grid->currentColumn()));
    m_frame->setNote(describeToken(*run(), m_source.token()));
    m_frame->refresh();
    showPlace();
}

void OverviewView::showToken() {
    if (!run() || m_source.rows() == 0) return;
    m_source.setToken(selection().token());
    m_frame->setNote(describeToken(*run(), m_source.token()));
    m_grid->refresh();
    m_frame->refresh();
}

void OverviewView::showPlace() {
    if (!m_numbers[0] || !run() || m_source.rows() == 0) return;
    const int layer = selection().shownLayer(), token = selection().shownToken();
    NormsSource place = m_source;
    if (token != place.token()) place.setToken(token);
    for (int column = 0; column < NormsSource::kColumns; ++column)
        m_numbers[column]->setText(layer < 0 || layer >= m_source.rows() ? QString() : place.text(layer, column));
}

}  // namespace tessera::ui
