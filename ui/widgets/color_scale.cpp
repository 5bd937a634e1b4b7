// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/color_scale.h"

#include "ui/style/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kSteps = 255;  // odd, so that zero has a step of its own

struct Table {
    bool filled = false;
    std::array<QRgb, kSteps> steps{};
};

/// The other scheme's colours lie half-way: strong enough to be seen, and the text of this scheme stands out from them.
void fill(Table& table, ColorScale scale, bool dark, bool legible) {
    const QColor ground = roleColor(Role::Surface, dark);
    const QColor low = roleColor(Role::Accent, dark != legible), high = roleColor(Role::Error, dark != legible);
    for (int i = 0; i < kSteps; ++i) {
        const double part = scale == ColorScale::Sequential ? i / double(kSteps - 1) : 2.0 * i / (kSteps - 1) - 1;
        const bool is_low = scale == ColorScale::Sequential || part < 0;
        table.steps[static_cast<std::size_t>(i)] = mixColors(ground, is_low ? low : high, std::abs(part)).rgb();
    }
    table.filled = true;
}

QRgb lookUp(ColorScale scale, float value, bool legible) {
    if (std::isnan(value)) return color(Role::Raised).rgb();
    static std::array<std::array<std::array<Table, 2>, 2>, 2> tables;
    const bool dark = Theme::instance().isDark();
    Table& table = tables[static_cast<std::size_t>(scale)][dark][legible];
    if (!table.filled) fill(table, scale, dark, legible);
    const float part = scale == ColorScale::Sequential ? value : (value + 1) / 2;
    return table.steps[static_cast<std::size_t>(std::lround(std::clamp(part, 0.0F, 1.0F) * (kSteps - 1)))];
}

}  // namespace

QRgb scaleColor(ColorScale scale, float value) { return lookUp(scale, value, false); }
QRgb cellColor(ColorScale scale, float value) { return lookUp(scale, value, true); }

}  // namespace tessera::ui
