// SPDX-License-Identifier: GPL-3.0-or-later
// The language of the window.
#pragma once

#include <QString>
#include <QStringList>

namespace tessera::ui {

/// "en", "fr": languages with a complete translation.
QStringList availableLanguages();
/// "English", "Français": each in its own words.
QString languageName(const QString& code);

/// Loads the translations for a code; "" is the system's language, English where there is none for it. "pseudo" makes
/// every text 40 % longer, to see which layouts break. Windows made afterwards speak it. UI thread.
void installLanguage(const QString& code);
/// What is spoken now: "en" or "fr".
QString currentLanguage();

}  // namespace tessera::ui
