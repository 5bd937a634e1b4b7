// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb, one file each.
#pragma once

#include "app/cli/command_line.h"

namespace tessera::cli {

void addCompletionVerb(CommandLine& line);
void addManualVerb(CommandLine& line);
void addVersionVerb(CommandLine& line);

/// In the order of the help.
void addAllVerbs(CommandLine& line);

}  // namespace tessera::cli
