// SPDX-License-Identifier: GPL-3.0-or-later
// From a row of logits to the probabilities that a person looks at.
#pragma once

#include "core/chat/token_trace.h"
#include "core/tokenizer/tokenizer.h"

#include <span>

namespace tessera {

/// `logits` [vocabulary] are those the token was chosen by; the `alternatives` most probable tokens are kept. The place
/// in the text is left to the caller. About 0.3 ms for 49 000 tokens.
TracedToken traceToken(std::span<const float> logits, TokenId token, int alternatives, const Tokenizer& tokenizer);

}  // namespace tessera
