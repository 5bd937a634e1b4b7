// SPDX-License-Identifier: GPL-3.0-or-later
// The model options of the settings file.
#pragma once

#include "ui/model/model_holder.h"

namespace tessera::ui {

class Settings;

/// Values out of range count as not set.
ModelOptions readModelOptions(const Settings& settings);
/// But for mode and nodes, which are set elsewhere, and in Network mode the engine, which is not a choice then.
void writeModelOptions(Settings& settings, const ModelOptions& options);

/// Whether models are loaded over the nodes that were joined.
bool isNetworkMode(const Settings& settings);
void setNetworkMode(Settings& settings, bool network);

/// What nodes do in Network mode: rows of every matrix, or whole layers.
bool nodesMultiplyRows(const Settings& settings);
void setNodesMultiplyRows(Settings& settings, bool rows);

}  // namespace tessera::ui
