// SPDX-License-Identifier: GPL-3.0-or-later
// How far every layer's output is from the reference's: one layer per row, differences on a logarithmic axis, held
// against the size of that layer's values.
#pragma once

#include "core/validate/comparison.h"

#include <QAbstractScrollArea>

namespace tessera::ui {

class LayerPlot : public QAbstractScrollArea {
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

signals:
    void currentChanged(int row);
    /// Enter or double click.
    void activated(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void layOut();
    int rowAt(double y) const;
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
