// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/roles.h"

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

struct RoleColors {
    const char* name;
    QRgb light;
    QRgb dark;
};

constexpr std::array<RoleColors, kRoleCount> kColors{{
    {"window", 0xFFF3F4F6, 0xFF15171B},
    {"surface", 0xFFFFFFFF, 0xFF1C1F24},
    {"raised", 0xFFEEF0F3, 0xFF272B32},
    {"selected", 0xFFDBE9FB, 0xFF1F3B5E},
    {"divider", 0xFFD3D8DF, 0xFF363B44},
    {"control", 0xFF7F8896, 0xFF767F8D},
    {"text", 0xFF1A1D21, 0xFFE7E9EC},
    {"muted", 0xFF555D68, 0xFFA3ABB7},
    {"accent", 0xFF0A5FC4, 0xFF74B2FF},
    {"on-accent", 0xFFFFFFFF, 0xFF0B1B30},
    {"ok", 0xFF17713A, 0xFF57C67C},
    {"warn", 0xFF855300, 0xFFE3AC45},
    {"error", 0xFFBE2626, 0xFFFF8078},
    {"remote", 0xFF7038B8, 0xFFC5A1FF},
}};

// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(const QColor& color) {
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

}  // namespace

QColor roleColor(Role role, bool dark) {
    const RoleColors& colors = kColors[static_cast<std::size_t>(role)];
    return QColor::fromRgb(dark ? colors.dark : colors.light);
}

QColor presentColor(bool dark) { return QColor::fromRgb(dark ? 0xFF4F7FB8 : 0xFF4580CB); }

const char* roleName(Role role) { return kColors[static_cast<std::size_t>(role)].name; }

double contrastRatio(const QColor& first, const QColor& second) {
    const double a = luminance(first), b = luminance(second);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor mixColors(const QColor& ground, const QColor& top, double amount) {
    const auto mix = [amount](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * amount)); };
    return QColor(mix(ground.red(), top.red()), mix(ground.green(), top.green()), mix(ground.blue(), top.blue()));
}

}  // namespace tessera::ui
