// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb, one file each.
#pragma once

#include "app/cli/command_line.h"

namespace tessera::cli {

void addBenchVerb(CommandLine& line);
void addBridgeVerb(CommandLine& line);
void addChatVerb(CommandLine& line);
void addCompletionVerb(CommandLine& line);
void addFetchVerb(CommandLine& line);
void addFragmentVerb(CommandLine& line);
void addIdVerb(CommandLine& line);
void addInspectVerb(CommandLine& line);
void addInviteVerb(CommandLine& line);
void addJoinVerb(CommandLine& line);
void addListVerb(CommandLine& line);
void addManualVerb(CommandLine& line);
void addNodeVerb(CommandLine& line);
void addPeersVerb(CommandLine& line);
void addPerplexityVerb(CommandLine& line);
void addQuantizeVerb(CommandLine& line);
void addRecombineVerb(CommandLine& line);
void addServeVerb(CommandLine& line);
void addRunVerb(CommandLine& line);
void addTensorVerb(CommandLine& line);
void addTokenizeVerb(CommandLine& line);
void addValidateVerb(CommandLine& line);
void addVerifyVerb(CommandLine& line);
void addVersionVerb(CommandLine& line);

/// In the order of the help.
void addAllVerbs(CommandLine& line);

}  // namespace tessera::cli
