// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/benchmark.h"

#include "core/base/format.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

namespace tessera {

namespace {

/// Runs of one session, with the progress of all of them together.
class Bench {
public:
    Bench(Session& session, std::uint32_t vocabulary, std::optional<TokenId> first_token,
          const BenchmarkOptions& options, const Operation& operation)
        : m_session(session),
          m_first(first_token),
          m_options(options),
          m_operation(operation),
          m_tokens(0, vocabulary - 1) {
        const std::uint64_t runs = static_cast<std::uint64_t>(options.repetitions);
        m_total = options.prompt_tokens * (runs + 1) + options.decode_tokens * runs + (options.decode_tokens != 0 ? 1 : 0);
        if (options.sessions > 1) m_total += options.decode_tokens * runs * static_cast<std::uint64_t>(options.sessions);
    }

    Result<BenchmarkSeries> prefill() {
        const auto run = [this](std::uint32_t count) { return readPrompt(count); };
        return series(m_options.prompt_tokens, m_options.prompt_tokens, run);
    }
    Result<BenchmarkSeries> decode() {
        const auto run = [this](std::uint32_t count) { return decodeOneByOne(count); };
        return series(m_options.decode_tokens, 1, run);
    }

    /// All of `others` and the bench's own session at once.
    Result<BenchmarkSeries> decodeTogether(const std::vector<std::unique_ptr<Session>>& others) {
        std::vector<Session*> sessions{&m_session};
        for (const auto& other : others) sessions.push_back(other.get());
        BenchmarkSeries series{.tokens = m_options.decode_tokens};
        for (Session* session : sessions) TESSERA_CHECK(session->truncate(0));
        TESSERA_CHECK(decodeOnThreads(sessions, 1));  // warm-up
        for (int i = 0; i < m_options.repetitions; ++i) {
            for (Session* session : sessions) TESSERA_CHECK(session->truncate(0));
            const auto start = std::chrono::steady_clock::now();
            TESSERA_CHECK(decodeOnThreads(sessions, m_options.decode_tokens));
            const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
            series.tokens_per_second.push_back(static_cast<double>(sessions.size() * m_options.decode_tokens) / seconds.count());
            m_done += sessions.size() * m_options.decode_tokens;
            if (m_operation.progress) m_operation.progress({m_done, m_total, "benchmark"});
        }
        return series;
    }

private:
    Result<void> decodeOnThreads(const std::vector<Session*>& sessions, std::uint32_t count) {
        std::vector<Result<void>> results(sessions.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < sessions.size(); ++i) {
                threads.emplace_back([&, i, first = randomToken()] {
                    std::int32_t id = toInt(m_first.value_or(first));
                    for (std::uint32_t n = 0; n < count && results[i]; ++n) {
                        const TokenId token{id};
                        const auto logits = sessions[i]->evaluate(std::span(&token, 1), Wanted::Last, {.stop = m_operation.stop});
                        if (!logits) results[i] = tl::unexpected(logits.error());
                        if (n == 0) id = toInt(first);
                        id = (id * 31 + 17) % static_cast<std::int32_t>(m_tokens.max() + 1);
                    }
                });
            }
        }
        for (const Result<void>& result : results) TESSERA_CHECK(result);
        return {};
    }

    template <class Run>
    Result<BenchmarkSeries> series(std::uint32_t count, std::uint32_t warm_up, const Run& run) {
        TESSERA_CHECK(m_session.truncate(0));
        TESSERA_CHECK(run(warm_up));
        BenchmarkSeries series{.tokens = count};
        for (int i = 0; i < m_options.repetitions; ++i) {
            TESSERA_CHECK(m_session.truncate(0));
            if (i == 0) m_token_seconds.clear();  // the warm-up's
            const auto start = std::chrono::steady_clock::now();
            TESSERA_CHECK(run(count));
            const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
            series.tokens_per_second.push_back(count / seconds.count());
        }
        series.token_seconds = std::exchange(m_token_seconds, {});
        return series;
    }

    Result<void> readPrompt(std::uint32_t count) {
        std::vector<TokenId> tokens(count);
        for (TokenId& token : tokens) token = randomToken();
        if (m_first) tokens.front() = *m_first;
        return evaluate(tokens);
    }

    Result<void> decodeOneByOne(std::uint32_t count) {
        TokenId token = m_first.value_or(randomToken());
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto start = std::chrono::steady_clock::now();
            TESSERA_CHECK(evaluate(std::span(&token, 1)));
            m_token_seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            token = randomToken();
        }
        return {};
    }

    Result<void> evaluate(std::span<const TokenId> tokens) {
        TESSERA_TRY(const Rows logits, m_session.evaluate(tokens, Wanted::Last, {.stop = m_operation.stop}));
        m_done += tokens.size();
        if (m_operation.progress) m_operation.progress({m_done, m_total, "benchmark"});
        return {};
    }

    TokenId randomToken() { return TokenId{static_cast<std::int32_t>(m_tokens(m_random))}; }

    Session& m_session;
    std::optional<TokenId> m_first;
    const BenchmarkOptions& m_options;
    const Operation& m_operation;
    std::mt19937 m_random{1};
    std::uniform_int_distribution<std::uint32_t> m_tokens;
    std::vector<double> m_token_seconds;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
};

Result<void> checkOptions(const BenchmarkOptions& options) {
    if (options.repetitions < 1) {
        return fail(ErrorKind::InvalidArgument, format("{} repetitions (-r); choose at least 1", options.repetitions));
    }
    if (options.sessions < 1) return fail(ErrorKind::InvalidArgument, format("{} sessions; choose at least 1", options.sessions));
    if (options.prompt_tokens == 0 && options.decode_tokens == 0) {
        return fail(ErrorKind::InvalidArgument, "nothing to measure: give a prompt (-p) or tokens to decode (-n)");
    }
    return {};
}

}  // namespace

double BenchmarkSeries::median() const {
    std::vector<double> sorted = tokens_per_second;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t middle = sorted.size() / 2;
    if (sorted.empty()) return 0;
    return sorted.size() % 2 != 0 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double BenchmarkSeries::mean() const {
    if (tokens_per_second.empty()) return 0;
    return std::accumulate(tokens_per_second.begin(), tokens_per_second.end(), 0.0) /
           static_cast<double>(tokens_per_second.size());
}

double BenchmarkSeries::tokenSecondsPercentile(int percent) const {
    if (token_seconds.empty()) return 0;
    std::vector<double> sorted = token_seconds;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * static_cast<std::size_t>(percent) / 100);
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
}

double BenchmarkSeries::smallest() const {
    return tokens_per_second.empty() ? 0 : *std::min_element(tokens_per_second.begin(), tokens_per_second.end());
}

double BenchmarkSeries::largest() const {
    return tokens_per_second.empty() ? 0 : *std::max_element(tokens_per_second.begin(), tokens_per_second.end());
}

double BenchmarkSeries::standardDeviation() const {
    if (tokens_per_second.size() < 2) return 0;
    const double middle = mean();
    double sum = 0;
    for (const double value : tokens_per_second) sum += (value - middle) * (value - middle);
    return std::sqrt(sum / static_cast<double>(tokens_per_second.size() - 1));
}

Result<BenchmarkResult> runBenchmark(Engine& engine, std::optional<TokenId> first_token,
                                     const BenchmarkOptions& options, const Operation& operation) {
    TESSERA_CHECK(checkOptions(options));
    SessionOptions session_options = options.session;
    if (session_options.context_tokens == 0) {
        session_options.context_tokens = std::max(options.prompt_tokens, options.decode_tokens);
    }
    TESSERA_TRY(const auto session, engine.createSession(session_options));
    Bench bench(*session, engine.facts().vocabulary, first_token, options, operation);
    BenchmarkResult result;
    if (options.prompt_tokens != 0) {
        TESSERA_TRY(result.prefill, bench.prefill());
    }
    if (options.decode_tokens != 0) {
        TESSERA_TRY(result.decode, bench.decode());
        std::vector<std::unique_ptr<Session>> others;
        for (int i = 1; i < options.sessions; ++i) {
            TESSERA_TRY(auto other, engine.createSession(session_options));
            others.push_back(std::move(other));
        }
        if (!others.empty()) {
            TESSERA_TRY(result.decode_together, bench.decodeTogether(others));
        }
    }
    return result;
}

}  // namespace tessera
