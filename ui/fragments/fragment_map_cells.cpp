// SPDX-License-Identifier: GPL-3.0-or-later
// The map's cells for screen readers.
#include "ui/fragments/fragment_map.h"
#include "ui/widgets/text_format.h"

#include <QScrollBar>

#include <algorithm>

namespace tessera::ui {

int FragmentMap::cellRows() const { return static_cast<int>(m_cells.size()); }

int FragmentMap::cellColumns() const {
    std::size_t most = 0;
    for (const auto& row : m_cells) most = std::max(most, row.size());
    return static_cast<int>(most);
}

const MapCell* FragmentMap::cellAt(int row, int column) const {
    if (row < 0 || column < 0 || row >= cellRows()) return nullptr;
    const auto& cells = m_cells[static_cast<std::size_t>(row)];
    return static_cast<std::size_t>(column) < cells.size() ? &cells[static_cast<std::size_t>(column)] : nullptr;
}

QString FragmentMap::cellName(int row, int column) const {
    const MapCell* cell = cellAt(row, column);
    if (!cell) return {};
    const auto index = static_cast<std::size_t>(row);
    const std::uint32_t worst = gravestFragment(index, *cell);
    const QString state = cellStateName(m_view.state(worst));
    if (cell->first == cell->last) return tr("%1: %2, %3").arg(m_view.describe(worst), state, formatSize(m_view.manifest().fragments[worst].size_bytes));
    return tr("%n fragment(s) from %1 on, the gravest: %2", nullptr, static_cast<int>(cell->last - cell->first + 1))
        .arg(m_view.describe(m_view.rows()[index].fragments[cell->first]), state);
}

QString FragmentMap::cellRowTitle(int row) const { return row >= 0 && row < cellRows() ? m_view.rows()[static_cast<std::size_t>(row)].label : QString(); }
QString FragmentMap::cellColumnTitle(int column) const { return QString::number(column + 1); }

QRect FragmentMap::cellRect(int row, int column) const {
    const MapCell* cell = cellAt(row, column);
    if (!cell) return {};
    const QRect rect = fragmentRect(m_view.rows()[static_cast<std::size_t>(row)].fragments[cell->first]).toAlignedRect();
    return rect.intersects(viewport()->rect()) ? rect.translated(viewport()->pos()) : QRect();
}

QPoint FragmentMap::cellUnder(const QPoint& place) const {
    const int fragment = m_view.isEmpty() ? -1 : fragmentAt(place - viewport()->pos());
    if (fragment < 0) return {-1, -1};
    const std::size_t row = m_view.rowOf(static_cast<std::uint32_t>(fragment));
    return {static_cast<int>(&cellOf(static_cast<std::uint32_t>(fragment)) - m_cells[row].data()), static_cast<int>(row)};
}

QPoint FragmentMap::currentCell() const {
    if (m_view.isEmpty() || m_view.current() < 0 || m_cells.size() != m_view.rows().size()) return {-1, -1};
    const auto fragment = static_cast<std::uint32_t>(m_view.current());
    const std::size_t row = m_view.rowOf(fragment);
    return {static_cast<int>(&cellOf(fragment) - m_cells[row].data()), static_cast<int>(row)};
}

void FragmentMap::setCurrentCell(int row, int column) {
    if (const MapCell* cell = cellAt(row, column)) m_view.setCurrent(static_cast<int>(gravestFragment(static_cast<std::size_t>(row), *cell)));
}

}  // namespace tessera::ui
