// SPDX-License-Identifier: GPL-3.0-or-later
// The named colours of the window. Nothing outside this folder writes a colour as numbers.
#pragma once

#include <QColor>
#include <array>

namespace tessera::ui {

enum class Role {
    Window,    // behind everything: rail, header, lists
    Surface,   // where one reads and works
    Raised,    // cards, bubbles, hovered rows
    Selected,  // the selected row or tab; text on it stays Text
    Divider,   // decorative lines only
    Control,   // borders of controls, at least 3:1 on the grounds
    Text,
    Muted,     // secondary text
    Accent,    // links, selection, the one primary action
    OnAccent,  // text on Accent
    Ok,
    Warn,
    Error,
    Remote,    // what is on another machine
};
inline constexpr int kRoleCount = 14;

inline constexpr std::array<Role, 4> kGroundRoles{Role::Window, Role::Surface, Role::Raised, Role::Selected};
inline constexpr std::array<Role, 7> kTextRoles{Role::Text, Role::Muted, Role::Accent, Role::Ok,
                                                Role::Warn, Role::Error, Role::Remote};

QColor roleColor(Role role, bool dark);
/// The ground of "present, not verified" in maps, hatched; the only colour there that is no role.
QColor presentColor(bool dark);
/// For tests and reports: "on-accent".
const char* roleName(Role role);

/// WCAG 2 contrast ratio, 1…21.
double contrastRatio(const QColor& first, const QColor& second);

/// `amount` of `top` over `ground`, 0…1.
QColor mixColors(const QColor& ground, const QColor& top, double amount);

}  // namespace tessera::ui
