// SPDX-License-Identifier: GPL-3.0-or-later
// The layers of the loaded model from left to right, and below each other the machines: who holds and who computes which.
#pragma once

#include "ui/network/node_model.h"
#include "ui/widgets/cell_access.h"

#include <QWidget>

namespace tessera::ui {

/// A cell is filled where the machine computes the layer, outlined where it only holds it, and marked while a step is
/// there. Arrows, Home and End go from cell to cell. At most kMaxRows machines; the table below has all.
class LayerStrip : public QWidget, public CellHost {
    Q_OBJECT
public:
    static constexpr int kMaxRows = 6;

    explicit LayerStrip(QWidget* parent = nullptr);
    /// Those without layers of this model are left out.
    void setNodes(const std::vector<NodeInfo>& nodes, int layers);

    int cellRows() const override { return static_cast<int>(m_nodes.size()); }
    int cellColumns() const override { return m_layers; }
    QString cellName(int row, int column) const override;
    QString cellRowTitle(int row) const override { return m_nodes.at(static_cast<std::size_t>(row)).name; }
    QString cellColumnTitle(int column) const override;
    QRect cellRect(int row, int column) const override;
    QPoint cellUnder(const QPoint& place) const override;
    QPoint currentCell() const override { return m_current; }
    void setCurrentCell(int row, int column) override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Cell { Nothing, Holds, Computes };
    Cell cell(int row, int column) const;
    int nameWidth() const;
    QRectF cellArea(int row, int column) const;

    std::vector<NodeInfo> m_nodes;
    int m_layers = 0;
    QPoint m_current{-1, -1};
};

}  // namespace tessera::ui
