// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/verbs.h"

namespace tessera::cli {

void addAllVerbs(CommandLine& line) {
    addFetchVerb(line);
    addFragmentVerb(line);
    addRecombineVerb(line);
    addQuantizeVerb(line);
    addVerifyVerb(line);
    addListVerb(line);
    addTensorVerb(line);
    addTokenizeVerb(line);
    addRunVerb(line);
    addBridgeVerb(line);
    addChatVerb(line);
    addPerplexityVerb(line);
    addInspectVerb(line);
    addValidateVerb(line);
    addBenchVerb(line);
    addServeVerb(line);
    addNodeVerb(line);
    addInviteVerb(line);
    addJoinVerb(line);
    addPeersVerb(line);
    addIdVerb(line);
    addCompletionVerb(line);
    addManualVerb(line);
    addVersionVerb(line);
}

}  // namespace tessera::cli
