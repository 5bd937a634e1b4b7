// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/grid_view.h"

#include "ui/style/theme.h"

#include <QFocusEvent>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr double kFineCell = 6;       // px; below, cells are painted from a picture
constexpr double kMaximumGridZoom = 40;
constexpr int kWidestRowTitle = 110;  // px
constexpr int kTitlesMeasured = 200;
constexpr int kImageMs = 8;

}  // namespace

GridView::GridView(const QString& name, QWidget* parent) : CellView(name, parent), m_image_timer(new QTimer(this)) {
    m_image_timer->setSingleShot(true);
    m_image_timer->setInterval(0);
    connect(m_image_timer, &QTimer::timeout, this, &GridView::workOnImage);
}

void GridView::scrolled() {
    forgetImage();
    viewport()->update();
    if (const QRect sight = visibleCells(); sight != m_sight) {
        m_sight = sight;
        emit sightChanged();
    }
}

void GridView::setSource(const GridSource* source) {
    m_source = source;
    forgetHovered();
    if (m_current.y() >= cellRows() || m_current.x() >= cellColumns()) m_current = QPoint(-1, -1);
    tellCellsReset(this);
    layOut();
}

void GridView::setLook(GridLook look, const GridShape& shape) {
    m_look = look;
    m_shape = shape;
    layOut();
}

void GridView::setScale(ColorScale scale) {
    m_scale = scale;
    refresh();
}

void GridView::refresh() {
    forgetImage();
    viewport()->update();
}

void GridView::setCurrent(int row, int column) {
    const QPoint wanted = row < 0 || column < 0 || row >= cellRows() || column >= cellColumns() ? QPoint(-1, -1) : QPoint(column, row);
    if (wanted == m_current) return;
    m_current = wanted;
    if (m_current.x() >= 0) ensureVisible(row, column);
    setAccessibleDescription(m_current.x() < 0 ? QString() : cellName(row, column));
    tellCurrentCell(this, *this);
    viewport()->update();
}

void GridView::choose(int row, int column) {
    if (!m_source || row < 0 || column < 0 || !m_source->has(row, column)) return;
    setCurrent(row, column);
    emit chosen(row, column);
}

QSize GridView::sizeHint() const { return QSize(px(480), px(320)); }
QSize GridView::minimumSizeHint() const { return QSize(px(120), px(80)); }

bool GridView::isFine() const { return m_look == GridLook::Cells && std::min(m_cell.width(), m_cell.height()) < px(kFineCell); }

void GridView::layOut() {
    forgetImage();
    const int rows = cellRows(), columns = cellColumns();
    const QFontMetrics metrics(ui::font(TextStyle::Caption));
    m_left = m_top = 0;
    if (rows > 0 && columns > 0) {
        const int step = std::max(1, rows / kTitlesMeasured);
        for (int row = 0; row < rows; row += step) m_left = std::max(m_left, metrics.horizontalAdvance(m_source->rowTitle(row)));
        if (m_left > 0) m_left = std::min(m_left + 2, px(kWidestRowTitle)) + px(kSpaceSmall);
        m_top = m_source->columnTitle(0).isEmpty() ? 0 : metrics.height() + px(kSpaceTiny);
        const auto scaled = [](double size) { return size * Theme::instance().zoom() / 100.0; };
        const double width = std::max(1, viewport()->width() - m_left - 2), height = std::max(1, viewport()->height() - m_top - 2);
        m_cell.setWidth(std::clamp(width / columns, std::min(scaled(m_shape.min_width), scaled(m_shape.max_width)), scaled(m_shape.max_width)));
        m_cell.setHeight(std::clamp(height / rows, std::min(scaled(m_shape.min_height), scaled(m_shape.max_height)), scaled(m_shape.max_height)));
        if (m_shape.square) m_cell = QSizeF(std::min(m_cell.width(), m_cell.height()), std::min(m_cell.width(), m_cell.height()));
        m_cell *= m_zoom;
        // Whole pixels where cells have gaps, so that the gaps are all the same.
        if (!isFine()) m_cell = QSizeF(std::max(1.0, std::floor(m_cell.width())), std::max(1.0, std::floor(m_cell.height())));
    }
    const QSize room = field().size();
    const auto setBar = [](QScrollBar* bar, double content, int page, double single) {
        bar->setRange(0, std::max(0, static_cast<int>(std::ceil(content)) + 2 - page));
        bar->setPageStep(page);
        bar->setSingleStep(std::max(1, static_cast<int>(single)));
    };
    setBar(horizontalScrollBar(), m_cell.width() * columns, room.width(), std::max(m_cell.width(), 20.0));
    setBar(verticalScrollBar(), m_cell.height() * rows, room.height(), std::max(m_cell.height(), 20.0));
    m_sight = visibleCells();
    viewport()->update();
    emit sightChanged();
}

QRect GridView::field() const { return viewport()->rect().adjusted(m_left, m_top, 0, 0); }

QRectF GridView::cellArea(int row, int column) const {
    return QRectF(m_left + 1 + column * m_cell.width() - horizontalScrollBar()->value(), m_top + 1 + row * m_cell.height() - verticalScrollBar()->value(),
                  m_cell.width(), m_cell.height());
}

QRect GridView::cellRect(int row, int column) const { return cellArea(row, column).toAlignedRect().intersected(field()); }

QPoint GridView::cellUnder(const QPoint& place) const {
    if (!m_source || !field().contains(place)) return QPoint(-1, -1);
    const int column = static_cast<int>(std::floor((place.x() - m_left - 1 + horizontalScrollBar()->value()) / m_cell.width()));
    const int row = static_cast<int>(std::floor((place.y() - m_top - 1 + verticalScrollBar()->value()) / m_cell.height()));
    if (row < 0 || column < 0 || row >= cellRows() || column >= cellColumns() || !m_source->has(row, column)) return QPoint(-1, -1);
    return QPoint(column, row);
}

QRect GridView::visibleCells() const {
    if (cellRows() == 0 || cellColumns() == 0) return {};
    const QRect room = field();
    const auto index = [](double at, double size, int count) { return std::clamp(static_cast<int>(std::floor(at / size)), 0, count - 1); };
    const int left = index(horizontalScrollBar()->value(), m_cell.width(), cellColumns());
    const int right = index(horizontalScrollBar()->value() + room.width() - 1, m_cell.width(), cellColumns());
    const int top = index(verticalScrollBar()->value(), m_cell.height(), cellRows());
    const int bottom = index(verticalScrollBar()->value() + room.height() - 1, m_cell.height(), cellRows());
    return QRect(QPoint(left, top), QPoint(right, bottom));
}

void GridView::ensureVisible(int row, int column) {
    const QRectF area = cellArea(row, column);
    const QRect room = field();
    const auto shift = [](QScrollBar* bar, double low, double high, double room_low, double room_high) {
        if (low < room_low) bar->setValue(static_cast<int>(std::floor(bar->value() + low - room_low - 2)));
        else if (high > room_high) bar->setValue(static_cast<int>(std::ceil(bar->value() + std::min(high - room_high + 2, low - room_low))));
    };
    shift(horizontalScrollBar(), area.left(), area.right(), room.left(), room.right());
    shift(verticalScrollBar(), area.top(), area.bottom(), room.top(), room.bottom());
}

void GridView::setZoom(double zoom) {
    const double wanted = std::clamp(zoom, 1.0, kMaximumGridZoom);
    if (wanted == m_zoom) return;
    m_zoom = wanted;
    layOut();
    if (m_current.x() >= 0) ensureVisible(m_current.y(), m_current.x());
}

void GridView::forgetImage() {
    m_image_timer->stop();
    m_image = GridImage();
}

void GridView::workOnImage() {
    if (!m_source || m_image.isEmpty()) return;
    if (!m_image.advance(*m_source, kImageMs)) m_image_timer->start();
    viewport()->update();
}

QString GridView::cellName(int row, int column) const { return m_source && m_source->has(row, column) ? m_source->describe(row, column) : QString(); }

void GridView::moveBy(int rows, int columns) {
    const int row = std::clamp(std::max(0, m_current.y()) + rows, 0, cellRows() - 1), column = std::clamp(std::max(0, m_current.x()) + columns, 0, cellColumns() - 1);
    if (m_current.x() < 0) return choose(0, 0);
    choose(row, column);
}

int GridView::rowsOfPage() const { return std::max(1, static_cast<int>(field().height() / m_cell.height()) - 1); }
void GridView::zoomBy(double factor) { setZoom(factor == 0 ? 1 : m_zoom * factor); }

void GridView::hoverCell(const QPoint& before, const QPoint& now) {
    for (const QPoint& at : {before, now})
        if (at.x() >= 0) viewport()->update(cellArea(at.y(), at.x()).adjusted(-3, -3, 3, 3).toAlignedRect());
    emit hovered(now.y(), now.x());
}

void GridView::showEvent(QShowEvent* event) {
    CellView::showEvent(event);
    emit sightChanged();
}

void GridView::focusInEvent(QFocusEvent* event) {
    CellView::focusInEvent(event);
    if (m_current.x() < 0 && cellRows() > 0 && cellColumns() > 0 && event->reason() != Qt::MouseFocusReason) choose(0, 0);
}

void GridView::changeEvent(QEvent* event) {
    CellView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) forgetImage();
}

}  // namespace tessera::ui
