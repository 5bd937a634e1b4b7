// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/verbs.h"

namespace tessera::cli {

void addAllVerbs(CommandLine& line) {
    addCompletionVerb(line);
    addManualVerb(line);
    addVersionVerb(line);
}

}  // namespace tessera::cli
