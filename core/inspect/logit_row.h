// SPDX-License-Identifier: GPL-3.0-or-later
// What is read off one row of logits. Internal to core/inspect; any thread.
#pragma once

#include "core/inspect/lens.h"

#include <span>

namespace tessera {

/// Fills `top` (best first; the lower id first among equals) and `followed`, and returns the entropy of the softmax in
/// nats. Preconditions: top.size() ≤ logits.size(), the tokens of `follow` are in the vocabulary.
float summarizeLogits(std::span<const float> logits, std::span<LensCandidate> top, std::span<const TokenId> follow,
                      std::span<LensFollowed> followed);

/// ln Σ exp(logit)
double logSumExp(std::span<const float> logits);

}  // namespace tessera
