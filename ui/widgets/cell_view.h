// SPDX-License-Identifier: GPL-3.0-or-later
// What widgets that paint cells of their own have in common: how mouse and keyboard go to a cell, what hovering says, the
// focus ring, and what screen readers hear.
#pragma once

#include "ui/widgets/cell_access.h"

#include <QAbstractScrollArea>

namespace tessera::ui {

/// Keys: arrows, Home and End, Page up and down, + − 0 for zoom, Enter. Ctrl with the wheel zooms too. Cells are x: column,
/// y: row; negative: none.
class CellView : public QAbstractScrollArea, public CellHost {
    Q_OBJECT
public:
    explicit CellView(const QString& name, QWidget* parent = nullptr);

protected:
    /// The size, the fonts or the zoom have changed.
    virtual void layOut() = 0;
    virtual void scrolled() { viewport()->update(); }
    /// By keys; ±cellColumns() and ±cellRows() mean the ends.
    virtual void moveBy(int rows, int columns) = 0;
    virtual int rowsOfPage() const { return 10; }
    /// Enter or a double click.
    virtual void activateCell(int row, int column) = 0;
    virtual void hoverCell(const QPoint& before, const QPoint& now);
    /// 0: as at first.
    virtual void zoomBy(double factor);

    /// Around everything, when the keyboard has come here.
    void paintFocus(QPainter& painter) const;
    const QPoint& hoveredCell() const { return m_hovered; }
    void forgetHovered() { m_hovered = QPoint(-1, -1); }

    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void hover(const QPoint& cell);

    QPoint m_hovered{-1, -1};
};

}  // namespace tessera::ui
