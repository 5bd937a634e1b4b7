// SPDX-License-Identifier: GPL-3.0-or-later
// How far every layer's output is from the reference's: one layer per row, differences on a logarithmic axis, held
// against the size of that layer's values.
#pragma once

#include "core/validate/comparison.h"
#include "ui/widgets/cell_view.h"

namespace tessera::ui {

class LayerPlot : public CellView {
    Q_OBJECT
public:
    explicit LayerPlot(QWidget* parent = nullptr);

    /// `must_be_equal`: any difference is a fault and drawn as one.
    void setLayers(std::vector<LayerDifference> layers, bool must_be_equal);
    const std::vector<LayerDifference>& layers() const { return m_layers; }

    /// Row of the chosen layer, −1: none.
    int current() const { return m_current; }
    void setCurrent(int row);
    QRect rowRect(int row) const;  // in viewport coordinates
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    // CellHost: one column
    int cellRows() const override { return static_cast<int>(m_layers.size()); }
    int cellColumns() const override { return m_layers.empty() ? 0 : 1; }
    QString cellName(int row, int column) const override;
    QString cellRowTitle(int row) const override;
    QString cellColumnTitle(int) const override { return {}; }
    QRect cellRect(int row, int column) const override;
    QPoint cellUnder(const QPoint& place) const override;
    QPoint currentCell() const override { return QPoint(m_current < 0 ? -1 : 0, m_current); }
    void setCurrentCell(int row, int) override { setCurrent(row); }

signals:
    void currentChanged(int row);
    /// Enter or double click.
    void activated(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void layOut() override;
    void moveBy(int rows, int columns) override;
    void activateCell(int row, int) override { emit activated(row); }

private:
    QRect field() const;  // of the viewport, between axis and legend
    double xOf(double relative) const;
    void paintAxis(QPainter& painter) const;
    void paintRow(QPainter& painter, int row) const;
    void paintLegend(QPainter& painter) const;

    std::vector<LayerDifference> m_layers;
    bool m_must_be_equal = true;
    int m_current = -1;
    double m_pitch = 16, m_label_width = 20, m_axis_height = 20, m_legend_height = 20;
    int m_legend_rows = 1;
    int m_low = -8, m_high = 0;  // decades of the axis
};

/// "Layer 7: largest difference 1.2e-3, mean 4e-5" or "Layer 7: equal bits".
QString layerText(const LayerDifference& layer);

}  // namespace tessera::ui
