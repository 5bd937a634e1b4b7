// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header compiles on its own.
#include "core/validate/benchmark.h"
#include "core/validate/comparison.h"
#include "core/validate/perplexity.h"
#include "core/validate/report.h"
#include "core/validate/unit_checks.h"
#include "core/validate/validate.h"
