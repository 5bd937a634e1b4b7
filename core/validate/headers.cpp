// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/loaded_model.h"
