// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/perplexity.h"

#include "core/base/format.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tessera {

namespace {

/// Mean and spread of the scored tokens so far.
struct Score {
    double sum = 0;
    double sum_of_squares = 0;
    std::size_t count = 0;

    void add(double nll) {
        sum += nll;
        sum_of_squares += nll * nll;
        ++count;
    }
    double mean() const { return sum / static_cast<double>(count); }
    double perplexity() const { return std::exp(mean()); }
    /// Standard error of the mean, carried over to exp(mean) to first order. 0 with fewer than two tokens.
    double uncertainty() const {
        const double variance = sum_of_squares / static_cast<double>(count) - mean() * mean();
        if (count < 2 || variance <= 0) return 0;
        return std::sqrt(variance / static_cast<double>(count - 1)) * perplexity();
    }
};

/// Tokens of the text as llama-perplexity sees them; EOS at the end would be no part of the text.
Result<std::vector<TokenId>> textTokens(const Tokenizer& tokenizer, std::string_view text) {
    TESSERA_TRY(auto tokens, tokenizer.encode(text, {.add_special = true, .parse_special = false}));
    if (!tokens.empty() && tokenizer.eos() == tokens.back()) tokens.pop_back();
    return tokens;
}

/// Scores one chunk: logits at position i are held against the token at i + 1, for the second half.
class Chunk {
public:
    Chunk(std::span<const TokenId> tokens, std::optional<TokenId> bos)
        : m_tokens(tokens), m_input(tokens.begin(), tokens.end()) {
        if (bos) m_input.front() = *bos;
    }

    Result<void> score(Session& session, std::uint32_t micro_batch, Score& score, const Operation& operation) {
        TESSERA_CHECK(session.truncate(0));
        const std::size_t first = m_tokens.size() / 2;
        // In micro-batches, so that only one of them has its logits in memory.
        for (std::size_t begin = 0; begin < m_input.size(); begin += micro_batch) {
            const std::size_t end = std::min<std::size_t>(begin + micro_batch, m_input.size());
            const auto batch = std::span<const TokenId>(m_input).subspan(begin, end - begin);
            TESSERA_TRY(const Rows logits,
                        session.evaluate(batch, end > first ? Wanted::All : Wanted::None, operation));
            for (std::size_t i = std::max(begin, first); i < end && i + 1 < m_tokens.size(); ++i) {
                score.add(negativeLogLikelihood(logits.row(i - begin), m_tokens[i + 1]));
            }
        }
        return {};
    }

private:
    std::span<const TokenId> m_tokens;
    std::vector<TokenId> m_input;
};

Result<void> checkOptions(const PerplexityOptions& options, std::size_t tokens) {
    if (options.context < 4)
        return fail(ErrorKind::InvalidArgument, "perplexity needs chunks of at least 4 tokens (--ctx)");
    if (options.session.micro_batch == 0)
        return fail(ErrorKind::InvalidArgument, "the micro-batch must be at least 1 row");
    if (tokens >= 2 * std::size_t{options.context}) return {};
    return fail(
        ErrorKind::InvalidArgument,
        format("perplexity with chunks of {} tokens needs a text of at least {}; this one has {}. Give a longer text "
               "or a smaller --ctx",
               options.context, 2 * std::size_t{options.context}, tokens));
}

/// Progress of the whole text from that of its pieces.
Operation chunkOperation(const Operation& operation, std::size_t done, std::size_t total) {
    if (!operation.progress) return operation;
    return {.stop = operation.stop, .progress = [&operation, done, total](const Progress&) {
                operation.progress({done, total, "perplexity"});
            }};
}

}  // namespace

double negativeLogLikelihood(std::span<const float> logits, TokenId token) {
    const float largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    // exp in float and its sum in double, as llama-perplexity: the last printed digits depend on it.
    for (const float logit : logits) sum += std::exp(logit - largest);
    return -(logits[static_cast<std::size_t>(toInt(token))] - largest - std::log(sum));
}

bool addsBos(const Tokenizer& tokenizer) {
    const auto tokens = tokenizer.encode("a", {.add_special = true, .parse_special = false});
    return tokens && !tokens->empty() && tokenizer.bos() == tokens->front();
}

Result<PerplexityResult> measurePerplexity(Engine& engine, const Tokenizer& tokenizer, std::string_view text,
                                           const PerplexityOptions& options, const PerplexityCallback& on_chunk,
                                           const Operation& operation) {
    TESSERA_TRY(const std::vector<TokenId> tokens, textTokens(tokenizer, text));
    TESSERA_CHECK(checkOptions(options, tokens.size()));
    SessionOptions session_options = options.session;
    session_options.context_tokens = options.context;
    TESSERA_TRY(const auto session, engine.createSession(session_options));

    PerplexityResult result;
    result.tokens = tokens.size();
    result.chunks = tokens.size() / options.context;
    if (options.max_chunks >= 0)
        result.chunks = std::min<std::size_t>(result.chunks, static_cast<std::size_t>(options.max_chunks));
    if (result.chunks == 0) return fail(ErrorKind::InvalidArgument, "at least one chunk must be evaluated");

    const std::optional<TokenId> bos = addsBos(tokenizer) ? tokenizer.bos() : std::nullopt;
    const auto start = std::chrono::steady_clock::now();
    Score score;
    for (std::size_t i = 0; i < result.chunks; ++i) {
        const std::size_t begin = i * options.context;
        const Operation step = chunkOperation(operation, begin + options.context, result.chunks * options.context);
        Chunk chunk(std::span<const TokenId>(tokens).subspan(begin, options.context), bos);
        TESSERA_CHECK(chunk.score(*session, options.session.micro_batch, score, step));
        result.running.push_back(score.perplexity());
        if (on_chunk) on_chunk(i + 1, result.chunks, result.running.back());
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.perplexity = score.perplexity();
    result.uncertainty = score.uncertainty();
    result.mean_nll = score.mean();
    result.scored_tokens = score.count;
    return result;
}

}  // namespace tessera
