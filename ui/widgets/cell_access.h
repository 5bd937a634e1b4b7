// SPDX-License-Identifier: GPL-3.0-or-later
// Makes painted cells visible to screen readers: a table whose cells are made when somebody asks for them.
#pragma once

#include <QPoint>
#include <QRect>
#include <QString>

class QWidget;

namespace tessera::ui {

/// Implemented by widgets that paint cells themselves. Rows and columns count from 0.
class CellHost {
public:
    virtual ~CellHost() = default;
    virtual int cellRows() const = 0;
    virtual int cellColumns() const = 0;
    /// All that the cell says, in one sentence.
    virtual QString cellName(int row, int column) const = 0;
    virtual QString cellRowTitle(int row) const = 0;
    virtual QString cellColumnTitle(int column) const = 0;
    /// In the coordinates of the widget; empty when out of sight.
    virtual QRect cellRect(int row, int column) const = 0;
    /// The cell at a place of the widget, x: column, y: row; negative: none.
    virtual QPoint cellUnder(const QPoint& place) const = 0;
    /// x: column, y: row; negative: none.
    virtual QPoint currentCell() const = 0;
    virtual void setCurrentCell(int row, int column) = 0;
};

/// Call from the constructor of a CellHost that is a QWidget; the first call tells Qt about all of them.
void announceCells();
/// The current cell has moved: screen readers read it when the widget has the focus.
void tellCurrentCell(QWidget* widget, const CellHost& host);
/// Rows or columns have come or gone.
void tellCellsReset(QWidget* widget);

}  // namespace tessera::ui
