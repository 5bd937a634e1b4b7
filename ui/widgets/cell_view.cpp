// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cell_view.h"

#include "ui/style/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>
#include <utility>

namespace tessera::ui {

CellView::CellView(const QString& name, QWidget* parent) : QAbstractScrollArea(parent) {
    announceCells();
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setGroundRole(viewport(), Role::Surface);
    viewport()->setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, &CellView::layOut);
    for (QScrollBar* bar : {horizontalScrollBar(), verticalScrollBar()}) connect(bar, &QScrollBar::valueChanged, this, &CellView::scrolled);
}

void CellView::hoverCell(const QPoint&, const QPoint&) {}
void CellView::zoomBy(double) {}

void CellView::paintFocus(QPainter& painter) const {
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange)) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color(Role::Accent), 2));
    painter.drawRect(QRectF(viewport()->rect()).adjusted(1, 1, -1, -1));
}

void CellView::keyPressEvent(QKeyEvent* event) {
    const int rows = cellRows(), columns = cellColumns();
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (rows == 0 || columns == 0) return QAbstractScrollArea::keyPressEvent(event);
    // In one column the ends are its first and last row.
    const int to_row = control || columns == 1 ? rows : 0;
    switch (event->key()) {
        case Qt::Key_Left: return moveBy(0, -1);
        case Qt::Key_Right: return moveBy(0, 1);
        case Qt::Key_Up: return moveBy(-1, 0);
        case Qt::Key_Down: return moveBy(1, 0);
        case Qt::Key_PageUp: return moveBy(-rowsOfPage(), 0);
        case Qt::Key_PageDown: return moveBy(rowsOfPage(), 0);
        case Qt::Key_Home: return moveBy(-to_row, -columns);
        case Qt::Key_End: return moveBy(to_row, columns);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const QPoint cell = currentCell(); cell.x() >= 0) activateCell(cell.y(), cell.x());
            return;
        default: break;
    }
    if (control) return QAbstractScrollArea::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal: return zoomBy(1.5);
        case Qt::Key_Minus: return zoomBy(1 / 1.5);
        case Qt::Key_0: return zoomBy(0);
        default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void CellView::mousePressEvent(QMouseEvent* event) {
    if (const QPoint cell = cellUnder(event->position().toPoint()); cell.x() >= 0) setCurrentCell(cell.y(), cell.x());
}

void CellView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const QPoint cell = cellUnder(event->position().toPoint()); cell.x() >= 0) activateCell(cell.y(), cell.x());
}

void CellView::mouseMoveEvent(QMouseEvent* event) { hover(cellUnder(event->position().toPoint())); }

void CellView::hover(const QPoint& cell) {
    if (cell != m_hovered) hoverCell(std::exchange(m_hovered, cell), cell);
}

void CellView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return QAbstractScrollArea::wheelEvent(event);
    zoomBy(std::pow(1.2, event->angleDelta().y() / 120.0));
}

bool CellView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) hover(QPoint(-1, -1));
    if (event->type() != QEvent::ToolTip) return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QPoint cell = cellUnder(help->pos());
    if (cell.x() < 0) QToolTip::hideText();
    else QToolTip::showText(help->globalPos(), cellName(cell.y(), cell.x()), viewport(), cellRect(cell.y(), cell.x()));
    return true;
}

void CellView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void CellView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void CellView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void CellView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) viewport()->update();
}

}  // namespace tessera::ui
