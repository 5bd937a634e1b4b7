// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/system_scheme.h"

#include "ui/style/portal_scheme.h"

#include <QGuiApplication>
#include <QPalette>
#include <QSettings>

namespace tessera::ui {

bool systemIsDark() {
#if defined(Q_OS_WIN)
    const QSettings personalize(
        QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"),
        QSettings::NativeFormat);
    return personalize.value(QStringLiteral("AppsUseLightTheme"), 1).toInt() == 0;
#elif defined(Q_OS_MACOS)
    const QSettings global(QStringLiteral(".GlobalPreferences"), QSettings::NativeFormat);
    return global.value(QStringLiteral("AppleInterfaceStyle")).toString() == QLatin1String("Dark");
#else
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightnessF() < palette.color(QPalette::WindowText).lightnessF();
#endif
}

void watchSystemScheme(QObject* owner, std::function<void(bool dark)> changed) {
#ifdef TESSERA_HAS_DBUS
    if (!PortalScheme::isReachable()) return;
    auto* portal = new PortalScheme(owner);
    QObject::connect(portal, &PortalScheme::changed, owner, std::move(changed));
    portal->ask();
#else
    Q_UNUSED(owner);
    Q_UNUSED(changed);
#endif
}

}  // namespace tessera::ui
