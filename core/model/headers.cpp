// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/model/loaded_model.h"
