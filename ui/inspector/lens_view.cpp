// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/lens_view.h"

#include "ui/inspector/small_table.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace tessera::ui {

float LensSource::value(int row, int column) const {
    if (!m_store.has(row, column)) return std::nanf("");
    if (m_shading == Certainty) return 1 - m_store.entropy(row, column) / m_store.largestEntropy();
    return m_store.top(row, column)[0].probability;
}

QString LensSource::text(int row, int column) const { return m_store.has(row, column) ? m_store.label(m_store.top(row, column)[0].token) : QString(); }

QString LensSource::describe(int row, int column) const {
    const QString place = LensView::tr("Layer %1, %2").arg(QString::number(row), describeToken(*m_run, column));
    if (!m_store.has(row, column)) return LensView::tr("%1: not computed yet").arg(place);
    const LensCandidate& best = m_store.top(row, column)[0];
    return LensView::tr("%1: “%2” with %3 %, entropy %4").arg(place, m_store.label(best.token), formatNumber(100.0 * static_cast<double>(best.probability), 1),
                                                              formatNumber(static_cast<double>(m_store.entropy(row, column)), 2));
}

PlotTable LensSource::table() const {
    struct Line {
        int layer, token;
        QString text, best;
        double probability, entropy;
    };
    auto lines = std::make_shared<std::vector<Line>>();
    for (int layer = 0; layer < rows(); ++layer)
        for (int token = 0; token < columns(); ++token) {
            if (!m_store.has(layer, token)) continue;
            const LensCandidate& best = m_store.top(layer, token)[0];
            lines->push_back({layer, token, columnTitle(token), m_store.label(best.token), static_cast<double>(best.probability), static_cast<double>(m_store.entropy(layer, token))});
        }
    PlotTable table;
    table.columns = {LensView::tr("Layer"), LensView::tr("Position"), LensView::tr("Token"), LensView::tr("Would say"), LensView::tr("Probability"), LensView::tr("Entropy, nats")};
    table.rows = static_cast<int>(lines->size());
    table.cell = [lines](int row, int column) -> QVariant {
        const Line& line = (*lines)[static_cast<std::size_t>(row)];
        switch (column) {
            case 0: return line.layer;
            case 1: return line.token;
            case 2: return line.text;
            case 3: return line.best;
            case 4: return line.probability;
            default: return line.entropy;
        }
    };
    return table;
}

PlotArray LensSource::array() const {
    PlotArray array;
    array.shape = {2, rows(), columns()};
    array.values.reserve(2 * static_cast<std::size_t>(rows()) * static_cast<std::size_t>(columns()));
    for (const bool entropy : {false, true})
        for (int layer = 0; layer < rows(); ++layer)
            for (int token = 0; token < columns(); ++token)
                array.values.push_back(!m_store.has(layer, token) ? std::nanf("") : entropy ? m_store.entropy(layer, token) : m_store.top(layer, token)[0].probability);
    return array;
}

LensView::LensView(const InspectorParts& parts)
    : InspectorView(parts), m_source(parts.lens), m_grid(new GridView(tr("Lens: layers and tokens"))), m_shading(new QComboBox), m_top(new PlotTableModel(this)) {
    m_grid->setLook(GridLook::Cells, {.min_width = 68, .max_width = 132, .min_height = 14, .max_height = 24});
    m_frame = new PlotFrame(tr("What it would say if it ended here"), QStringLiteral("lens"), m_grid, parts.context.settings, parts.context.jobs);
    m_frame->setTable([this] { return run() ? m_source.table() : PlotTable{}; });
    m_frame->setArray([this] { return run() ? m_source.array() : PlotArray{}; });
    m_shading->addItems({tr("By probability"), tr("By certainty")});
    m_shading->setAccessibleName(tr("Colour of the cells"));
    m_shading->setToolTip(tr("Probability of the likeliest token, or how little the whole distribution is spread (entropy)"));
    m_frame->addTool(m_shading);
    setContent(m_frame);
    connect(m_shading, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_source.setShading(static_cast<LensSource::Shading>(index));
        m_grid->refresh();
    });
    connect(m_grid, &GridView::chosen, this, [this](int row, int column) { selection().choose(row, column); });
    connect(m_grid, &GridView::hovered, this, [this](int row, int column) { selection().preview(row, column); });
    connect(m_grid, &GridView::activated, this, [this, &lens = parts.lens](int row, int column) {
        if (lens.has(row, column)) follow(lens.top(row, column)[0].token);
    });
    connect(m_grid, &GridView::sightChanged, this, &LensView::wantSight);
    connect(&selection(), &InspectorSelection::changed, this, [this] { m_grid->setCurrent(selection().layer(), selection().token()); });
    connect(&selection(), &InspectorSelection::shownChanged, this, &LensView::showPlace);
    connect(&selection(), &InspectorSelection::tokenChanged, this, [this] {
        m_pinned = false;
        followLikeliest();
    });
    connect(&selection(), &InspectorSelection::layerChanged, this, [this](int layer) {
        if (m_plot) m_plot->setMark(layer);
    });
    connect(&parts.lens, &LensStore::cellsReady, this, [this](const QRect& cells) {
        m_grid->refresh();
        m_frame->refresh();
        if (cells.contains(selection().shownToken(), selection().shownLayer())) showPlace();
        if (cells.contains(selection().token(), selection().layers() - 1)) followLikeliest();
    });
    connect(&parts.lens, &LensStore::failed, m_frame, &PlotFrame::setNote);
}

QWidget* LensView::focusTarget() { return m_grid; }

QWidget* LensView::makeDetail() {
    m_top->setTable({.columns = {tr("Would say"), tr("Probability")}, .cell = {}, .percents = {1}});
    m_top_view = makeSmallTable(m_top, tr("Likeliest tokens at this place"), parts().context.settings, QStringLiteral("top"), {140});
    m_top_view->setToolTip(tr("Enter or a click follows the token through the layers"));
    const auto follow_row = [this](const QModelIndex& index) {
        const int layer = selection().shownLayer(), token = selection().shownToken();
        if (parts().lens.has(layer, token)) follow(parts().lens.top(layer, token)[static_cast<std::size_t>(index.row())].token);
    };
    connect(m_top_view, &QTableView::clicked, this, follow_row);
    connect(m_top_view, &QTableView::activated, this, follow_row);
    m_plot = new CurvePlot(tr("Probability by layer"));
    m_plot->setAxes(tr("Layer"), tr("Probability"));
    m_plot->setRange(0, 1.03);
    m_plot->setMinimumHeight(px(130));
    connect(m_plot, &CurvePlot::markChosen, this, [this](int layer) { selection().setLayer(layer); });
    m_plot_frame = new PlotFrame(tr("Probability by layer"), QStringLiteral("token"), m_plot, parts().context.settings, parts().context.jobs);
    m_plot_frame->setCompact();
    m_plot_frame->setTable([curve = &m_curve] {
        PlotTable table;
        table.columns = {tr("Layer"), tr("Probability"), tr("Rank")};
        table.rows = static_cast<int>(curve->layers.size());
        table.cell = [layers = curve->layers](int row, int column) -> QVariant {
            const LensFollowed& at = layers[static_cast<std::size_t>(row)];
            return column == 0 ? QVariant(row) : column == 1 ? QVariant(static_cast<double>(at.probability)) : QVariant(static_cast<int>(at.rank) + 1);
        };
        return table;
    });
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_top_view, 3);
    column->addWidget(m_plot_frame, 2);
    return box;
}

void LensView::showRun() {
    m_source.setRun(session().run());
    m_curve = {};
    m_pinned = false;
    showCurve();
    if (!parts().lens.isPossible()) {
        m_grid->setSource(nullptr);
        m_top->clearRows();
        const QString& trouble = run()->lens_trouble;
        return trouble.isEmpty() ? showMissing(tr("This run did not keep the residual rows that a lens looks at."), CapturePart::Lens)
                                 : showMissing(trouble, CapturePart::Lens, false);
    }
    showContent();
    m_frame->setNote({});
    m_grid->setSource(&m_source);
    m_grid->setCurrent(selection().layer(), selection().token());
    wantSight();
    showPlace();
    followLikeliest();
}

// Nothing is computed for a grid that nobody sees.
void LensView::wantSight() {
    if (m_grid->isVisible() && m_grid->cellRows() > 0) parts().lens.want(m_grid->visibleCells());
}

void LensView::showPlace() {
    if (!run()) return;
    const int layer = selection().shownLayer(), token = selection().shownToken();
    if (!parts().lens.has(layer, token)) return m_top->clearRows();
    const auto found = parts().lens.top(layer, token);
    std::vector<std::pair<QString, double>> lines;
    for (const LensCandidate& candidate : found) lines.emplace_back(parts().lens.label(candidate.token), static_cast<double>(candidate.probability));
    PlotTable table = m_top->table();
    table.rows = static_cast<int>(lines.size());
    table.cell = [lines](int row, int column) -> QVariant {
        const auto& [label, probability] = lines[static_cast<std::size_t>(row)];
        return column == 0 ? QVariant(label) : QVariant(probability);
    };
    m_top->setTable(std::move(table));
}

// Without a wish of the user the curve is that of what the last layer says.
void LensView::followLikeliest() {
    const int last = selection().layers() - 1, token = selection().token();
    if (m_pinned || !parts().lens.isPossible()) return;
    if (!parts().lens.has(last, token)) {
        // Of the last position the answer itself is known.
        if (token == static_cast<int>(run()->seen.tokens.size()) - 1 && !run()->next.empty()) startCurve(run()->next.front().token);
        return;
    }
    startCurve(parts().lens.top(last, token)[0].token);
}

void LensView::follow(TokenId token) {
    m_pinned = true;
    startCurve(token);
}

void LensView::startCurve(TokenId token) {
    if (!session().live()) return;
    if (m_curve_job) m_curve_job->cancel();
    JobInfo info;
    info.title = tr("Follow a token");
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [live = session().live(), shown = session().run(), position = selection().token(), token](const Operation& operation) {
        return followToken(*live, shown->seen, position, token, operation);
    };
    m_curve_job = session().jobs().start(std::move(info), work, this, [this, request = ++m_curve_request](Result<LensCurve> curve) {
        if (request != m_curve_request || !curve) return;
        m_curve = std::move(*curve);
        showCurve();
    });
}

QString LensView::curveTitle() const { return m_curve.layers.empty() ? tr("Probability by layer") : tr("“%1” by layer").arg(m_curve.label); }

void LensView::showCurve() {
    if (!m_plot) return;
    Curve curve{m_curve.label, Role::Accent, {}};
    for (const LensFollowed& at : m_curve.layers) curve.values.push_back(static_cast<double>(at.probability));
    m_plot->setCurves(curve.values.empty() ? std::vector<Curve>{} : std::vector<Curve>{curve});
    m_plot->setMark(selection().layer());
    m_plot_frame->setTitle(curveTitle());
    m_plot_frame->refresh();
    emit curveChanged();
}

}  // namespace tessera::ui
