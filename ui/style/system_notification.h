// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace tessera::ui {

/// A message of the desktop: the notification service on Linux, a tray balloon elsewhere. Nothing where there is neither.
void showSystemNotification(const QString& title, const QString& text);

}  // namespace tessera::ui
