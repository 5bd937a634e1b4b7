// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
