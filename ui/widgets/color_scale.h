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
/// What text is written in on `ground`: contrast of at least 4.5.
QColor inkOn(const QColor& ground);

}  // namespace tessera::ui
