// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/fragment_map.h"

#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr double kGap = 1;

void paintHatch(QPainter& painter, const QRectF& rect, const QColor& ink, double step) {
    painter.save();
    painter.setClipRect(rect);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ink, 1));
    for (double x = rect.left() - rect.height(); x < rect.right(); x += step)
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    painter.restore();
}

void paintOutline(QPainter& painter, const QRectF& rect, const QColor& ink) {
    painter.setPen(QPen(ink, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
}

}  // namespace

void paintMapCell(QPainter& painter, const QRectF& rect, CellState state, double part) {
    switch (state) {
        case CellState::Verified: painter.fillRect(rect, color(Role::Accent)); break;
        case CellState::Present:
            painter.fillRect(rect, presentColor(Theme::instance().isDark()));
            paintHatch(painter, rect, color(Role::Window), px(7));
            break;
        case CellState::InFlight:
            painter.fillRect(QRectF(rect.topLeft(), QSizeF(rect.width() * part, rect.height())), color(Role::Warn));
            paintOutline(painter, rect, color(Role::Warn));
            break;
        case CellState::Missing: paintOutline(painter, rect, color(Role::Control)); break;
        case CellState::Bad:
            painter.fillRect(rect, color(Role::Error));
            painter.save();
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(color(Role::Surface), 1.2));
            painter.drawLine(rect.topLeft(), rect.bottomRight());
            painter.drawLine(rect.bottomLeft(), rect.topRight());
            painter.restore();
            break;
    }
}

FragmentMap::FragmentMap(FragmentView& view, QWidget* parent) : CellView(tr("Fragment map"), parent), m_view(view) {
    connect(&view, &FragmentView::setChanged, this, [this] {
        m_zoom = 1;
        layOut();
        verticalScrollBar()->setValue(0);
    });
    connect(&view, &FragmentView::statesChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&view, &FragmentView::currentChanged, this, [this](int fragment) {
        if (fragment >= 0) ensureVisible(fragment);
        setAccessibleDescription(fragment < 0 ? QString() : tr("%1: %2").arg(m_view.describe(static_cast<std::uint32_t>(fragment)),
                                     cellStateName(m_view.state(static_cast<std::uint32_t>(fragment)))));
        viewport()->update();
        tellCurrentCell(this, *this);
    });
}

QSize FragmentMap::sizeHint() const { return QSize(px(640), px(480)); }

void FragmentMap::layOut() {
    m_cells.clear();
    const auto& rows = m_view.rows();
    const QFontMetrics metrics(ui::font(TextStyle::Caption));
    m_label_width = 0;
    for (const FragmentRow& row : rows) m_label_width = std::max(m_label_width, double(metrics.horizontalAdvance(row.label)));
    m_label_width += 2 * px(kSpaceSmall);
    const double rows_count = std::max<double>(1, double(rows.size()));
    m_pitch = std::clamp(std::floor((viewport()->height() - 2) / rows_count), double(px(9)), double(px(22))) * std::clamp(m_zoom, 1.0, 3.0);
    const double width = std::max(50.0, (viewport()->width() - m_label_width - 3) * m_zoom);
    std::uint64_t layer_scale = 0;
    for (const FragmentRow& row : rows)
        if (row.is_layer) layer_scale = std::max(layer_scale, row.bytes);
    std::vector<std::uint64_t> bytes;
    for (const FragmentRow& row : rows) {
        bytes.clear();
        for (const std::uint32_t fragment : row.fragments) bytes.push_back(m_view.manifest().fragments[fragment].size_bytes);
        // Rows that are no layer have a scale of their own: a third of the width for a whole fragment.
        const std::uint64_t scale = row.is_layer ? layer_scale : std::max(row.bytes, 3 * m_view.manifest().fragment_size);
        m_cells.push_back(layOutRow(bytes, scale, width));
    }
    horizontalScrollBar()->setRange(0, std::max(0, static_cast<int>(std::ceil(width + m_label_width + 3)) - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(px(40));
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(std::ceil(m_pitch * rows_count)) + 2 - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(static_cast<int>(m_pitch));
    tellCellsReset(this);
    viewport()->update();
}

double FragmentMap::rowTop(std::size_t row) const { return static_cast<double>(row) * m_pitch - verticalScrollBar()->value() + 1; }

CellState FragmentMap::gravest(std::size_t row, const MapCell& cell) const {
    const auto& fragments = m_view.rows()[row].fragments;
    CellState worst = CellState::Verified;
    for (std::uint32_t i = cell.first; i <= cell.last; ++i) worst = std::max(worst, m_view.state(fragments[i]));
    return worst;
}

void FragmentMap::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    if (m_view.isEmpty() || m_cells.size() != m_view.rows().size()) return;
    const QRectF sight = event->rect();
    const double left = m_label_width - horizontalScrollBar()->value();
    const double height = m_pitch - std::max(1.0, std::round(m_pitch / 8));
    painter.save();
    painter.setClipRect(QRectF(m_label_width, 0, viewport()->width(), viewport()->height()));
    for (std::size_t row = 0; row < m_cells.size(); ++row) {
        const double top = rowTop(row);
        if (top > sight.bottom() || top + m_pitch < sight.top()) continue;
        for (const MapCell& cell : m_cells[row]) {
            // Edges on whole pixels, so that the gaps are all the same.
            const double x = std::round(left + cell.left), right = std::round(left + cell.left + cell.width) - kGap;
            if (right < m_label_width || x > viewport()->width()) continue;
            paintMapCell(painter, QRectF(x, std::round(top), std::max(1.0, right - x), std::round(height)), gravest(row, cell));
        }
    }
    if (m_view.current() >= 0) {
        const QRectF rect = fragmentRect(static_cast<std::uint32_t>(m_view.current())).adjusted(-1, -1, 1, 1);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color(Role::Surface), 4));
        painter.drawRect(rect);
        painter.setPen(QPen(color(Role::Text), 2));
        painter.drawRect(rect);
    }
    painter.restore();
    painter.setFont(ui::font(TextStyle::Caption));
    const int step = std::max(1, static_cast<int>(std::ceil(painter.fontMetrics().height() * 0.92 / m_pitch)));
    for (std::size_t row = 0; row < m_cells.size(); ++row) {
        const FragmentRow& info = m_view.rows()[row];
        if (info.is_layer && step > 1 && info.label.toInt() % step != 0) continue;
        const double top = rowTop(row);
        if (top > sight.bottom() || top + m_pitch < sight.top()) continue;
        const bool marked = m_view.current() >= 0 && m_view.rowOf(static_cast<std::uint32_t>(m_view.current())) == row;
        painter.setPen(color(marked ? Role::Text : Role::Muted));
        painter.drawText(QRectF(0, top - m_pitch, m_label_width - px(kSpaceSmall), height + 2 * m_pitch), Qt::AlignRight | Qt::AlignVCenter, info.label);
    }
    paintFocus(painter);
}

const MapCell& FragmentMap::cellOf(std::uint32_t fragment) const {
    const auto& cells = m_cells[m_view.rowOf(fragment)];
    const auto column = static_cast<std::uint32_t>(m_view.columnOf(fragment));
    return *std::lower_bound(cells.begin(), cells.end(), column, [](const MapCell& cell, std::uint32_t wanted) { return cell.last < wanted; });
}

QRectF FragmentMap::fragmentRect(std::uint32_t fragment) const {
    if (m_cells.size() != m_view.rows().size()) return {};
    const MapCell& cell = cellOf(fragment);
    const double left = m_label_width - horizontalScrollBar()->value();
    const double x = std::round(left + cell.left), right = std::round(left + cell.left + cell.width) - kGap;
    const double height = m_pitch - std::max(1.0, std::round(m_pitch / 8));
    return QRectF(x, std::round(rowTop(m_view.rowOf(fragment))), std::max(1.0, right - x), std::round(height));
}

int FragmentMap::fragmentAt(const QPointF& position) const {
    const double y = position.y() + verticalScrollBar()->value() - 1;
    if (y < 0 || position.x() < m_label_width) return -1;
    const auto row = static_cast<std::size_t>(y / m_pitch);
    if (row >= m_cells.size()) return -1;
    const double x = position.x() - m_label_width + horizontalScrollBar()->value();
    for (const MapCell& cell : m_cells[row]) {
        if (x < cell.left || x >= cell.left + cell.width) continue;
        return static_cast<int>(gravestFragment(row, cell));
    }
    return -1;
}

// Of an aggregated cell, so that a click finds what the colour promises.
std::uint32_t FragmentMap::gravestFragment(std::size_t row, const MapCell& cell) const {
    const auto& fragments = m_view.rows()[row].fragments;
    const CellState worst = gravest(row, cell);
    std::uint32_t i = cell.first;
    while (m_view.state(fragments[i]) != worst) ++i;
    return fragments[i];
}

void FragmentMap::ensureVisible(int fragment) {
    const QRectF rect = fragmentRect(static_cast<std::uint32_t>(fragment));
    const double height = viewport()->height(), width = viewport()->width();
    if (rect.top() < 0) verticalScrollBar()->setValue(static_cast<int>(verticalScrollBar()->value() + rect.top() - m_pitch));
    if (rect.bottom() > height) verticalScrollBar()->setValue(static_cast<int>(verticalScrollBar()->value() + rect.bottom() - height + m_pitch));
    if (rect.left() < m_label_width) horizontalScrollBar()->setValue(static_cast<int>(horizontalScrollBar()->value() + rect.left() - m_label_width - px(20)));
    if (rect.right() > width)
        horizontalScrollBar()->setValue(static_cast<int>(horizontalScrollBar()->value() + std::min(rect.right() - width + px(20), rect.left() - m_label_width)));
}

void FragmentMap::setZoom(double zoom) {
    const double wanted = std::clamp(zoom, 1.0, kMaximumMapZoom);
    if (wanted == m_zoom) return;
    m_zoom = wanted;
    layOut();
    if (m_view.current() >= 0) ensureVisible(m_view.current());
    emit zoomChanged(m_zoom);
}

void FragmentMap::moveHorizontally(int cells) {
    const auto current = static_cast<std::uint32_t>(std::max(0, m_view.current()));
    const auto& fragments = m_view.rows()[m_view.rowOf(current)].fragments;
    const int column = static_cast<int>(m_view.columnOf(current));
    m_view.setCurrent(static_cast<int>(fragments[static_cast<std::size_t>(std::clamp(column + cells, 0, static_cast<int>(fragments.size()) - 1))]));
}

void FragmentMap::moveVertically(int rows) {
    const auto current = static_cast<std::uint32_t>(std::max(0, m_view.current()));
    const int row = static_cast<int>(m_view.rowOf(current));
    const int wanted = std::clamp(row + rows, 0, static_cast<int>(m_view.rows().size()) - 1);
    if (wanted == row) return;
    // The cell whose middle is nearest.
    const MapCell& from = cellOf(current);
    const double x = from.left + from.width / 2;
    const auto& cells = m_cells[static_cast<std::size_t>(wanted)];
    const auto nearest = std::min_element(cells.begin(), cells.end(), [x](const MapCell& a, const MapCell& b) {
        return std::abs(a.left + a.width / 2 - x) < std::abs(b.left + b.width / 2 - x);
    });
    m_view.setCurrent(static_cast<int>(m_view.rows()[static_cast<std::size_t>(wanted)].fragments[nearest->first]));
}

void FragmentMap::moveBy(int rows, int columns) {
    if (m_view.current() < 0) return m_view.setCurrent(0);
    if (rows != 0) moveVertically(rows);
    // The ends of a row are those of its fragments, however many a cell stands for.
    if (columns != 0) moveHorizontally(std::abs(columns) > 1 ? columns * static_cast<int>(m_view.count()) : columns);
}

void FragmentMap::activateCell(int, int) { emit activated(m_view.current()); }
void FragmentMap::zoomBy(double factor) { setZoom(factor == 0 ? 1 : m_zoom * factor); }

}  // namespace tessera::ui
