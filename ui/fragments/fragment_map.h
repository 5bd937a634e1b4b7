// SPDX-License-Identifier: GPL-3.0-or-later
// The map: a row per layer, a cell per fragment, state by colour and pattern.
#pragma once

#include "ui/fragments/fragment_view.h"
#include "ui/fragments/map_layout.h"
#include "ui/widgets/cell_view.h"

namespace tessera::ui {

/// Fit for 50 000 fragments: only rows in sight are painted, and cells under 6 px are aggregated with the gravest state
/// winning.
class FragmentMap : public CellView {
    Q_OBJECT
public:
    explicit FragmentMap(FragmentView& view, QWidget* parent = nullptr);

    FragmentView& view() const { return m_view; }
    /// 1: all rows fit where they can; up to kMaximumZoom.
    void setZoom(double zoom);
    double zoom() const { return m_zoom; }
    static constexpr double kMaximumMapZoom = 64;

    /// In viewport coordinates; empty when out of sight is still a place outside.
    QRectF fragmentRect(std::uint32_t fragment) const;
    int fragmentAt(const QPointF& position) const;
    QSize sizeHint() const override;

    // CellHost: as drawn, so an aggregated cell is one. Rows have different numbers of cells; those that a row lacks say
    // nothing and are nowhere.
    int cellRows() const override;
    int cellColumns() const override;
    QString cellName(int row, int column) const override;
    QString cellRowTitle(int row) const override;
    QString cellColumnTitle(int column) const override;
    QRect cellRect(int row, int column) const override;
    QPoint cellUnder(const QPoint& place) const override;
    QPoint currentCell() const override;
    void setCurrentCell(int row, int column) override;

signals:
    void zoomChanged(double zoom);
    /// Enter or double click.
    void activated(int fragment);

protected:
    void paintEvent(QPaintEvent* event) override;
    void layOut() override;
    void moveBy(int rows, int columns) override;
    void activateCell(int row, int column) override;
    void zoomBy(double factor) override;

private:
    void ensureVisible(int fragment);
    void moveVertically(int rows);
    void moveHorizontally(int cells);
    const MapCell& cellOf(std::uint32_t fragment) const;
    const MapCell* cellAt(int row, int column) const;  // null where the row has none
    std::uint32_t gravestFragment(std::size_t row, const MapCell& cell) const;
    CellState gravest(std::size_t row, const MapCell& cell) const;
    double rowTop(std::size_t row) const;

    FragmentView& m_view;
    std::vector<std::vector<MapCell>> m_cells;  // by row
    double m_zoom = 1;
    double m_pitch = 16;
    double m_label_width = 70;
};

/// A cell as the map and its legend draw it.
void paintMapCell(QPainter& painter, const QRectF& rect, CellState state, double part = 0.5);

}  // namespace tessera::ui
