// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/fragment/fragment_store.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/manifest.h"
#include "core/fragment/plan.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
