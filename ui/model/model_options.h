// SPDX-License-Identifier: GPL-3.0-or-later
// The model options of the settings file.
#pragma once

#include "ui/model/model_holder.h"

namespace tessera::ui {

class Settings;

/// Values out of range count as not set.
ModelOptions readModelOptions(const Settings& settings);
void writeModelOptions(Settings& settings, const ModelOptions& options);

}  // namespace tessera::ui
