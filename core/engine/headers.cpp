// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/engine.h"
#include "core/engine/fragment_engine.h"
#include "core/engine/layer_runner.h"
#include "core/engine/sampler.h"
#include "core/engine/tap.h"
