// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/system_notification.h"

#include "ui/style/portal_scheme.h"

#ifdef TESSERA_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QVariantMap>
#else
#include <QIcon>
#include <QSystemTrayIcon>
#include <QTimer>
#endif

namespace tessera::ui {

#ifdef TESSERA_HAS_DBUS
// https://specifications.freedesktop.org/notification-spec/latest/
void showSystemNotification(const QString& title, const QString& text) {
    if (!PortalScheme::isReachable()) return;
    QDBusMessage notify = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
                                                         QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    notify << QStringLiteral("Tessera") << 0U << QStringLiteral("org.tessera_project.Tessera") << title << text.toHtmlEscaped() << QStringList() << QVariantMap() << -1;
    QDBusConnection::sessionBus().send(notify);
}
#else
void showSystemNotification(const QString& title, const QString& text) {
    if (!QSystemTrayIcon::supportsMessages()) return;
    static QSystemTrayIcon tray(QIcon(QStringLiteral(":/tessera.svg")));
    tray.show();
    tray.showMessage(title, text, QSystemTrayIcon::Information);
    QTimer::singleShot(15000, &tray, &QSystemTrayIcon::hide);
}
#endif

}  // namespace tessera::ui
