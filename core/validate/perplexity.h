// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of a text as llama-perplexity computes it: the text is cut into chunks of `context` tokens, each is read
// from an empty KV cache with its first token replaced by BOS where the model adds one, and the second half of each
// chunk is scored: exp(mean of −ln p(next token)).
#pragma once

#include "core/engine/engine.h"
#include "core/tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace tessera {

struct PerplexityOptions {
    std::uint32_t context = 512;  // tokens per chunk
    int max_chunks = -1;          // −1: all
    SessionOptions session;       // context_tokens is set from `context`
};

struct PerplexityResult {
    double perplexity = 0;
    double uncertainty = 0;  // standard error of the perplexity, "+/-" of llama-perplexity
    double mean_nll = 0;     // nats per token
    std::size_t tokens = 0;  // of the whole text
    std::size_t chunks = 0;
    std::size_t scored_tokens = 0;
    double seconds = 0;           // of evaluation
    std::vector<double> running;  // perplexity after each chunk, the numbers llama-perplexity prints as it goes
};

/// After each chunk: its number from 1, the number of chunks, the perplexity so far.
using PerplexityCallback = std::function<void(std::size_t chunk, std::size_t chunks, double perplexity)>;

/// InvalidArgument when the text has fewer than two chunks of tokens (says how many it has). Progress counts tokens.
Result<PerplexityResult> measurePerplexity(Engine& engine, const Tokenizer& tokenizer, std::string_view text,
                                           const PerplexityOptions& options, const PerplexityCallback& on_chunk,
                                           const Operation& operation);

/// −ln softmax(logits)[token] in nats.
double negativeLogLikelihood(std::span<const float> logits, TokenId token);

/// Whether the model's prompts begin with BOS.
bool addsBos(const Tokenizer& tokenizer);

}  // namespace tessera
