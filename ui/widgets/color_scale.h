// SPDX-License-Identifier: GPL-3.0-or-later
// From numbers to colours, in the scheme of the moment.
#pragma once

#include <QColor>

namespace tessera::ui {

enum class ColorScale {
    Sequential,  // 0 the ground … 1 the accent
    Diverging,   // −1 the accent … 0 the ground … 1 red
};

/// Values outside the scale take its end. NaN gives the raised ground: not known.
QRgb scaleColor(ColorScale scale, float value);
/// The same scale for cells with words in them: it ends where Role::Text is still legible (contrast of at least 4.5).
QRgb cellColor(ColorScale scale, float value);

}  // namespace tessera::ui
