// SPDX-License-Identifier: GPL-3.0-or-later
// Type a few letters, run a command.
#pragma once

#include <QString>

class QWidget;

namespace tessera::ui {

class Commands;

void showCommandPalette(Commands& commands, QWidget* window);

/// How well `text` answers to `typed`: all letters in order, better at the beginnings of words and in one piece.
/// Negative: not at all.
int matchScore(const QString& typed, const QString& text);

}  // namespace tessera::ui
