// SPDX-License-Identifier: GPL-3.0-or-later
// The generation loop: prompt in, text out as it comes.
#pragma once

#include "core/chat/prompt_cache.h"
#include "core/chat/token_trace.h"
#include "core/engine/engine.h"
#include "core/engine/sampler.h"
#include "core/tokenizer/tokenizer.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

class Draft;

struct GenerateOptions {
    int max_tokens = -1;  // −1: until the model ends or the context is full
    SamplerOptions sampler;
    std::vector<std::string> stop_strings;  // the text ends before the first of them
    bool ignore_end = false;                // go on past end-of-generation tokens (benchmarks)
    /// Most tokens that are guessed and computed together with the next one; 0: none. The answer is
    /// the same one, also with a temperature, where a row's bits do not depend on the rows beside it
    /// (FragmentEngine::hasIndependentRows).
    int speculate = 0;
    Draft* draft = nullptr;                 // guesses them; borrowed, the session's own. Null: the text so far does (NgramDraft)
    std::string grammar = {};               // the answer follows these rules (core/tokenizer/token_grammar.h); "" : it is free
    std::vector<TokenId> shown_tokens = {}; // control tokens whose text is part of the answer, as its markers are
    std::string text_before = {};           // what of the answer the prompt ends with: the text begins with it, once there is some
    int alternatives = 0;                   // > 0: GenerateResult::trace is filled, with this many beside each token
    /// Tokens of the answer that the prompt ends with, when an answer is written on: the first new token may complete a
    /// character that they began.
    std::vector<TokenId> answer_so_far = {};
    /// With alternatives > 0: each token as soon as it is chosen, before its text.
    std::function<void(const TracedToken&)> on_token = {};
    /// A full context does not end the answer: the older half of what is behind the first `keep_tokens` is forgotten
    /// (Session::remove, or the rest is read again). At most half the context is kept so.
    bool context_shift = false;
    std::size_t keep_tokens = 0;
    /// Where prompts are looked up before they are read, and kept; borrowed. A whole prompt that is found gives the bits it gave
    /// then; one that goes on beyond what is found gives those of a prompt read in two pieces (ExactPolicy).
    PromptCache* prompt_cache = nullptr;
    bool keep_later = false;                // a prompt is not written there but left in GenerateResult::unkept
};

enum class StopReason { EndOfGeneration, MaxTokens, StopString, ContextFull, Cancelled };
std::string_view stopReasonName(StopReason reason);  // "end", "length", "stop string", "context full", "cancelled"

struct GenerateResult {
    std::string text;
    std::vector<TokenId> tokens;  // without the end-of-generation token
    TokenTrace trace;             // of `tokens`, when asked for
    StopReason reason = StopReason::EndOfGeneration;
    std::size_t prompt_tokens = 0;  // of the whole prompt
    std::size_t reused_tokens = 0;  // of these, found in the KV cache
    bool from_disk = false;         // … after it was restored from the prompt cache
    std::size_t forgotten_tokens = 0;  // GenerateOptions::context_shift
    std::size_t guessed_tokens = 0;  // GenerateOptions::speculate
    std::size_t right_guesses = 0;   // of these, tokens of the answer
    double prefill_seconds = 0;
    double first_token_seconds = 0;  // from the call to the first sampled token
    double decode_seconds = 0;       // of tokens after the first
    std::uint32_t seed = 0;
    StoredPrompt unkept = {};  // GenerateOptions::keep_later: for keepPrompt(), once the answer has been handed on
    double prefillTokensPerSecond() const;
    double decodeTokensPerSecond() const;
};

/// Called with each piece of complete text, on the calling thread.
using TextCallback = std::function<void(std::string_view)>;

/// Writes it into the cache, unless it is empty; one that cannot be kept is only logged.
void keepPrompt(PromptCache& cache, const StoredPrompt& prompt);

/// Evaluates what of `prompt` the session does not hold yet (`cached` are the tokens it holds: the longest common
/// prefix is kept), then samples. A stop request ends with reason Cancelled and what was generated so far, not with an
/// error. On return `cached` is what the session holds.
Result<GenerateResult> generate(Session& session, const Tokenizer& tokenizer, std::vector<TokenId>& cached,
                                std::span<const TokenId> prompt, const GenerateOptions& options,
                                const TextCallback& on_text, const Operation& operation);

}  // namespace tessera
