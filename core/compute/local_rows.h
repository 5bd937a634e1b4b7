// SPDX-License-Identifier: GPL-3.0-or-later
// This machine multiplies rows in a node's place. For the .cpp files of this folder.
#pragma once

#include "core/compute/row_holder.h"
#include "core/engine/row_multiplier.h"

namespace tessera {

/// Loads them on a thread of its own.
std::shared_ptr<RowHolder> makeLocalRows(std::unique_ptr<RowMultiplier> rows);

}  // namespace tessera
