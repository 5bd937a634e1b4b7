// SPDX-License-Identifier: GPL-3.0-or-later
// The fonts that the binary carries.
#pragma once

#include <QString>

namespace tessera::ui {

/// Registers them with Qt. Once, after the QApplication is made.
void loadWindowFonts();

QString interfaceFamily();
QString monoFamily();

}  // namespace tessera::ui
