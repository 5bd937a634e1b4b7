// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes that the style and custom painted widgets share.
#pragma once

#include <QColor>
#include <QRectF>

class QPainter;
class QStyleOption;

namespace tessera::ui {

/// Fills and strokes a rounded rectangle whose border lies inside `rect`. An invalid colour is not drawn.
void paintBox(QPainter& painter, const QRectF& rect, double radius, const QColor& fill, const QColor& border,
              double border_width = 1);
/// The 2 px ring around what has the keyboard.
void paintFocusRing(QPainter& painter, const QRectF& rect, double radius);
/// Whether the ring is wanted: focus, and it came by keyboard.
bool showsFocus(const QStyleOption& option);

}  // namespace tessera::ui
