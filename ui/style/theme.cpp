// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/theme.h"

#include "ui/style/fonts.h"
#include "ui/style/system_scheme.h"
#include "ui/style/tessera_style.h"

#include <QApplication>
#include <QToolTip>
#include <QWidget>

#include <algorithm>
#include <cmath>
#include <functional>

namespace tessera::ui {
namespace {

/// Calls `update` now and at each change of the theme, as long as the widget lives; replaces an earlier follower of the
/// same kind, so that a role can be set again and again.
void follow(QWidget* widget, const char* kind, std::function<void()> update) {
    if (auto* old = widget->findChild<QObject*>(QLatin1String(kind), Qt::FindDirectChildrenOnly)) delete old;
    auto* follower = new QObject(widget);
    follower->setObjectName(QLatin1String(kind));
    update();
    QObject::connect(&Theme::instance(), &Theme::changed, follower, std::move(update));
}

}  // namespace

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::install() {
    if (m_installed) return;
    m_installed = true;
    loadWindowFonts();
    m_system_dark = systemIsDark();
    watchSystemScheme(this, [this](bool dark) {
        m_system_dark = dark;
        apply();
    });
    QApplication::setStyle(new TesseraStyle);
    apply();
}

void Theme::setScheme(ColorScheme scheme) {
    m_scheme = scheme;
    apply();
}

void Theme::setZoom(int percent) {
    m_zoom = std::clamp(percent, kMinimumZoom, kMaximumZoom);
    apply();
}

void Theme::apply() {
    if (!m_installed) return;
    m_dark = m_scheme == ColorScheme::Dark || (m_scheme == ColorScheme::System && m_system_dark);
    QApplication::setFont(font(TextStyle::Interface));
    QApplication::setPalette(palette());
    QToolTip::setPalette(palette());
    QToolTip::setFont(font(TextStyle::Interface));
    emit changed();
    for (QWidget* window : QApplication::topLevelWidgets()) {
        // Sizes come from the style, which layouts ask only when told that it changed.
        QEvent event(QEvent::StyleChange);
        QApplication::sendEvent(window, &event);
        for (QWidget* child : window->findChildren<QWidget*>()) {
            QEvent child_event(QEvent::StyleChange);
            QApplication::sendEvent(child, &child_event);
            child->updateGeometry();
        }
    }
}

QPalette Theme::palette() const {
    const auto role = [this](Role wanted) { return roleColor(wanted, m_dark); };
    QPalette palette;
    palette.setColor(QPalette::Window, role(Role::Window));
    palette.setColor(QPalette::WindowText, role(Role::Text));
    palette.setColor(QPalette::Base, role(Role::Surface));
    palette.setColor(QPalette::AlternateBase, role(Role::Raised));
    palette.setColor(QPalette::Text, role(Role::Text));
    palette.setColor(QPalette::PlaceholderText, role(Role::Muted));
    palette.setColor(QPalette::Button, role(Role::Surface));
    palette.setColor(QPalette::ButtonText, role(Role::Text));
    palette.setColor(QPalette::BrightText, role(Role::Error));
    palette.setColor(QPalette::Highlight, role(Role::Selected));
    palette.setColor(QPalette::HighlightedText, role(Role::Text));
    palette.setColor(QPalette::Link, role(Role::Accent));
    palette.setColor(QPalette::LinkVisited, role(Role::Remote));
    palette.setColor(QPalette::ToolTipBase, role(Role::Raised));
    palette.setColor(QPalette::ToolTipText, role(Role::Text));
    palette.setColor(QPalette::Light, role(Role::Raised));
    palette.setColor(QPalette::Midlight, role(Role::Raised));
    palette.setColor(QPalette::Mid, role(Role::Divider));
    palette.setColor(QPalette::Dark, role(Role::Control));
    palette.setColor(QPalette::Shadow, role(Role::Divider));
    for (const auto text : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, text, role(Role::Muted));
    return palette;
}

QColor color(Role role) { return roleColor(role, Theme::instance().isDark()); }

int px(int size) {
    return static_cast<int>(std::lround(size * Theme::instance().zoom() / 100.0));
}

QFont font(TextStyle style) {
    QFont font(style == TextStyle::Mono ? monoFamily() : interfaceFamily());
    const auto set = [&font](double points, QFont::Weight weight) {
        font.setPointSizeF(points * Theme::instance().zoom() / 100.0);
        font.setWeight(weight);
    };
    switch (style) {
        case TextStyle::Caption: set(9, QFont::Normal); break;
        case TextStyle::Interface: set(10.5, QFont::Normal); break;
        case TextStyle::Strong: set(10.5, QFont::DemiBold); break;
        case TextStyle::Chat: set(11, QFont::Normal); break;
        case TextStyle::Title: set(15, QFont::DemiBold); break;
        case TextStyle::Mono: set(10, QFont::Normal); font.setFixedPitch(true); break;
    }
    return font;
}

void setTextRole(QWidget* widget, Role role) {
    follow(widget, "tessera-text-role", [widget, role] {
        QPalette palette = widget->palette();
        for (const auto text : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
            palette.setColor(text, color(role));
        widget->setPalette(palette);
    });
}

void setGroundRole(QWidget* widget, Role role) {
    widget->setAutoFillBackground(true);
    follow(widget, "tessera-ground-role", [widget, role] {
        QPalette palette = widget->palette();
        palette.setColor(QPalette::Window, color(role));
        palette.setColor(QPalette::Base, color(role));
        widget->setPalette(palette);
    });
}

void setTextStyle(QWidget* widget, TextStyle style) {
    follow(widget, "tessera-text-style", [widget, style] { widget->setFont(font(style)); });
}

}  // namespace tessera::ui
