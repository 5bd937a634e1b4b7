// SPDX-License-Identifier: GPL-3.0-or-later
// Core's errors for people.
#pragma once

#include "core/base/result.h"

#include <QString>

namespace tessera::ui {

/// Core writes its messages in English. In a window of another language those that users meet are said in that language
/// ("model.gguf : il n’y a ni fichier ni dossier de ce nom"); before the others stands, in that language, what kind of
/// trouble it is. Any thread.
QString errorText(const Error& error);
/// The same for what core says without an error: as it is where no translation is known.
QString coreText(const std::string& text);

}  // namespace tessera::ui
