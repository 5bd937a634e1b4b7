// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/comparison.h"

#include "core/base/format.h"
#include "core/base/platform/system.h"
#include "core/base/utf8.h"
#include "core/validate/layer_difference.h"

#include <algorithm>

namespace tessera {

namespace {

constexpr std::uint32_t kWholeBatch = 512;
constexpr std::uint32_t kSmallBatch = 32;

/// How one engine is loaded and run.
struct Setup {
    EngineOptions engine;
    SessionOptions session;
};

/// A prompt as tokens, with room for what is decoded after it.
struct Prompt {
    std::string text;
    std::vector<TokenId> tokens;
};

/// Two setups whose logits are held against each other.
struct Condition {
    std::string name;
    bool equal = true;
    Setup ours;
    Setup theirs;
};

TokenId mostLikely(std::span<const float> logits) {
    return TokenId{static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
}

/// Evaluates one prompt on two sessions, step by step, so that only one step's logits are in memory.
class PromptRun {
public:
    PromptRun(Session& ours, Session& theirs, const Operation& operation)
        : m_ours(ours), m_theirs(theirs), m_operation{.stop = operation.stop} {}

    Result<void> prefill(std::span<const TokenId> tokens) {
        TESSERA_CHECK(m_ours.truncate(0));
        TESSERA_CHECK(m_theirs.truncate(0));
        // Whole micro-batches of either setup, so that the pieces change nothing.
        for (std::size_t begin = 0; begin < tokens.size(); begin += kWholeBatch) {
            const auto piece = tokens.subspan(begin, std::min<std::size_t>(kWholeBatch, tokens.size() - begin));
            TESSERA_TRY(const LogitDifference difference, step(piece, Wanted::All));
            m_prefill = m_prefill.joinedWith(difference);
        }
        return {};
    }

    Result<void> decode(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const TokenId token = m_next;
            TESSERA_TRY(const LogitDifference difference, step(std::span(&token, 1), Wanted::Last));
            m_decode = m_decode.joinedWith(difference);
        }
        return {};
    }

    const LogitDifference& prefillDifference() const { return m_prefill; }
    const LogitDifference& decodeDifference() const { return m_decode; }

private:
    Result<LogitDifference> step(std::span<const TokenId> tokens, Wanted wanted) {
        TESSERA_TRY(const Rows ours, m_ours.evaluate(tokens, wanted, m_operation));
        TESSERA_TRY(const Rows theirs, m_theirs.evaluate(tokens, wanted, m_operation));
        if (theirs.rows != 0) m_next = mostLikely(theirs.row(theirs.rows - 1));
        return compareLogits(ours, theirs);
    }

    Session& m_ours;
    Session& m_theirs;
    Operation m_operation;
    TokenId m_next{0};
    LogitDifference m_prefill{};
    LogitDifference m_decode{};
};

Setup makeSetup(int threads, std::uint32_t micro_batch, RepackPolicy repack, const ComparisonOptions& options,
                std::uint32_t context) {
    Setup setup;
    setup.engine = {.threads = threads, .repack = repack};
    setup.session.context_tokens = context;
    setup.session.kv_type = options.kv_type;
    setup.session.flash_attention = options.flash_attention;
    setup.session.micro_batch = micro_batch;
    setup.session.exact = ExactPolicy::Off;
    return setup;
}

std::string conditionName(int threads, std::uint32_t micro_batch, std::string_view weights) {
    return format("{} {}, micro-batch {}, {}", threads, threads == 1 ? "thread" : "threads", micro_batch, weights);
}

std::vector<Condition> makeConditions(const ComparisonOptions& options, std::uint32_t context) {
    const int threads = options.threads == 0 ? processorCount() : options.threads;
    std::vector<Condition> conditions;
    const auto equal = [&](int count, std::uint32_t micro_batch, RepackPolicy repack, std::string_view weights) {
        const Setup setup = makeSetup(count, micro_batch, repack, options, context);
        conditions.push_back({conditionName(count, micro_batch, weights), true, setup, setup});
    };
    equal(threads, kWholeBatch, RepackPolicy::Off, "weights in place");
    equal(threads, kSmallBatch, RepackPolicy::Off, "weights in place");
    if (threads != 1) equal(1, kWholeBatch, RepackPolicy::Off, "weights in place");
    equal(threads, kWholeBatch, RepackPolicy::On, "weights repacked");

    const Setup reference = makeSetup(threads, kWholeBatch, RepackPolicy::Auto, options, context);
    Setup ours = reference;
    ours.session.exact = ExactPolicy::Auto;
    conditions.push_back({"each with its own defaults", false, ours, reference});
    return conditions;
}

/// Runs conditions over all prompts and keeps count for the progress.
class Comparison {
public:
    Comparison(const ComparisonOptions& options, std::uint64_t total, const Operation& operation)
        : m_options(options), m_operation(operation), m_total(total) {}

    Result<ConditionComparison> run(const Condition& condition, std::span<const Prompt> prompts,
                                    const EngineFactory& ours, const EngineFactory& theirs) {
        TESSERA_TRY(const auto our_engine, ours(condition.ours.engine));
        TESSERA_TRY(const auto their_engine, theirs(condition.theirs.engine));
        TESSERA_TRY(const auto our_session, our_engine->createSession(condition.ours.session));
        TESSERA_TRY(const auto their_session, their_engine->createSession(condition.theirs.session));

        ConditionComparison result{
            .name = condition.name, .equal_conditions = condition.equal, .prompts = {}, .total = {}, .verdict = {}};
        bool searched = !condition.equal;
        for (const Prompt& prompt : prompts) {
            TESSERA_TRY(PromptComparison compared, runPrompt(prompt, *our_session, *their_session));
            if (!searched && !compared.prefill.bit_identical) {
                searched = true;  // the first one tells where to look; each costs two more passes
                TESSERA_TRY(compared.first_difference, findFirstDifference(*our_engine, *their_engine, prompt.tokens,
                                                                           condition.ours.session, m_operation));
            }
            result.total = result.total.joinedWith(compared.prefill).joinedWith(compared.decode);
            result.prompts.push_back(std::move(compared));
        }
        return result;
    }

private:
    Result<PromptComparison> runPrompt(const Prompt& prompt, Session& ours, Session& theirs) {
        PromptRun run(ours, theirs, m_operation);
        TESSERA_CHECK(run.prefill(prompt.tokens));
        TESSERA_CHECK(run.decode(m_options.decode_tokens));
        if (m_operation.progress) m_operation.progress({++m_done, m_total, "comparing"});
        return PromptComparison{.prompt = truncateUtf8(prompt.text, 60),
                                .prompt_tokens = prompt.tokens.size(),
                                .decoded_tokens = m_options.decode_tokens,
                                .prefill = run.prefillDifference(),
                                .decode = run.decodeDifference(),
                                .first_difference = std::nullopt};
    }

    const ComparisonOptions& m_options;
    const Operation& m_operation;
    std::uint64_t m_done = 0;
    std::uint64_t m_total;
};

Result<Prompt> encodePrompt(const Tokenizer& tokenizer, const std::string& text) {
    TESSERA_TRY(auto tokens, tokenizer.encode(text, {.add_special = true, .parse_special = false}));
    if (tokens.empty()) return fail(ErrorKind::InvalidArgument, "a prompt has no tokens");
    return Prompt{text, std::move(tokens)};
}

Result<std::vector<Prompt>> encodePrompts(const Tokenizer& tokenizer, const std::vector<std::string>& texts) {
    std::vector<Prompt> prompts;
    for (const std::string& text : texts) {
        TESSERA_TRY(Prompt prompt, encodePrompt(tokenizer, text));
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

/// The spread shows only in prompts longer than a whole micro-batch: when there is none, the long default one joins.
Result<std::vector<Prompt>> spreadPrompts(const std::vector<Prompt>& prompts, const Tokenizer& tokenizer) {
    std::vector<Prompt> all = prompts;
    const bool long_enough = std::any_of(prompts.begin(), prompts.end(),
                                         [](const Prompt& prompt) { return prompt.tokens.size() > kWholeBatch; });
    if (!long_enough) {
        TESSERA_TRY(Prompt added, encodePrompt(tokenizer, defaultComparisonPrompts().back()));
        all.push_back(std::move(added));
    }
    return all;
}

std::uint32_t contextFor(const std::vector<Prompt>& prompts, const ComparisonOptions& options) {
    std::size_t longest = 0;
    for (const Prompt& prompt : prompts) longest = std::max(longest, prompt.tokens.size());
    return static_cast<std::uint32_t>(longest) + options.decode_tokens;
}

void judge(ConditionComparison& condition, double spread) {
    const LogitDifference& total = condition.total;
    const std::string numbers = format("largest difference {:.3g}, mean KL {:.3g}, top-1 agreement {:.2f} %",
                                       total.largest, total.mean_kl, 100 * total.top1_agreement);
    if (condition.equal_conditions) {
        condition.passed = total.bit_identical;
        condition.verdict = total.bit_identical
                                ? format("bit-identical in {} rows of logits", total.rows)
                                : format("not bit-identical in {} rows of logits: {}", total.rows, numbers);
        return;
    }
    const double allowed = kAllowedSpread * spread;
    condition.passed = total.mean_kl <= allowed;
    condition.verdict =
        format("{}; allowed are {:.3g}, {} times llama.cpp's own spread", numbers, allowed, kAllowedSpread);
}

}  // namespace

double ReferenceSpread::meanKl() const { return std::max(threads.mean_kl, micro_batch.mean_kl); }

bool EngineComparison::passed() const {
    return std::all_of(conditions.begin(), conditions.end(),
                       [](const ConditionComparison& condition) { return condition.passed; });
}

Result<EngineComparison> compareEngines(const EngineFactory& engine, const EngineFactory& reference,
                                        const Tokenizer& tokenizer, const ComparisonOptions& options,
                                        const Operation& operation) {
    TESSERA_TRY(const std::vector<Prompt> prompts,
                encodePrompts(tokenizer, options.prompts.empty() ? defaultComparisonPrompts() : options.prompts));
    TESSERA_TRY(const std::vector<Prompt> spread_prompts, spreadPrompts(prompts, tokenizer));
    const std::uint32_t context = contextFor(spread_prompts, options);
    const std::vector<Condition> conditions = makeConditions(options, context);
    Comparison comparison(options, conditions.size() * prompts.size() + 2 * spread_prompts.size(), operation);

    const auto setup = [&](int threads, std::uint32_t micro_batch) {
        return makeSetup(threads, micro_batch, RepackPolicy::Auto, options, context);
    };
    EngineComparison result;
    const Condition threads{"llama.cpp with 1 and 2 threads", false, setup(1, kWholeBatch), setup(2, kWholeBatch)};
    const Condition batches{"llama.cpp with micro-batches of 32 and 512", false, setup(2, kSmallBatch),
                            setup(2, kWholeBatch)};
    TESSERA_TRY(const auto threads_result, comparison.run(threads, spread_prompts, reference, reference));
    TESSERA_TRY(const auto batches_result, comparison.run(batches, spread_prompts, reference, reference));
    result.spread = {threads_result.total, batches_result.total};

    for (const Condition& condition : conditions) {
        TESSERA_TRY(ConditionComparison compared, comparison.run(condition, prompts, engine, reference));
        judge(compared, result.spread.meanKl());
        result.conditions.push_back(std::move(compared));
    }
    return result;
}

}  // namespace tessera
