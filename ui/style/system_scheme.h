// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the desktop is dark. Qt 6.4 does not tell, so the desktop is asked: portal, registry, macOS setting.
#pragma once

#include <functional>

class QObject;

namespace tessera::ui {

/// What can be known without waiting for anybody: the platform's palette, the registry, the macOS setting.
bool systemIsDark();

/// Asks the desktop's portal in the background and listens to it as long as `owner` lives; `changed` runs on the UI
/// thread. Does nothing where there is no portal.
void watchSystemScheme(QObject* owner, std::function<void(bool dark)> changed);

}  // namespace tessera::ui
