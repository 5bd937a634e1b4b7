// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace tessera::ui {

/// Version, licence, and what the program is built on.
void showAbout(QWidget* window);

}  // namespace tessera::ui
