// SPDX-License-Identifier: GPL-3.0-or-later
// Core's errors for people.
#pragma once

#include "core/base/result.h"

#include <QString>

namespace tessera::ui {

/// Core writes its messages in English. In a window of another language what kind of trouble it is stands before them,
/// in that language: "Introuvable : model.gguf: no such file". Any thread.
QString errorText(const Error& error);

}  // namespace tessera::ui
