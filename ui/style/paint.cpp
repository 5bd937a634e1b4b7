// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/paint.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace tessera::ui {

void paintBox(QPainter& painter, const QRectF& rect, double radius, const QColor& fill, const QColor& border,
              double border_width) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double inset = border.isValid() ? border_width / 2 : 0;
    painter.setPen(border.isValid() ? QPen(border, border_width) : QPen(Qt::NoPen));
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

void paintFocusRing(QPainter& painter, const QRectF& rect, double radius) {
    paintBox(painter, rect, radius, QColor(), color(Role::Accent), 2);
}

bool showsFocus(const QStyleOption& option) {
    return (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange);
}

}  // namespace tessera::ui
