// SPDX-License-Identifier: GPL-3.0-or-later
// The one widget for grids: layers × tokens, attention, heat maps, thumbnails, bars per layer.
#pragma once

#include "ui/widgets/cell_view.h"
#include "ui/widgets/grid_image.h"

class QTimer;

namespace tessera::ui {

enum class GridLook {
    Cells,     // filled by value, with text where there is room
    Bars,      // a bar from the left, text behind it
    Pictures,  // a picture with the text under it
};

/// Size of a cell at zoom 1, in pixels of the specification: as large as the view gives, within these.
struct GridShape {
    double min_width = 0, max_width = 24;
    double min_height = 0, max_height = 24;
    bool square = false;
};

/// Hovering previews, a click chooses. Cells under 6 px are painted from a picture that is made in pieces.
class GridView : public CellView {
    Q_OBJECT
public:
    explicit GridView(const QString& name, QWidget* parent = nullptr);

    /// Borrowed; null empties the view. The current cell is kept where it still exists.
    void setSource(const GridSource* source);
    void setLook(GridLook look, const GridShape& shape);
    void setScale(ColorScale scale);
    /// Values or texts have changed, the shape has not.
    void refresh();

    int currentRow() const { return m_current.y(); }
    int currentColumn() const { return m_current.x(); }
    /// Scrolls there; tells nobody. Negative: none.
    void setCurrent(int row, int column);
    /// First and last row and column in sight, x: columns, y: rows.
    QRect visibleCells() const;
    void setZoom(double zoom);
    double zoom() const { return m_zoom; }
    QSizeF cellSize() const { return m_cell; }

    // CellHost
    int cellRows() const override { return m_source ? m_source->rows() : 0; }
    int cellColumns() const override { return m_source ? m_source->columns() : 0; }
    QString cellName(int row, int column) const override;
    QString cellRowTitle(int row) const override { return m_source->rowTitle(row); }
    QString cellColumnTitle(int column) const override { return m_source->columnTitle(column); }
    QRect cellRect(int row, int column) const override;
    QPoint cellUnder(const QPoint& place) const override;
    QPoint currentCell() const override { return m_current; }
    void setCurrentCell(int row, int column) override { choose(row, column); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// The user went there, by keys or a click.
    void chosen(int row, int column);
    /// The mouse is there; −1, −1 when it has left.
    void hovered(int row, int column);
    /// Enter or a double click.
    void activated(int row, int column);
    /// Other cells came into sight.
    void sightChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void layOut() override;
    void scrolled() override;
    void moveBy(int rows, int columns) override;
    int rowsOfPage() const override;
    void activateCell(int row, int column) override { emit activated(row, column); }
    void hoverCell(const QPoint& before, const QPoint& now) override;
    void zoomBy(double factor) override;

private:
    void forgetImage();
    void workOnImage();
    void choose(int row, int column);
    void ensureVisible(int row, int column);
    bool isFine() const;
    QRectF cellArea(int row, int column) const;  // in the viewport, also when out of sight
    QRect field() const;                         // of the viewport, without the headings

    void paintCells(QPainter& painter, const QRect& dirty);
    void paintCell(QPainter& painter, int row, int column, const QRectF& area);
    void paintBar(QPainter& painter, int row, int column, const QRectF& area);
    void paintPicture(QPainter& painter, int row, int column, const QRectF& area);
    void paintHeadings(QPainter& painter);
    void paintMark(QPainter& painter, const QRectF& area, bool strong);

    const GridSource* m_source = nullptr;
    GridLook m_look = GridLook::Cells;
    GridShape m_shape;
    ColorScale m_scale = ColorScale::Sequential;
    QSizeF m_cell{24, 24};
    double m_zoom = 1;
    int m_left = 0, m_top = 0;  // room for the headings
    QPoint m_current{-1, -1};
    QRect m_sight;
    GridImage m_image;
    QTimer* m_image_timer;
};

}  // namespace tessera::ui
