// SPDX-License-Identifier: GPL-3.0-or-later
// Speed as llama-bench measures it: random tokens, one warm-up of each kind, an empty KV cache before every repetition,
// prefill with logits for the last token, decode one token at a time from an empty context.
#pragma once

#include "core/engine/engine.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tessera {

struct BenchmarkOptions {
    std::uint32_t prompt_tokens = 512;  // 0: no prefill
    std::uint32_t decode_tokens = 64;   // 0: no decode
    int repetitions = 3;
    int sessions = 1;                   // more: decode also in so many sessions at once, each on a thread of its own
    SessionOptions session;  // context_tokens 0: what the two need
};

/// Tokens per second of each repetition and what they say together.
struct BenchmarkSeries {
    std::uint32_t tokens = 0;
    std::vector<double> tokens_per_second = {};
    std::vector<double> token_seconds = {};  // of each token of all repetitions, where tokens come one by one
    double median() const;
    double mean() const;
    double smallest() const;
    double largest() const;
    /// Of token_seconds: half, or 95 of 100, took no longer. 0 without any.
    double tokenSecondsPercentile(int percent) const;
    double standardDeviation() const;  // of the sample, as llama-bench prints it; 0 for one repetition
};

struct BenchmarkResult {
    std::optional<BenchmarkSeries> prefill;
    std::optional<BenchmarkSeries> decode;
    std::optional<BenchmarkSeries> decode_together;  // all sessions' tokens per second
};

/// `first_token` begins every sequence (BOS, where the model has one). Progress counts tokens, warm-up included.
Result<BenchmarkResult> runBenchmark(Engine& engine, std::optional<TokenId> first_token,
                                     const BenchmarkOptions& options, const Operation& operation);

}  // namespace tessera
