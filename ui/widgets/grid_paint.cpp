// SPDX-License-Identifier: GPL-3.0-or-later
// How a GridView looks.
#include "ui/style/theme.h"
#include "ui/widgets/grid_view.h"

#include <QPaintEvent>
#include <QPainter>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kFirstPieceMs = 8;

}  // namespace

void GridView::paintEvent(QPaintEvent* event) {
    if (cellRows() == 0 || cellColumns() == 0) return;
    QPainter painter(viewport());
    painter.setFont(ui::font(TextStyle::Caption));
    painter.save();
    painter.setClipRect(field());
    paintCells(painter, event->rect());
    if (const QPoint at = hoveredCell(); at.x() >= 0 && at != m_current) paintMark(painter, cellArea(at.y(), at.x()), false);
    if (m_current.x() >= 0) paintMark(painter, cellArea(m_current.y(), m_current.x()), true);
    painter.restore();
    paintHeadings(painter);
    paintFocus(painter);
}

void GridView::paintCells(QPainter& painter, const QRect& dirty) {
    const QRect sight = visibleCells();
    if (isFine()) {
        const QRectF area(cellArea(sight.top(), sight.left()).topLeft(), QSizeF(sight.width() * m_cell.width(), sight.height() * m_cell.height()));
        if (m_image.isEmpty()) {
            m_image.start(sight, (area.size() * devicePixelRatioF()).toSize(), m_scale);
            if (!m_image.advance(*m_source, kFirstPieceMs)) m_image_timer->start();
        }
        painter.drawImage(area, m_image.image());
        return;
    }
    for (int row = sight.top(); row <= sight.bottom(); ++row)
        for (int column = sight.left(); column <= sight.right(); ++column) {
            const QRectF area = cellArea(row, column);
            if (!m_source->has(row, column) || !area.intersects(dirty)) continue;
            switch (m_look) {
                case GridLook::Cells: paintCell(painter, row, column, area); break;
                case GridLook::Bars: paintBar(painter, row, column, area); break;
                case GridLook::Pictures: paintPicture(painter, row, column, area); break;
            }
        }
}

void GridView::paintCell(QPainter& painter, int row, int column, const QRectF& area) {
    const QString text = m_source->text(row, column);
    const float value = m_source->value(row, column);
    const QColor ground = QColor::fromRgb(text.isEmpty() ? scaleColor(m_scale, value) : cellColor(m_scale, value));
    painter.fillRect(area.adjusted(0, 0, -1, -1), ground);
    const int space = px(kSpaceTiny);
    if (area.width() < 3 * space + painter.fontMetrics().averageCharWidth() * 2 || area.height() < painter.fontMetrics().ascent()) return;
    if (text.isEmpty()) return;
    painter.setPen(color(Role::Text));
    const double room = area.width() - 2 * space;
    painter.drawText(area.adjusted(space, 0, -space, -1), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(room)));
}

void GridView::paintBar(QPainter& painter, int row, int column, const QRectF& area) {
    const float value = m_source->value(row, column);
    const QString text = m_source->text(row, column);
    const double words = text.isEmpty() ? 0 : std::min(painter.fontMetrics().horizontalAdvance(QStringLiteral("000.00")) + px(kSpaceSmall), static_cast<int>(area.width() * 0.6));
    const QRectF lane = area.adjusted(px(2), 1, text.isEmpty() ? -px(2) : -words - px(kSpace), -1);
    if (!std::isnan(value)) {
        const double part = std::clamp(static_cast<double>(std::abs(value)), 0.0, 1.0);
        painter.fillRect(QRectF(lane.left(), lane.top(), std::max(1.0, lane.width() * part), lane.height()), color(value < 0 ? Role::Error : Role::Accent));
    }
    if (text.isEmpty() || area.height() < painter.fontMetrics().ascent()) return;
    painter.setPen(color(row == m_current.y() ? Role::Text : Role::Muted));
    painter.drawText(QRectF(lane.right() + px(kSpaceTiny), area.top(), words, area.height()), Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, text);
}

void GridView::paintPicture(QPainter& painter, int row, int column, const QRectF& area) {
    const double foot = painter.fontMetrics().height() + 2, gap = px(kSpaceTiny);
    const double side = std::max(4.0, std::min(area.width() - 2 * gap, area.height() - 2 * gap - foot));
    const QRectF frame(area.left() + gap, area.top() + gap, side, side);
    const QImage picture = m_source->picture(row, column, (QSizeF(side, side) * devicePixelRatioF()).toSize());
    painter.fillRect(frame, color(Role::Raised));
    if (!picture.isNull()) painter.drawImage(frame, picture);
    painter.setPen(color(QPoint(column, row) == m_current ? Role::Text : Role::Muted));
    painter.drawText(QRectF(frame.left(), frame.bottom() + 1, side, foot), Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextSingleLine, m_source->text(row, column));
}

void GridView::paintMark(QPainter& painter, const QRectF& area, bool strong) {
    QRectF frame = m_look == GridLook::Pictures ? area.adjusted(1, 1, -1, -1) : area.adjusted(0, 0, -1, -1);
    // A cell of a pixel would be lost under its own frame.
    const double grow = std::max(0.0, (px(6) - std::min(frame.width(), frame.height())) / 2);
    frame.adjust(-grow, -grow, grow, grow);
    painter.setBrush(Qt::NoBrush);
    if (strong) {
        painter.setPen(QPen(color(Role::Surface), 4));
        painter.drawRect(frame);
    }
    painter.setPen(QPen(color(Role::Text), strong ? 2 : 1));
    painter.drawRect(frame);
}

void GridView::paintHeadings(QPainter& painter) {
    const QRect sight = visibleCells();
    const QFontMetrics metrics = painter.fontMetrics();
    const int space = px(kSpaceSmall);
    if (m_left > 0) {
        const int step = std::max(1, static_cast<int>(std::ceil(metrics.height() * 0.92 / m_cell.height())));
        for (int row = sight.top(); row <= sight.bottom(); ++row) {
            const bool marked = row == m_current.y();
            // Where rows are closer than lines of text, every nth is named, and always the current one.
            const bool near_mark = m_current.y() >= 0 && std::abs(row - m_current.y()) < step;
            if (!marked && (row % step != 0 || near_mark)) continue;
            const QRectF area = cellArea(row, sight.left());
            if (area.center().y() < m_top) continue;
            painter.setPen(color(marked ? Role::Text : Role::Muted));
            painter.drawText(QRectF(0, area.center().y() - metrics.height(), m_left - space, 2 * metrics.height()), Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                             metrics.elidedText(m_source->rowTitle(row), Qt::ElideRight, m_left - space));
        }
    }
    if (m_top == 0 || m_cell.width() < metrics.averageCharWidth() * 2) return;
    painter.save();
    painter.setClipRect(QRect(m_left, 0, viewport()->width() - m_left, m_top));
    const bool bars = m_look == GridLook::Bars;
    for (int column = sight.left(); column <= sight.right(); ++column) {
        const QRectF area = cellArea(sight.top(), column);
        painter.setPen(color(column == m_current.x() && !bars ? Role::Text : Role::Muted));
        const int room = static_cast<int>(area.width()) - (bars ? px(kSpaceSmall) : 2);
        painter.drawText(QRectF(area.left() + px(2), 0, room, m_top), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(m_source->columnTitle(column), Qt::ElideRight, room));
    }
    painter.restore();
}

}  // namespace tessera::ui
