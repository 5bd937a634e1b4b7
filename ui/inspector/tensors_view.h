// SPDX-License-Identifier: GPL-3.0-or-later
// Any captured tensor: its numbers, and its values as colours.
#pragma once

#include "core/inspect/statistics.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QComboBox;

namespace tessera::ui {

class FactList;
class GridView;
class HistogramPlot;

/// Tokens × values of one capture; full colour at three standard deviations, or one outlier would blank the rest.
class CaptureGrid : public GridSource {
public:
    void set(std::shared_ptr<const InspectedRun> run, std::size_t capture, const ValueStatistics& statistics);
    void clear() { m_capture = nullptr; }
    float number(int row, int column) const { return m_capture->rows.row(static_cast<std::size_t>(row))[static_cast<std::size_t>(column)]; }

    int rows() const override { return m_capture ? static_cast<int>(m_capture->rows.rows) : 0; }
    int columns() const override { return m_capture ? static_cast<int>(m_capture->rows.columns) : 0; }
    float value(int row, int column) const override { return number(row, column) / m_full; }
    void values(int row, int first, std::span<float> out) const override;
    QString rowTitle(int row) const override;
    QString columnTitle(int) const override { return {}; }
    QString describe(int row, int column) const override;

    PlotTable table() const;
    PlotArray array() const;

private:
    std::shared_ptr<const InspectedRun> m_run;
    const Capture* m_capture = nullptr;  // inside m_run
    float m_full = 1;
};

class TensorsView : public InspectorView {
    Q_OBJECT
public:
    explicit TensorsView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;
    GridView* grid() const { return m_grid; }
    const CaptureGrid& source() const { return m_source; }

signals:
    void shown();

private:
    void showCapture(int index);

    CaptureGrid m_source;
    GridView* m_grid;
    PlotFrame* m_frame;
    QComboBox* m_choice;
    FactList* m_facts = nullptr;
    HistogramPlot* m_histogram = nullptr;
    quint64 m_request = 0;
};

}  // namespace tessera::ui
