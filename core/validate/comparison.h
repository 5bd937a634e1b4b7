// SPDX-License-Identifier: GPL-3.0-or-later
// One engine's logits against another's, and what the difference means. llama.cpp does not agree with itself when the
// number of threads or the micro-batch changes, so the reference's own spread is measured in the same run: under equal
// conditions the bits must be equal, otherwise the mean KL divergence may be at most 1.5 times that spread.
#pragma once

#include "core/engine/engine.h"
#include "core/tokenizer/tokenizer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// Of one set of logit rows from another, over all rows and the whole vocabulary.
struct LogitDifference {
    std::size_t rows = 0;
    bool bit_identical = true;
    double largest = 0;  // |a − b|
    double mean = 0;
    double mean_kl = 0;         // mean over rows of KL(reference ‖ other), nats
    double top1_agreement = 1;  // share of rows with the same most likely token

    /// Both together, weighted by rows.
    LogitDifference joinedWith(const LogitDifference& other) const;
};

/// InvalidArgument when the shapes differ. NaN on either side makes the difference infinite.
Result<LogitDifference> compareLogits(const Rows& other, const Rows& reference);

/// How far one layer's output ("l_out") is from the reference's, over all tokens of a prompt.
struct LayerDifference {
    LayerIndex layer{0};
    bool bit_identical = true;
    double largest = 0;         // |a − b|
    double mean = 0;            // of all values
    double reference_rms = 0;   // root mean square of the reference's values, to hold the difference against
    std::size_t token = 0;      // position in the prompt of the largest difference
    std::size_t channel = 0;
};

struct PromptComparison {
    std::string prompt;  // shortened for reports
    std::size_t prompt_tokens = 0;
    std::size_t decoded_tokens = 0;
    LogitDifference prefill;
    LogitDifference decode;               // greedy continuation, the reference's tokens fed to both
    std::vector<LayerDifference> layers;  // of the prefill; one prompt of each condition is looked into

    /// The first layer whose bits differ; null when none does (then a difference is in the output matrix) or none was
    /// looked into.
    const LayerDifference* firstDifference() const;
};

/// One condition under which both engines ran.
struct ConditionComparison {
    std::string name;              // "2 threads, micro-batch 512, not repacked"
    bool equal_conditions = true;  // then the bits must be equal
    std::uint32_t threads = 0;     // ours, as the next two
    std::uint32_t micro_batch = 0;
    bool repacked = false;         // weights laid out for the processor; false where that was left to the engine
    std::vector<PromptComparison> prompts;
    LogitDifference total;
    bool passed = false;
    std::string verdict;  // one sentence with the numbers; empty while it runs

    /// The prompt whose layers were looked into: the first whose prefill differs, or else the first. Null: none yet.
    const PromptComparison* inspected() const;
};

/// How much llama.cpp differs from itself over the same prompts; when none has more than 512 tokens, over a long one
/// too.
struct ReferenceSpread {
    LogitDifference threads;      // 1 against 2 threads
    LogitDifference micro_batch;  // 32 against 512 rows
    double meanKl() const;        // the larger of the two
};

struct EngineComparison {
    ReferenceSpread spread;  // without rows when no condition is held against it
    std::vector<ConditionComparison> conditions;
    bool passed() const;
    bool usesSpread() const;
};

/// Largest mean KL allowed under unequal conditions, as a multiple of the reference's own spread.
inline constexpr double kAllowedSpread = 1.5;

struct ComparisonOptions {
    std::vector<std::string> prompts;  // empty: defaultComparisonPrompts()
    std::uint32_t decode_tokens = 32;
    int threads = 0;  // 0: all cores
    KvType kv_type = KvType::F16;
    bool flash_attention = true;
    /// Also as each engine runs by itself, held against the reference's own spread. That spread needs long texts, so
    /// measuring it takes most of the time when `prompts` are short.
    bool own_defaults = true;
    /// Also with our own kernels, held against that spread, whatever own_defaults says.
    bool own_kernels = false;

    bool usesSpread() const { return own_defaults || own_kernels; }
};

/// Several kinds of text (prose, code, numbers, other scripts), one of them longer than 512 tokens.
std::vector<std::string> defaultComparisonPrompts();

/// Loads an engine over the model under test. Called several times with different options; at most two engines are
/// alive at a time.
using EngineFactory = std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&)>;

/// Told on the comparing thread what is known so far. Every condition and prompt is in it from the beginning: a prompt
/// without rows and a condition without a verdict are still to come.
using ComparisonCallback = std::function<void(const EngineComparison& so_far)>;

/// Progress counts prompts over all conditions.
Result<EngineComparison> compareEngines(const EngineFactory& engine, const EngineFactory& reference,
                                        const Tokenizer& tokenizer, const ComparisonOptions& options,
                                        const Operation& operation, const ComparisonCallback& tell = {});

/// `nodes` (an engine whose layers other machines compute) against `here`, the same engine on this machine alone, in the
/// pieces in which nodes compute prompts: the bits must be equal.
Result<ConditionComparison> compareNodes(const EngineFactory& nodes, const EngineFactory& here, const Tokenizer& tokenizer,
                                         const ComparisonOptions& options, const Operation& operation);

/// `nodes` (an engine whose matrices' rows are multiplied by several machines) against llama.cpp on this machine: the bits
/// must be equal.
Result<ConditionComparison> compareRowNodes(const EngineFactory& nodes, const EngineFactory& reference, const Tokenizer& tokenizer,
                                            const ComparisonOptions& options, const Operation& operation);

}  // namespace tessera
