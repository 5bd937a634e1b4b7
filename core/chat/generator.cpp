// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/generator.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/chat/common_beginning.h"
#include "core/chat/ngram_draft.h"
#include "core/chat/prompt_cache.h"
#include "core/chat/stop_strings.h"
#include "core/chat/token_tracer.h"
#include "core/tokenizer/token_grammar.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace tessera {

namespace {

constexpr std::size_t kMostGuesses = 62;  // beside a token: steps of fewer rows than attention computes in tiles

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

/// The state of one call of generate().
class Generation {
public:
    Generation(Session& session, const Tokenizer& tokenizer, std::vector<TokenId>& cached,
               const GenerateOptions& options, const TextCallback& on_text, const Operation& operation, Sampler sampler,
               std::optional<TokenGrammar> grammar)
        : m_session(session),
          m_tokenizer(tokenizer),
          m_cached(cached),
          m_options(options),
          m_on_text(on_text),
          m_operation(operation),
          m_sampler(std::move(sampler)),
          m_grammar(std::move(grammar)),
          m_decoder(tokenizer, options.shown_tokens),
          m_stops(options.stop_strings),
          m_ngrams(static_cast<std::size_t>(std::max(options.speculate, 0))) {
        if (options.speculate > 0) m_draft = options.draft ? options.draft : &m_ngrams;
        m_result.seed = m_sampler.seed();
        for (const TokenId token : options.answer_so_far) m_decoder.push(token);
        m_text_bytes = static_cast<std::uint32_t>(options.text_before.size());
    }

    Result<GenerateResult> run(std::span<const TokenId> prompt) {
        TESSERA_TRY(Rows logits, readPrompt(prompt));
        if (!m_ended) TESSERA_CHECK(decode(std::move(logits)));
        finishText();
        TESSERA_CHECK(forgetMoved());
        if (m_options.keep_later) m_result.unkept = std::move(m_for_disk);
        else if (m_options.prompt_cache) keepPrompt(*m_options.prompt_cache, m_for_disk);
        return std::move(m_result);
    }

private:
    Result<Rows> readPrompt(std::span<const TokenId> prompt) {
        m_result.prompt_tokens = prompt.size();
        const Stopwatch watch;
        TESSERA_TRY(m_result.reused_tokens, keepCommonPrefix(prompt));
        TESSERA_TRY(Rows found, restoreFromDisk(prompt));
        auto logits = found.rows > 0 ? Result<Rows>(std::move(found)) : evaluate(prompt.subspan(m_result.reused_tokens), Wanted::Last, m_operation);
        m_result.prefill_seconds = watch.seconds();
        if (logits && !m_ended) rememberForDisk(prompt, *logits);
        for (const TokenId token : prompt) m_sampler.accept(token);
        if (m_draft) m_draft->begin(prompt);
        return logits;
    }

    /// Takes over from the prompt cache what is worth it; the logits when it is the whole prompt.
    Result<Rows> restoreFromDisk(std::span<const TokenId> prompt) {
        if (!m_options.prompt_cache) return Rows{};
        auto stored = m_options.prompt_cache->find(prompt, m_result.reused_tokens + PromptCache::kWorthKeeping);
        if (!stored || stored->tokens.size() > m_session.contextTokens()) return Rows{};
        const auto restored = m_session.restore(stored->state, static_cast<std::uint32_t>(stored->tokens.size()));
        if (!restored) {
            logWarning(format("prompt cache: {}; the prompt is computed anew", restored.error().message));
            TESSERA_CHECK(m_session.truncate(0));
            m_cached.clear();
            m_result.reused_tokens = 0;
            return Rows{};
        }
        m_result.from_disk = true;
        m_cached = std::move(stored->tokens);
        if (std::ranges::equal(m_cached, prompt)) {
            m_result.reused_tokens = prompt.size();
            return Rows{1, stored->logits.size(), std::move(stored->logits)};
        }
        TESSERA_TRY(m_result.reused_tokens, keepCommonPrefix(prompt));
        return Rows{};
    }

    /// Written once the answer's text is there.
    void rememberForDisk(std::span<const TokenId> prompt, const Rows& logits) {
        if (!m_options.prompt_cache || prompt.size() - m_result.reused_tokens < PromptCache::kWorthKeeping) return;
        auto state = m_session.save();
        if (!state) return logInfo(format("prompt cache: {}", state.error().message));
        m_for_disk = {{prompt.begin(), prompt.end()}, logits.values, *std::move(state)};
    }

    /// How many tokens of the prompt stay in the KV cache. At least one is left to evaluate, for its logits.
    Result<std::size_t> keepCommonPrefix(std::span<const TokenId> prompt) {
        const std::size_t limit = std::min(prompt.size() - 1, std::size_t{m_session.length()});
        std::size_t common = std::min(commonBeginning(prompt, m_cached), limit);
        const auto truncated = m_session.truncate(static_cast<std::uint32_t>(common));
        if (!truncated) {
            // Recurrent models cannot forget a part.
            if (truncated.error().kind != ErrorKind::Unsupported) return tl::unexpected(truncated.error());
            TESSERA_CHECK(m_session.truncate(0));
            common = 0;
        }
        m_cached.resize(common);
        return common;
    }

    /// Evaluates and keeps `m_cached` equal to what the session holds. A stop ends the generation and is no error.
    Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) {
        auto logits = m_session.evaluate(tokens, wanted, operation);
        const std::size_t done = std::min<std::size_t>(m_session.length() - m_cached.size(), tokens.size());
        m_cached.insert(m_cached.end(), tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(done));
        if (logits) return logits;
        if (logits.error().kind != ErrorKind::Cancelled) return logits;
        end(StopReason::Cancelled);
        return Rows{};
    }

    Result<void> decode(Rows logits) {
        const Operation silent{.stop = m_operation.stop};  // progress counts the prompt only
        Stopwatch watch;
        if (m_options.max_tokens == 0) end(StopReason::MaxTokens);
        std::vector<TokenId> step;  // the tokens behind which `logits` stand: one that was chosen, and guesses
        std::size_t row = 0;
        while (!m_ended) {
            TESSERA_CHECK(checkNumbers(logits.row(row)));
            TESSERA_TRY(const TokenId token, choose(logits.row(row)));
            if (m_result.tokens.empty()) {
                m_result.first_token_seconds = m_whole.seconds();
                watch = Stopwatch();
            }
            if (m_tokenizer.isEndOfGeneration(token) && !m_options.ignore_end) {
                end(StopReason::EndOfGeneration);
                break;
            }
            if (m_options.alternatives > 0)
                m_result.trace.tokens.push_back(traceToken(logits.row(row), token, m_options.alternatives, m_tokenizer));
            take(token);
            m_result.decode_seconds = watch.seconds();
            if (m_ended || isComplete(m_cached.size() - guessesBehind(step, row))) break;
            if (guessesBehind(step, row) > 0 && step[row + 1] == token) {
                ++row;  // the logits behind it are there
                ++m_result.right_guesses;
                continue;
            }
            TESSERA_CHECK(forgetGuesses(step, row));
            if (m_cached.size() >= m_session.contextTokens()) TESSERA_CHECK(shiftContext());
            if (m_ended) return {};  // stopped meanwhile
            step = stepFrom(token);
            row = 0;
            TESSERA_TRY(logits, evaluate(step, step.size() > 1 ? Wanted::All : Wanted::Last, silent));
        }
        return forgetGuesses(step, row);
    }

    /// What the grammar forbids is drawn again, with the same chances as if it had not been there. Asking for a few tokens
    /// costs less than asking for the vocabulary.
    Result<TokenId> choose(std::span<const float> logits) {
        if (!m_grammar) return m_sampler.sample(logits);
        std::vector<float> allowed(logits.begin(), logits.end());
        constexpr int kAttempts = 8;
        TokenId token = m_sampler.choose(allowed);
        for (int i = 0; i < kAttempts && !m_grammar->allows(token); ++i) {
            allowed[static_cast<std::size_t>(toInt(token))] = -INFINITY;
            if (i + 1 == kAttempts) m_grammar->restrict(allowed);
            token = m_sampler.choose(allowed);
        }
        if (!m_grammar->allows(token)) return fail(ErrorKind::Unsupported, "the model's vocabulary has no token with which the answer could go on in the form that is wanted");
        m_sampler.accept(token);
        m_grammar->accept(token);
        return token;
    }

    static std::size_t guessesBehind(const std::vector<TokenId>& step, std::size_t row) { return step.empty() ? 0 : step.size() - 1 - row; }

    /// Those behind row `row` did not come.
    Result<void> forgetGuesses(const std::vector<TokenId>& step, std::size_t row) {
        if (m_draft && step.size() > 1) m_draft->learn(step.size() - 1, row);
        const std::size_t wrong = std::min(guessesBehind(step, row), m_cached.size());
        if (wrong == 0) return {};
        m_cached.resize(m_cached.size() - wrong);
        auto truncated = m_session.truncate(static_cast<std::uint32_t>(m_cached.size()));
        if (truncated || truncated.error().kind != ErrorKind::Unsupported) return truncated;
        // Recurrent models cannot forget a part: it is read again, and no more is guessed.
        m_draft = nullptr;
        TESSERA_CHECK(m_session.truncate(0));
        const std::vector<TokenId> text = std::exchange(m_cached, {});
        TESSERA_TRY([[maybe_unused]] const Rows none, evaluate(text, Wanted::None, {.stop = m_operation.stop}));
        return {};
    }

    Result<void> shiftContext() {
        const std::size_t keep = std::min<std::size_t>(m_options.keep_tokens, m_session.contextTokens() / 2);
        const std::size_t forgotten = std::max<std::size_t>((m_cached.size() - keep) / 2, 1);
        const auto first = m_cached.begin() + static_cast<std::ptrdiff_t>(keep);
        m_result.forgotten_tokens += forgotten;
        const auto removed = m_session.remove(static_cast<std::uint32_t>(keep), static_cast<std::uint32_t>(forgotten));
        if (removed) {
            m_moved_from = std::min(m_moved_from, keep);
            m_cached.erase(first, first + static_cast<std::ptrdiff_t>(forgotten));
            return {};
        }
        if (removed.error().kind != ErrorKind::Unsupported) return removed;
        std::vector<TokenId> kept(m_cached.begin(), first);
        kept.insert(kept.end(), first + static_cast<std::ptrdiff_t>(forgotten), m_cached.end());
        TESSERA_TRY(const std::size_t there, keepCommonPrefix(kept));
        TESSERA_TRY([[maybe_unused]] const Rows none, evaluate(std::span(kept).subspan(there), Wanted::None, {.stop = m_operation.stop}));
        return {};
    }

    /// Cells that were moved still know of what was in front of them: no later prompt may take them for its own.
    Result<void> forgetMoved() {
        if (m_moved_from >= m_cached.size()) return {};
        TESSERA_CHECK(m_session.truncate(static_cast<std::uint32_t>(m_moved_from)));
        m_cached.resize(m_moved_from);
        return {};
    }

    /// The chosen token, and guesses of what follows it.
    std::vector<TokenId> stepFrom(TokenId token) {
        std::vector<TokenId> step{token};
        if (!m_draft) return step;
        std::size_t room = std::min<std::size_t>(m_session.contextTokens() - m_cached.size() - 1, kMostGuesses);
        if (m_options.max_tokens >= 0) room = std::min(room, static_cast<std::size_t>(m_options.max_tokens) - m_result.tokens.size());
        room = std::min(room, static_cast<std::size_t>(m_options.speculate));
        const auto guessed = m_draft->guess(room, m_operation.stop);
        m_result.guessed_tokens += guessed.size();
        step.insert(step.end(), guessed.begin(), guessed.end());
        return step;
    }

    /// What is not a number has no order: a draw from it would be a token like any other.
    static Result<void> checkNumbers(std::span<const float> logits) {
        if (std::ranges::none_of(logits, [](float logit) { return std::isnan(logit); })) return {};
        return fail(ErrorKind::Corrupt, "the model computes values that are not numbers (NaN): its file is damaged, or it "
                                        "overflows the KV cache's format (--kv-type f32)");
    }

    /// Checked before a token is evaluated whose logits nobody needs.
    bool isComplete(std::size_t cached) {
        if (m_operation.stop.stop_requested()) {
            end(StopReason::Cancelled);
        } else if (m_options.max_tokens >= 0 &&
                   m_result.tokens.size() >= static_cast<std::size_t>(m_options.max_tokens)) {
            end(StopReason::MaxTokens);
        } else if (cached >= m_session.contextTokens() && !m_options.context_shift) {
            end(StopReason::ContextFull);
        }
        return m_ended;
    }

    void take(TokenId token) {
        m_result.tokens.push_back(token);
        if (m_draft) m_draft->add(token);
        const std::string text = m_decoder.push(token);
        place(text.size());
        if (m_options.on_token && !m_result.trace.tokens.empty()) m_options.on_token(m_result.trace.tokens.back());
        show(m_stops.push(text));
        if (m_stops.found()) end(StopReason::StopString);
    }

    /// Where the text of the last traced token stands.
    void place(std::size_t bytes) {
        if (m_result.trace.tokens.empty()) return;
        TracedToken& traced = m_result.trace.tokens.back();
        traced.begin = m_text_bytes;
        traced.end = m_text_bytes += static_cast<std::uint32_t>(bytes);
    }

    void finishText() {
        const std::string rest = m_decoder.flush();
        if (!m_result.trace.tokens.empty()) m_result.trace.tokens.back().end += static_cast<std::uint32_t>(rest.size());
        show(m_stops.push(rest));
        if (m_stops.found()) end(StopReason::StopString);
        show(m_stops.flush());
        // A stop string cut off what the last tokens said.
        const auto length = static_cast<std::uint32_t>(m_result.text.size());
        for (TracedToken& traced : m_result.trace.tokens) {
            traced.begin = std::min(traced.begin, length);
            traced.end = std::min(traced.end, length);
        }
    }

    void show(const std::string& text) {
        if (text.empty()) return;
        if (m_result.text.empty() && !m_options.text_before.empty()) {
            m_result.text = m_options.text_before;
            if (m_on_text) m_on_text(m_options.text_before);
        }
        m_result.text += text;
        if (m_on_text) m_on_text(text);
    }

    void end(StopReason reason) {
        m_ended = true;
        m_result.reason = reason;
    }

    Session& m_session;
    const Tokenizer& m_tokenizer;
    std::vector<TokenId>& m_cached;
    const GenerateOptions& m_options;
    const TextCallback& m_on_text;
    const Operation& m_operation;
    Sampler m_sampler;
    std::optional<TokenGrammar> m_grammar;
    StreamDecoder m_decoder;
    StopStrings m_stops;
    NgramDraft m_ngrams;
    Draft* m_draft = nullptr;  // null: nothing is guessed
    StoredPrompt m_for_disk;  // no tokens: nothing
    Stopwatch m_whole;
    GenerateResult m_result;
    std::uint32_t m_text_bytes = 0;  // of all traced tokens
    std::size_t m_moved_from = SIZE_MAX;  // cells from here on were moved by a shift
    bool m_ended = false;
};

double perSecond(std::size_t tokens, double seconds) { return seconds > 0 ? static_cast<double>(tokens) / seconds : 0; }

Result<void> checkPrompt(std::span<const TokenId> prompt, std::uint32_t context) {
    if (prompt.empty()) return fail(ErrorKind::InvalidArgument, "the prompt has no tokens; give at least one word");
    if (prompt.size() <= context) return {};
    return fail(
        ErrorKind::InvalidArgument,
        format("the context is full: it holds {} tokens and the prompt has {}; shorten the prompt or the conversation, "
               "or raise the context size (--ctx)",
               context, prompt.size()));
}

}  // namespace

std::string_view stopReasonName(StopReason reason) {
    switch (reason) {
        case StopReason::EndOfGeneration: return "end";
        case StopReason::MaxTokens: return "length";
        case StopReason::StopString: return "stop string";
        case StopReason::ContextFull: return "context full";
        case StopReason::Cancelled: return "cancelled";
    }
    return "unknown";
}

double GenerateResult::prefillTokensPerSecond() const {
    return perSecond(prompt_tokens - reused_tokens, prefill_seconds);
}

double GenerateResult::decodeTokensPerSecond() const {
    return tokens.empty() ? 0 : perSecond(tokens.size() - 1, decode_seconds);
}

void keepPrompt(PromptCache& cache, const StoredPrompt& prompt) {
    if (prompt.tokens.empty()) return;
    if (const auto stored = cache.store(prompt); !stored) logWarning(format("prompt cache: {}", stored.error().message));
}

Result<GenerateResult> generate(Session& session, const Tokenizer& tokenizer, std::vector<TokenId>& cached,
                                std::span<const TokenId> prompt, const GenerateOptions& options,
                                const TextCallback& on_text, const Operation& operation) {
    TESSERA_CHECK(checkPrompt(prompt, session.contextTokens()));
    TESSERA_TRY(Sampler sampler,
                Sampler::create(options.sampler, static_cast<std::uint32_t>(tokenizer.vocabularySize())));
    std::optional<TokenGrammar> grammar;
    if (!options.grammar.empty()) {
        TESSERA_TRY(grammar, TokenGrammar::create(tokenizer, options.grammar));
    }
    return Generation(session, tokenizer, cached, options, on_text, operation, std::move(sampler), std::move(grammar)).run(prompt);
}

}  // namespace tessera
