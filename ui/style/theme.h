// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, fonts and sizes as they are now: scheme (light, dark, the system's) and zoom. UI thread only.
#pragma once

#include "ui/style/roles.h"

#include <QFont>
#include <QObject>
#include <QPalette>

class QWidget;

namespace tessera::ui {

enum class ColorScheme { System, Light, Dark };

enum class TextStyle {
    Caption,    // 9 pt
    Interface,  // 10.5 pt
    Strong,     // 10.5 pt, semi-bold
    Chat,       // 11 pt; line height kChatLineHeight
    Title,      // 15 pt, semi-bold
    Mono,       // 10 pt, JetBrains Mono
};
inline constexpr double kChatLineHeight = 1.45;

// Sizes at zoom 100 %; pass them through px().
inline constexpr int kSpaceTiny = 4, kSpaceSmall = 8, kSpace = 12, kSpaceWide = 16, kSpaceLarge = 24, kSpaceHuge = 32;
inline constexpr int kRadiusControl = 6, kRadiusCard = 8, kRadiusMessage = 12;
inline constexpr int kControlHeight = 32, kPrimaryHeight = 36, kRowHeight = 28, kHeaderHeight = 48;
inline constexpr int kIconSmall = 16, kIconLarge = 20;
inline constexpr int kMinimumZoom = 80, kMaximumZoom = 200;

class Theme : public QObject {
    Q_OBJECT
public:
    static Theme& instance();

    /// Style, fonts, palette for the QApplication, which must exist. Once.
    void install();

    void setScheme(ColorScheme scheme);
    ColorScheme scheme() const { return m_scheme; }
    bool isDark() const { return m_dark; }
    /// Per cent, clamped to kMinimumZoom…kMaximumZoom.
    void setZoom(int percent);
    int zoom() const { return m_zoom; }
    /// The user's wish, or the system's: no animation then.
    void setReducedMotion(bool reduced) { m_reduced_motion = reduced; }
    bool reducedMotion() const { return m_reduced_motion; }

    QPalette palette() const;

signals:
    /// After the application's palette and font are set. Widgets that painted caches throw them away.
    void changed();

private:
    Theme() = default;
    void apply();

    ColorScheme m_scheme = ColorScheme::System;
    bool m_system_dark = false;
    bool m_dark = false;
    bool m_reduced_motion = false;
    bool m_installed = false;
    int m_zoom = 100;
};

/// In the current scheme.
QColor color(Role role);
/// In the current zoom.
QFont font(TextStyle style);
/// A length of the specification in the current zoom, in device-independent pixels.
int px(int size);

/// Paints a widget's text (and, for labels and buttons, nothing else) in a role, also after the scheme changes.
void setTextRole(QWidget* widget, Role role);
/// Gives a widget a role as ground, also after the scheme changes.
void setGroundRole(QWidget* widget, Role role);
/// A text style, also after the zoom changes.
void setTextStyle(QWidget* widget, TextStyle style);

}  // namespace tessera::ui
