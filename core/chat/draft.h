// SPDX-License-Identifier: GPL-3.0-or-later
// Who guesses tokens before the model has computed them (speculative decoding; Leviathan et al. 2023). The generation loop
// computes the guesses together with the token before them, draws from the model's own logits as ever, and keeps the guesses
// that were drawn: so the text is the one that would have come without, also with a temperature.
#pragma once

#include "core/base/ids.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace tessera {

/// One per sequence; one thread at a time.
class Draft {
public:
    virtual ~Draft() = default;

    /// An answer begins behind this text.
    virtual void begin(std::span<const TokenId> prompt) = 0;
    /// The next token of the text.
    virtual void add(TokenId token) = 0;
    /// What may come next, at most `room` tokens; often nothing. A stop ends it early, without an error: a guess is a guess.
    virtual std::vector<TokenId> guess(std::size_t room, const std::stop_token& stop) = 0;
    /// How many of the tokens that were guessed last came.
    virtual void learn(std::size_t guessed, std::size_t came) = 0;
};

}  // namespace tessera
