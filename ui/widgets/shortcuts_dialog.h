// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace tessera::ui {

class Commands;

/// The list of all keys, by section, with a filter.
void showShortcuts(Commands& commands, QWidget* window);

}  // namespace tessera::ui
