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
constexpr std::uint32_t kNodesBatch = 64;

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

    /// What will be found under it, nothing found yet.
    ConditionComparison plan(std::span<const Prompt> prompts, std::uint32_t decode_tokens) const {
        ConditionComparison result{.name = name,
                                   .equal_conditions = equal,
                                   .threads = static_cast<std::uint32_t>(ours.engine.threads),
                                   .micro_batch = ours.session.micro_batch,
                                   .repacked = ours.engine.repack == RepackPolicy::On,
                                   .prompts = {},
                                   .total = {},
                                   .verdict = {}};
        for (const Prompt& prompt : prompts) {
            result.prompts.push_back({.prompt = truncateUtf8(prompt.text, 60),
                                      .prompt_tokens = prompt.tokens.size(),
                                      .decoded_tokens = decode_tokens,
                                      .prefill = {},
                                      .decode = {},
                                      .layers = {}});
        }
        return result;
    }
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

    if (options.own_kernels) {
        const Setup reference = makeSetup(threads, kWholeBatch, RepackPolicy::Off, options, context);
        Setup ours = reference;
        ours.engine.kernels = KernelPolicy::Own;
        conditions.push_back({conditionName(threads, kWholeBatch, "our own kernels"), false, ours, reference});
    }
    if (!options.own_defaults) return conditions;
    const Setup reference = makeSetup(threads, kWholeBatch, RepackPolicy::Auto, options, context);
    Setup ours = reference;
    ours.session.exact = ExactPolicy::Auto;
    conditions.push_back({"each with its own defaults", false, ours, reference});
    return conditions;
}

/// Runs conditions over all prompts, keeps count for the progress and tells what was found.
class Comparison {
public:
    Comparison(std::uint64_t total, const Operation& operation, std::function<void()> tell)
        : m_operation(operation), m_total(total), m_tell(std::move(tell)) {}

    /// The logits of every prompt; with `layers` also every layer's output of one of them. Fills in `result`.
    Result<void> run(const Condition& condition, std::span<const Prompt> prompts, const EngineFactory& ours,
                     const EngineFactory& theirs, bool layers, ConditionComparison& result) {
        TESSERA_TRY(const auto our_engine, ours(condition.ours.engine));
        TESSERA_TRY(const auto their_engine, theirs(condition.theirs.engine));
        TESSERA_TRY(const auto our_session, our_engine->createSession(condition.ours.session));
        TESSERA_TRY(const auto their_session, their_engine->createSession(condition.theirs.session));

        std::optional<std::size_t> different;
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            PromptComparison& compared = result.prompts[i];
            TESSERA_CHECK(runPrompt(prompts[i], *our_session, *their_session, compared));
            if (!different && !compared.prefill.bit_identical) different = i;
            result.total = result.total.joinedWith(compared.prefill).joinedWith(compared.decode);
        }
        if (!layers || prompts.empty()) return {};
        // The first one that differs tells where to look; each costs two more passes.
        const std::size_t inspected = different.value_or(0);
        TESSERA_TRY(result.prompts[inspected].layers,
                    compareLayers(*our_engine, *their_engine, prompts[inspected].tokens, condition.ours.session,
                                  condition.theirs.session, m_operation));
        return {};
    }

    void tell() const {
        if (m_tell) m_tell();
        if (m_operation.progress) m_operation.progress({m_done, m_total, "comparing"});
    }

private:
    Result<void> runPrompt(const Prompt& prompt, Session& ours, Session& theirs, PromptComparison& result) {
        PromptRun run(ours, theirs, m_operation);
        TESSERA_CHECK(run.prefill(prompt.tokens));
        TESSERA_CHECK(run.decode(static_cast<std::uint32_t>(result.decoded_tokens)));
        result.prefill = run.prefillDifference();
        result.decode = run.decodeDifference();
        ++m_done;
        tell();
        return {};
    }

    const Operation& m_operation;
    std::uint64_t m_done = 0;
    std::uint64_t m_total;
    std::function<void()> m_tell;
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

const LayerDifference* PromptComparison::firstDifference() const {
    const auto found = std::find_if(layers.begin(), layers.end(),
                                    [](const LayerDifference& layer) { return !layer.bit_identical; });
    return found == layers.end() ? nullptr : &*found;
}

const PromptComparison* ConditionComparison::inspected() const {
    const auto found = std::find_if(prompts.begin(), prompts.end(),
                                    [](const PromptComparison& prompt) { return !prompt.layers.empty(); });
    return found == prompts.end() ? nullptr : &*found;
}

bool EngineComparison::passed() const {
    return std::all_of(conditions.begin(), conditions.end(),
                       [](const ConditionComparison& condition) { return condition.passed; });
}

bool EngineComparison::usesSpread() const {
    return std::any_of(conditions.begin(), conditions.end(),
                       [](const ConditionComparison& condition) { return !condition.equal_conditions; });
}

Result<EngineComparison> compareEngines(const EngineFactory& engine, const EngineFactory& reference,
                                        const Tokenizer& tokenizer, const ComparisonOptions& options,
                                        const Operation& operation, const ComparisonCallback& tell) {
    TESSERA_TRY(const std::vector<Prompt> prompts,
                encodePrompts(tokenizer, options.prompts.empty() ? defaultComparisonPrompts() : options.prompts));
    std::vector<Prompt> spread_prompts;
    if (options.usesSpread()) {
        TESSERA_TRY(spread_prompts, spreadPrompts(prompts, tokenizer));
    }
    const std::uint32_t context = contextFor(options.usesSpread() ? spread_prompts : prompts, options);
    const std::vector<Condition> conditions = makeConditions(options, context);

    EngineComparison result;
    for (const Condition& condition : conditions) result.conditions.push_back(condition.plan(prompts, options.decode_tokens));
    Comparison comparison(conditions.size() * prompts.size() + 2 * spread_prompts.size(), operation,
                          [&] { if (tell) tell(result); });
    comparison.tell();

    const auto spread = [&](const Setup& first, const Setup& second) -> Result<LogitDifference> {
        const Condition itself{"llama.cpp itself", false, first, second};
        ConditionComparison found = itself.plan(spread_prompts, options.decode_tokens);
        TESSERA_CHECK(comparison.run(itself, spread_prompts, reference, reference, false, found));
        return found.total;
    };
    const auto setup = [&](int threads, std::uint32_t micro_batch) {
        return makeSetup(threads, micro_batch, RepackPolicy::Auto, options, context);
    };
    if (options.usesSpread()) {
        TESSERA_TRY(result.spread.threads, spread(setup(1, kWholeBatch), setup(2, kWholeBatch)));
        TESSERA_TRY(result.spread.micro_batch, spread(setup(2, kSmallBatch), setup(2, kWholeBatch)));
        comparison.tell();
    }

    for (std::size_t i = 0; i < conditions.size(); ++i) {
        TESSERA_CHECK(comparison.run(conditions[i], prompts, engine, reference, true, result.conditions[i]));
        judge(result.conditions[i], result.spread.meanKl());
        comparison.tell();
    }
    return result;
}

namespace {

Result<ConditionComparison> compareUnder(const Condition& condition, const std::vector<Prompt>& prompts, const EngineFactory& engine,
                                         const EngineFactory& reference, const ComparisonOptions& options, const Operation& operation) {
    ConditionComparison result = condition.plan(prompts, options.decode_tokens);
    Comparison comparison(prompts.size(), operation, {});
    TESSERA_CHECK(comparison.run(condition, prompts, engine, reference, false, result));
    judge(result, 0);
    return result;
}

}  // namespace

Result<ConditionComparison> compareNodes(const EngineFactory& nodes, const EngineFactory& here, const Tokenizer& tokenizer,
                                         const ComparisonOptions& options, const Operation& operation) {
    TESSERA_TRY(const std::vector<Prompt> prompts,
                encodePrompts(tokenizer, options.prompts.empty() ? defaultComparisonPrompts() : options.prompts));
    const int threads = options.threads == 0 ? processorCount() : options.threads;
    Setup setup = makeSetup(threads, kNodesBatch, RepackPolicy::Auto, options, contextFor(prompts, options));
    setup.session.exact = ExactPolicy::Auto;
    return compareUnder({"nodes against this machine alone", true, setup, setup}, prompts, nodes, here, options, operation);
}

Result<ConditionComparison> compareRowNodes(const EngineFactory& nodes, const EngineFactory& reference, const Tokenizer& tokenizer,
                                            const ComparisonOptions& options, const Operation& operation) {
    TESSERA_TRY(const std::vector<Prompt> prompts,
                encodePrompts(tokenizer, options.prompts.empty() ? defaultComparisonPrompts() : options.prompts));
    const int threads = options.threads == 0 ? processorCount() : options.threads;
    const Setup setup = makeSetup(threads, kWholeBatch, RepackPolicy::Off, options, contextFor(prompts, options));
    return compareUnder({"rows on nodes against llama.cpp", true, setup, setup}, prompts, nodes, reference, options, operation);
}

}  // namespace tessera
