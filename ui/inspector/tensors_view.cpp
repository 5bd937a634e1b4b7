// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/tensors_view.h"

#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/histogram_plot.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QComboBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tessera::ui {

void CaptureGrid::set(std::shared_ptr<const InspectedRun> run, std::size_t capture, const ValueStatistics& statistics) {
    m_run = std::move(run);
    m_capture = &m_run->seen.captures[capture];
    m_full = std::max(3 * static_cast<float>(statistics.deviation), 1e-12F);
}

void CaptureGrid::values(int row, int first, std::span<float> out) const {
    const auto line = m_capture->rows.row(static_cast<std::size_t>(row)).subspan(static_cast<std::size_t>(first), out.size());
    std::transform(line.begin(), line.end(), out.begin(), [full = m_full](float number) { return number / full; });
}

QString CaptureGrid::rowTitle(int row) const { return rows() == m_run->labels.size() ? m_run->labels.value(row) : QString::number(row); }

QString CaptureGrid::describe(int row, int column) const {
    const QString where = rows() == m_run->labels.size() ? describeToken(*m_run, row) : TensorsView::tr("Row %1").arg(row);
    return TensorsView::tr("%1, value %2: %3").arg(where, QString::number(column), QLocale().toString(static_cast<double>(number(row, column)), 'g', 6));
}

PlotTable CaptureGrid::table() const {
    PlotTable table;
    table.columns = {TensorsView::tr("Row"), TensorsView::tr("Token")};
    for (int column = 0; column < columns(); ++column) table.columns.append(QString::number(column));
    table.rows = rows();
    table.cell = [copy = *this](int row, int column) -> QVariant {
        if (column == 0) return row;
        if (column == 1) return copy.rowTitle(row);
        return static_cast<double>(copy.number(row, column - 2));
    };
    return table;
}

PlotArray CaptureGrid::array() const {
    PlotArray array;
    array.shape = {static_cast<std::int64_t>(m_capture->rows.rows)};
    array.shape.insert(array.shape.end(), m_capture->shape.rbegin(), m_capture->shape.rend());
    array.values = m_capture->rows.values;
    return array;
}

TensorsView::TensorsView(const InspectorParts& parts) : InspectorView(parts), m_grid(new GridView(tr("Values of the tensor"))), m_choice(new QComboBox) {
    m_grid->setScale(ColorScale::Diverging);
    m_grid->setLook(GridLook::Cells, {.min_width = 0, .max_width = 24, .min_height = 0, .max_height = 24});
    m_choice->setAccessibleName(tr("Tensor"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_frame = new PlotFrame(tr("Values"), QStringLiteral("tensor"), m_grid, parts.context.settings, parts.context.jobs);
    m_frame->addTool(m_choice);
    m_frame->setTable([this] { return m_source.rows() > 0 ? m_source.table() : PlotTable{}; });
    m_frame->setArray([this] { return m_source.rows() > 0 ? m_source.array() : PlotArray{}; });
    setContent(m_frame);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &TensorsView::showCapture);
    connect(m_grid, &GridView::chosen, this, [this](int row, int) {
        if (m_source.rows() == selection().tokens()) selection().setToken(row);
    });
    connect(m_grid, &GridView::hovered, this, [this](int row, int) {
        if (m_source.rows() == selection().tokens()) selection().preview(-1, row);
    });
    connect(&selection(), &InspectorSelection::tokenChanged, this, [this](int token) {
        if (m_source.rows() == selection().tokens()) m_grid->setCurrent(token, std::max(0, m_grid->currentColumn()));
    });
}

QWidget* TensorsView::focusTarget() { return m_grid; }

QWidget* TensorsView::makeDetail() {
    m_facts = new FactList;
    m_histogram = new HistogramPlot;
    m_histogram->hide();
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_facts);
    column->addWidget(m_histogram);
    column->addStretch(1);
    return box;
}

void TensorsView::showRun() {
    ++m_request;
    m_source.clear();
    m_grid->setSource(nullptr);
    m_facts->clear();
    m_histogram->hide();
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        for (const Capture& capture : run()->seen.captures) m_choice->addItem(QString::fromStdString(captureText(capture.spec)));
    }
    if (run()->seen.captures.empty()) return showMissing(tr("This run kept no tensors. Choose some, or name them under “Keep”, as in “ffn_out@3 Qcur@0”."), CapturePart::Tensors);
    showContent();
    showCapture(0);
}

// The statistics of a large tensor take a while.
void TensorsView::showCapture(int index) {
    if (!run() || index < 0 || static_cast<std::size_t>(index) >= run()->seen.captures.size()) return;
    JobInfo info;
    info.title = tr("Statistics of %1").arg(m_choice->itemText(index));
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [shown = session().run(), index](const Operation&) -> Result<ValueStatistics> {
        return valueStatistics(shown->seen.captures[static_cast<std::size_t>(index)].rows.values);
    };
    session().jobs().start(std::move(info), work, this, [this, request = ++m_request, shownRun = session().run(), index](Result<ValueStatistics> found) {
        if (request != m_request || !found) return;
        const Capture& capture = shownRun->seen.captures[static_cast<std::size_t>(index)];
        m_source.set(shownRun, static_cast<std::size_t>(index), *found);
        m_grid->setSource(&m_source);
        if (m_source.rows() == selection().tokens()) m_grid->setCurrent(selection().token(), 0);
        m_frame->setTitle(m_choice->itemText(index));
        m_frame->refresh();
        QStringList shape;
        for (const std::int64_t size : capture.shape) shape.append(QString::number(size));
        const auto number = [](double value) { return QLocale().toString(value, 'g', 5); };
        m_facts->clear();
        m_facts->add(tr("Operation"), QString::fromStdString(capture.operation));
        m_facts->add(tr("Rows"), formatCount(capture.rows.rows));
        m_facts->add(tr("Row’s shape"), shape.join(QStringLiteral(" × ")));
        m_facts->add(tr("Smallest"), number(static_cast<double>(found->smallest)));
        m_facts->add(tr("Largest"), number(static_cast<double>(found->largest)));
        m_facts->add(tr("Mean"), number(found->mean));
        m_facts->add(tr("Deviation"), number(found->deviation));
        m_facts->add(tr("Norm"), number(found->norm));
        m_facts->add(tr("Zeros"), formatCount(found->zeros));
        if (found->not_finite > 0) m_facts->add(tr("Not finite"), formatCount(found->not_finite), Role::Error);
        m_histogram->setHistogram({found->histogram, static_cast<double>(found->smallest), static_cast<double>(found->largest), found->mean, found->deviation});
        emit shown();
    });
}

}  // namespace tessera::ui
