// SPDX-License-Identifier: GPL-3.0-or-later
// What guessing tokens (core/chat/draft.h) is worth: the same text with and without guesses, in turns.
#pragma once

#include "core/chat/draft.h"
#include "core/validate/benchmark.h"

#include <span>

namespace tessera {

struct GuessBenchmarkOptions {
    std::uint32_t tokens = 64;  // of each answer, greedy, going on past the model's end
    int repetitions = 3;
    int speculate = 16;         // most tokens that are guessed at once
    Draft* draft = nullptr;     // borrowed; null: the text so far guesses
};

struct GuessBenchmark {
    BenchmarkSeries plain;     // decode, tokens after the first
    BenchmarkSeries guessing;
    std::size_t guessed = 0;   // over all repetitions
    std::size_t right = 0;
    bool same_text = true;     // else rows that are computed together have other bits than alone

    double ratio() const;       // of the medians
    double acceptance() const;  // right ÷ guessed; 0 without guesses
};

/// `session` has room for the prompt, the tokens and the guesses. Progress counts tokens. InvalidArgument for fewer than two
/// tokens or no guesses.
Result<GuessBenchmark> benchmarkGuessing(Session& session, const Tokenizer& tokenizer, std::span<const TokenId> prompt,
                                         const GuessBenchmarkOptions& options, const Operation& operation);

/// A text that repeats itself as code does.
std::string_view guessBenchmarkText();

}  // namespace tessera
