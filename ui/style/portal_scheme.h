// SPDX-License-Identifier: GPL-3.0-or-later
// The colour scheme from the desktop portal.
// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
#pragma once

#ifdef TESSERA_HAS_DBUS
#include <QObject>
#include <QVariant>

class QDBusVariant;

namespace tessera::ui {

class PortalScheme : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// False without a session bus: asking would start one.
    static bool isReachable();
    /// The answer comes as changed(), as does every later change.
    void ask();

signals:
    void changed(bool dark);

private slots:
    void settingChanged(const QString& area, const QString& key, const QDBusVariant& value);

private:
    void take(const QVariant& value);
};

}  // namespace tessera::ui
#endif
