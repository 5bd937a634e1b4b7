// SPDX-License-Identifier: GPL-3.0-or-later
// The script that fetches the default model, where this installation has it.
#pragma once

#include "core/base/operation.h"

#include <QString>

namespace tessera::ui {

/// scripts/get-default-model of a source tree above the program, or the installed one. Empty: none here.
QString findSetupHelper();

/// Runs it and gives the path of the model. For workers; stopping ends the script.
Result<QString> getDefaultModel(const QString& helper, const Operation& operation);

}  // namespace tessera::ui
