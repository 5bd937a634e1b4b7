// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/color_scale.h"

#include "ui/style/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr double kTextContrast = 4.5;  // WCAG 2, level AA
constexpr int kSteps = 255;  // odd, so that zero has a step of its own

struct Table {
    bool dark = false, filled = false;
    std::array<QRgb, kSteps> steps{};
};

const Table& table(ColorScale scale) {
    static std::array<std::array<Table, 2>, 2> tables;
    const bool dark = Theme::instance().isDark();
    Table& wanted = tables[static_cast<std::size_t>(scale)][dark ? 1 : 0];
    if (wanted.filled) return wanted;
    const QColor ground = roleColor(Role::Surface, dark), low = roleColor(Role::Accent, dark), high = roleColor(Role::Error, dark);
    for (int i = 0; i < kSteps; ++i) {
        if (scale == ColorScale::Sequential) {
            wanted.steps[static_cast<std::size_t>(i)] = mixColors(ground, low, i / double(kSteps - 1)).rgb();
            continue;
        }
        const double signed_part = 2.0 * i / (kSteps - 1) - 1;
        wanted.steps[static_cast<std::size_t>(i)] = mixColors(ground, signed_part < 0 ? low : high, std::abs(signed_part)).rgb();
    }
    wanted.filled = true;
    return wanted;
}

}  // namespace

QRgb scaleColor(ColorScale scale, float value) {
    if (std::isnan(value)) return color(Role::Raised).rgb();
    const float part = scale == ColorScale::Sequential ? value : (value + 1) / 2;
    return table(scale).steps[static_cast<std::size_t>(std::lround(std::clamp(part, 0.0F, 1.0F) * (kSteps - 1)))];
}

QColor inkOn(const QColor& ground) {
    // Half-way through a scale no role reaches the contrast of text; black or white always does.
    QColor best = color(Role::Text);
    for (const QColor& ink : {color(Role::OnAccent), QColor(Qt::white), QColor(Qt::black)})
        if (contrastRatio(best, ground) < kTextContrast && contrastRatio(ink, ground) > contrastRatio(best, ground)) best = ink;
    return best;
}

}  // namespace tessera::ui
