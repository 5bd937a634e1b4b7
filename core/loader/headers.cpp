// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/loader/fragment_loader.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"
