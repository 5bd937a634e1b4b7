// SPDX-License-Identifier: GPL-3.0-or-later
// What the model thought of each token of an answer: how likely it was, and what else might have stood there.
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tessera {

struct TokenAlternative {
    TokenId id{};
    std::string text;       // as the tokenizer writes it; may hold a part of a UTF-8 character
    float probability = 0;  // before temperature and the cuts of the sampler, 0…1
    bool operator==(const TokenAlternative&) const = default;
};

struct TracedToken {
    TokenId id{};
    float probability = 0;    // of this token, as above
    std::uint32_t begin = 0;  // bytes in the answer's text
    std::uint32_t end = 0;    // past the last; equal to begin when the token has no text of its own
    std::vector<TokenAlternative> alternatives;  // most likely first; the chosen one is among them when it is likely
    bool operator==(const TracedToken&) const = default;
};

/// By position; ranges do not overlap and grow. Empty: not recorded.
struct TokenTrace {
    std::vector<TracedToken> tokens;
    bool operator==(const TokenTrace&) const = default;
};

}  // namespace tessera
