// SPDX-License-Identifier: GPL-3.0-or-later
// How the next token is chosen and when to stop: the options of run and chat.
#pragma once

#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/chat/generator.h"

#include <string>
#include <utility>

namespace tessera::cli {

/// The group "Sampling" and -n, --stop.
void addSamplingOptions(Verb& verb, GenerateOptions& options);

/// "42=+1.5", "42=-inf".
Result<std::pair<TokenId, float>> parseLogitBias(const std::string& text);

}  // namespace tessera::cli
